/** A Flow Production Tracking site: a grid whose context menu posts signed forms to the gateway. */
import { randomBytes } from 'node:crypto';
import { startSite } from '@countersign/sandbox';
import type { Platform, PlatformSettings, RunningPlatform } from './platform.ts';

/** The actions of examples/flow-production-tracking, which need no configuration of their own. */
const ITEMS = [
  { id: 'show', title: 'Show selection', action: 'show_selection', opens: 'modal' },
  { id: 'render', title: 'Render selection', action: 'render_selection', opens: 'tab' },
  { id: 'export', title: 'Export selection', action: 'export_selection', opens: 'tab' },
] as const;

export const site: Platform = {
  name: 'site',
  about: 'a Flow Production Tracking site, whose context menu posts signed forms',
  start,
};

async function start({ port, gatewayUrl, variable, now }: PlatformSettings): Promise<RunningPlatform> {
  const secret = variable('AMI_SECRET_TOKEN') ?? randomBytes(24).toString('base64url');
  const items = ITEMS.map(({ action, ...item }) => ({ ...item, secret, url: `${gatewayUrl}/ami/${action}` }));
  const running = await startSite({ port, now, items });
  return {
    url: running.url,
    variables: { AMI_SECRET_TOKEN: secret },
    hints: [
      `Open ${running.url}, right-click a row, pick an item: its form goes to ${gatewayUrl}/ami/….`,
      'examples/flow-production-tracking has the three actions.',
    ],
    close: () => running.close(),
  };
}
