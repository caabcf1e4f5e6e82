/** What the site's pages list. */

/** One entity. */
export interface SiteRow {
  readonly id: number;
  readonly code: string;
  /** The short code of a status: `wtg`, `ip`, `rev`, `apr`, `fin`, `hld`, or one of your own. */
  readonly status: string;
  readonly description: string;
}

/** The entities of one type: a page of the site. */
export interface SiteTable {
  /** E.g. `Version`. */
  readonly entityType: string;
  readonly rows: readonly SiteRow[];
}

/** What the site shows where no tables are given. */
export const SAMPLE_TABLES: readonly SiteTable[] = [
  {
    entityType: 'Version',
    rows: [
      { id: 931, code: 'gun_010_comp_v003', status: 'rev', description: 'Warmer dusk, flare on the badge' },
      { id: 900, code: 'gun_010_comp_v002', status: 'apr', description: 'Dust pass behind the rider' },
      { id: 904, code: 'gun_020_anim_v011', status: 'ip', description: 'Draw is two frames earlier' },
      { id: 907, code: 'gun_020_light_v004', status: 'rev', description: 'Key light from the saloon door' },
      { id: 912, code: 'gun_030_fx_v001', status: 'hld', description: 'Smoke waits for the new cache' },
      { id: 915, code: 'gun_030_comp_v001', status: 'ip', description: 'First slap comp – plates only' },
      { id: 921, code: 'gun_040_layout_v006', status: 'apr', description: 'Crane moves in over the station' },
      { id: 926, code: 'gun_040_anim_v002', status: 'rev', description: 'Horse gait, blocking' },
    ],
  },
  {
    entityType: 'Shot',
    rows: [
      { id: 1160, code: 'gun_010', status: 'fin', description: 'The rider comes into town' },
      { id: 1161, code: 'gun_020', status: 'ip', description: 'The duel' },
      { id: 1162, code: 'gun_030', status: 'hld', description: 'Smoke clears' },
      { id: 1163, code: 'gun_040', status: 'wtg', description: 'Station, crane up' },
    ],
  },
];
