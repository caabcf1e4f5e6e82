/** Right signatures at the wrong time: late, early, or of a clock in another zone. */
import { draw, pick, pickSome } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import type { Case, Draft } from '../base/wire.ts';
import { type Profile, senderOf } from '../senders/profile.ts';

interface ClockRow {
  readonly cause: string;
  readonly truth: string;
  readonly count: number;
  readonly madeBy: string;
  fits?(profile: Profile): boolean;
  /** What the sender's clock says, in ms, when the receiver's says `at`. */
  clock(at: number, label: string): Promise<number> | number;
}

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'America/Los_Angeles',
  'Europe/Helsinki',
  'Australia/Adelaide',
];
const NODE = versionOf('node');
const minutes = (label: string, least: number, most: number): number =>
  60_000 * (least + draw(label, most - least)) + 1000 * draw(`${label}/s`, 60);

const ROWS: readonly ClockRow[] = [
  {
    cause: 'arrived-late',
    truth: 'The request waited in a queue of retries, and came long after it was signed.',
    count: 12,
    madeBy: NODE,
    clock: (at, label) => at - minutes(label, 12, 300),
  },
  {
    cause: 'arrived-late',
    truth: 'A captured request of some days ago was sent again for a test.',
    count: 8,
    madeBy: NODE,
    clock: (at, label) => at - minutes(label, 1500, 20_000),
  },
  {
    cause: 'sender-clock-ahead',
    truth: "The sender's clock is ahead.",
    count: 12,
    madeBy: NODE,
    clock: (at, label) => at + minutes(label, 11, 50),
  },
  {
    cause: 'sender-clock-behind',
    truth: "The sender's clock is behind.",
    count: 8,
    madeBy: NODE,
    clock: (at, label) => at - minutes(label, 11, 25),
  },
  {
    cause: 'time-zone-mistake',
    truth: 'datetime.utcnow().timestamp() on a machine that is not on UTC: the time is off by its zone.',
    count: 14,
    madeBy: versionOf('python'),
    fits: ({ unit }) => unit !== 'rfc3339',
    clock: async (at, label) =>
      1000 * Number(await ask('python', 'naive-timestamp', String(at / 1000), pick(label, ZONES))),
  },
  {
    cause: 'time-zone-mistake',
    truth: 'The local time is written with a Z behind it.',
    count: 3,
    madeBy: versionOf('php'),
    fits: ({ unit }) => unit === 'rfc3339',
    clock: async (at, label) =>
      Date.parse((await ask('php', 'zoned-time', String(at / 1000), pick(label, ZONES))).toString()),
  },
  {
    cause: 'time-zone-mistake',
    truth: 'The local time is written with a Z behind it.',
    count: 3,
    madeBy: versionOf('python'),
    fits: ({ unit }) => unit === 'rfc3339',
    clock: async (at, label) =>
      Date.parse(
        (await ask('python', 'local-time-as-utc', String(at / 1000), pick(label, ZONES))).toString(),
      ),
  },
];

export async function clockCases(profiles: readonly Profile[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [index, row] of ROWS.entries()) {
    const able = profiles.filter((profile) => profile.unit !== undefined && (row.fits?.(profile) ?? true));
    const order = pickSome(`clock/${index}`, able, able.length);
    for (let i = 0; i < row.count; i++)
      cases.push(await caseOf(row, order[i % order.length] as Profile, `clock/${index}/${i}`));
  }
  return cases;
}

async function caseOf(
  { cause, truth, madeBy, clock }: ClockRow,
  profile: Profile,
  label: string,
): Promise<Case> {
  const sender = senderOf(profile);
  const draft: Draft = sender.draft(label);
  const { name, choice, keys } = sender;
  const wire = await sender.sign({ ...draft, at: await clock(draft.at, label) });
  return {
    sender: name,
    choice,
    keys,
    now: Math.floor(draft.at / 1000) + 1,
    wire,
    cause,
    truth,
    madeBy,
    genuine: { wire: await sender.sign(draft) },
  };
}
