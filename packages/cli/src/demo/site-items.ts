/** The items of the demo's site, whose forms go to its gateway. */
import type { SiteItem } from '@countersign/sandbox';
import { DEMO_KEYS } from './demo-keys.ts';

export function siteItems(publicUrl: string): readonly SiteItem[] {
  const shared = { url: `${publicUrl}/ami/show_selection`, secret: DEMO_KEYS.flowProductionTracking };
  return [
    { id: 'in-tab', title: 'Show selection', opens: 'tab', ...shared },
    { id: 'in-modal', title: 'Show selection here', opens: 'modal', ...shared },
  ];
}
