/** A Flow Production Tracking site: a grid whose context menu posts signed forms to the gateway. */
import { randomBytes } from 'node:crypto';
import { startSite } from '@countersign/sandbox';
import type { Platform, PlatformSettings, RunningPlatform } from './platform.ts';

/** The actions of examples/flow-production-tracking, which need no configuration of their own. */
const ITEMS = [
  {
    id: 'show',
    title: 'Show selection',
    action: 'show_selection',
    opens: 'modal',
    key: 'AMI_SECRET_TOKEN',
  },
  {
    id: 'render',
    title: 'Render selection',
    action: 'render_selection',
    opens: 'tab',
    key: 'AMI_RENDER_TOKEN',
  },
  {
    id: 'export',
    title: 'Export selection',
    action: 'export_selection',
    opens: 'tab',
    key: 'AMI_EXPORT_TOKEN',
  },
] as const;

export const site: Platform = {
  name: 'site',
  about: 'a Flow Production Tracking site, whose context menu posts signed forms',
  reads: ITEMS.map(({ key }) => key),
  start,
};

async function start({ port, gatewayUrl, variable, now }: PlatformSettings): Promise<RunningPlatform> {
  const secretOf = (name: string): string => variable(name) ?? randomBytes(24).toString('base64url');
  const variables = Object.fromEntries(ITEMS.map(({ key }) => [key, secretOf(key)]));
  const items = ITEMS.map(({ action, key, ...item }) => ({
    ...item,
    secret: variables[key] ?? '',
    url: `${gatewayUrl}/ami/${action}`,
  }));
  const running = await startSite({ port, now, items });
  return {
    url: running.url,
    variables,
    hints: [
      `Open ${running.url}, right-click a row, pick an item: its form goes to ${gatewayUrl}/ami/….`,
      'examples/flow-production-tracking has the three actions.',
    ],
    close: () => running.close(),
  };
}
