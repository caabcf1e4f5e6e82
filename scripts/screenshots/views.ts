/** What of the console is pictured, in the order of the menu: each route and tab, what opens over a page, and what stands where there is nothing. */
import type { Page } from 'playwright-core';
import type { Played } from './scene.ts';

export interface View {
  /** Of its files: `<name>-light.webp` and so on. */
  readonly name: string;
  readonly title: string;
  /** As `router.tsx` has it. */
  readonly route: string;
  /** The address. */
  readonly path: (played: Played) => string;
  /** Of a gateway to which nothing came. Default: the one with traffic. */
  readonly isEmpty?: true;
  /** Before the log-in. */
  readonly isLoggedOut?: true;
  /** What is done once the page stands. */
  readonly act?: (page: Page) => Promise<void>;
}

const requestPath =
  (query: string) =>
  ({ refused }: Played): string =>
    `/requests/${refused}${query}`;

const eventPath =
  (query: string) =>
  ({ event }: Played): string =>
    `/requests/${event}${query}`;

const GATE = '/gates/$gate';
const REQUEST = '/requests/$id';
const PROVIDER = '/catalogue/$provider';

export const PICTURED_VIEWS: readonly View[] = [
  { name: 'log-in', title: 'Log-in', route: '/live', path: () => '/live', isLoggedOut: true },
  {
    name: 'live',
    title: 'Live',
    route: '/live',
    path: () => '/live',
    // On a telephone they are closed.
    act: async (page) => {
      if (await page.locator('.live-charts[open]').isVisible())
        await page.getByRole('img', { name: /accepted \d/ }).waitFor();
    },
  },
  { name: 'request', title: 'A refused request', route: REQUEST, path: requestPath('') },
  {
    name: 'request-json',
    title: 'A refused request: its body as JSON',
    route: REQUEST,
    path: requestPath('?tab=body&form=json'),
    act: scrollToTabs,
  },
  {
    name: 'request-hex',
    title: 'A refused request: its body byte for byte',
    route: REQUEST,
    path: requestPath('?tab=body&form=hex'),
    act: scrollToTabs,
  },
  {
    name: 'request-headers',
    title: 'A refused request: its headers',
    route: REQUEST,
    path: requestPath('?tab=headers'),
    act: scrollToTabs,
  },
  { name: 'event', title: 'An event', route: REQUEST, path: eventPath('') },
  {
    name: 'event-deliveries',
    title: 'An event: its deliveries',
    route: REQUEST,
    path: eventPath('?tab=deliveries'),
    act: scrollToTabs,
  },
  { name: 'issues', title: 'Issues', route: '/issues', path: () => '/issues' },
  { name: 'issue', title: 'An issue', route: '/issues/$id', path: ({ issue }) => `/issues/${issue}` },
  { name: 'events', title: 'Events', route: '/events', path: () => '/events' },
  {
    name: 'refused',
    title: 'Events: refused requests',
    route: '/events',
    path: () => '/events?show=refused',
  },
  { name: 'deliveries', title: 'Deliveries', route: '/deliveries', path: () => '/deliveries' },
  {
    name: 'delivery',
    title: 'A delivery',
    route: '/deliveries/$event/$destination',
    path: ({ event }) => `/deliveries/${event}/crm`,
  },
  { name: 'destinations', title: 'Destinations', route: '/destinations', path: () => '/destinations' },
  {
    name: 'destination',
    title: 'A destination: a kept event tried',
    route: '/destinations',
    path: () => '/destinations?try=crm',
  },
  { name: 'gates', title: 'Gates', route: '/gates', path: () => '/gates' },
  { name: 'gate', title: 'A gate', route: GATE, path: () => '/gates/stripe' },
  { name: 'gate-keys', title: 'A gate: its keys', route: GATE, path: () => '/gates/github?tab=keys' },
  {
    name: 'rotation',
    title: 'A gate: the rotation of a key',
    route: GATE,
    path: ({ nextKey }) => `/gates/github?tab=keys&rotate=main&with=${nextKey}&step=watch`,
  },
  { name: 'gate-set-up', title: 'A gate: set-up', route: GATE, path: () => '/gates/github?tab=set-up' },
  {
    name: 'gate-explain',
    title: 'A gate: a failing request',
    route: GATE,
    path: () => '/gates/github?tab=explain',
  },
  { name: 'actions', title: 'Actions', route: '/actions', path: () => '/actions' },
  {
    name: 'action',
    title: 'An action',
    route: '/actions/$gate/$action',
    path: () => '/actions/flowent/create_user',
  },
  {
    name: 'registration',
    title: 'A registration',
    route: '/actions/$gate',
    path: () => '/actions/flowent',
  },
  { name: 'sessions', title: 'Sessions', route: '/sessions', path: () => '/sessions' },
  { name: 'catalogue', title: 'Catalogue', route: '/catalogue', path: () => '/catalogue' },
  {
    name: 'playground',
    title: 'A provider: its playground',
    route: PROVIDER,
    path: () => '/catalogue/github',
  },
  {
    name: 'provider',
    title: 'A provider: what its proof covers',
    route: PROVIDER,
    path: () => '/catalogue/github?tab=overview',
  },
  { name: 'audit', title: 'Audit log', route: '/audit', path: () => '/audit' },
  { name: 'settings', title: 'Settings', route: '/settings', path: () => '/settings' },
  {
    name: 'settings-access',
    title: 'Settings: access',
    route: '/settings',
    path: () => '/settings?tab=access',
  },
  {
    name: 'settings-store',
    title: 'Settings: the store',
    route: '/settings',
    path: () => '/settings?tab=store',
  },
  {
    name: 'settings-about',
    title: 'Settings: about',
    route: '/settings',
    path: () => '/settings?tab=about',
  },
  {
    name: 'palette',
    title: 'The command palette',
    route: '/live',
    path: () => '/live',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type('git');
    },
  },
  {
    name: 'shortcuts',
    title: 'Keyboard shortcuts',
    route: '/live',
    path: () => '/live',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'live-empty', title: 'Live, empty', route: '/live', path: () => '/live', isEmpty: true },
  { name: 'issues-empty', title: 'Issues, empty', route: '/issues', path: () => '/issues', isEmpty: true },
  { name: 'events-empty', title: 'Events, empty', route: '/events', path: () => '/events', isEmpty: true },
  {
    name: 'refused-empty',
    title: 'Refused requests, empty',
    route: '/events',
    path: () => '/events?show=refused',
    isEmpty: true,
  },
  {
    name: 'deliveries-empty',
    title: 'Deliveries, empty',
    route: '/deliveries',
    path: () => '/deliveries',
    isEmpty: true,
  },
  {
    name: 'destinations-empty',
    title: 'Destinations, empty',
    route: '/destinations',
    path: () => '/destinations',
    isEmpty: true,
  },
  {
    name: 'actions-empty',
    title: 'Actions, empty',
    route: '/actions',
    path: () => '/actions',
    isEmpty: true,
  },
  {
    name: 'sessions-empty',
    title: 'Sessions, empty',
    route: '/sessions',
    path: () => '/sessions',
    isEmpty: true,
  },
];

async function scrollToTabs(page: Page): Promise<void> {
  await page.getByRole('tablist').scrollIntoViewIfNeeded();
  await page.getByRole('tablist').evaluate((tabs) => tabs.scrollIntoView({ block: 'start' }));
}

export const VARIANTS = ['light', 'dark', 'telephone'] as const;

export type Variant = (typeof VARIANTS)[number];

export function fileOf({ name }: Pick<View, 'name'>, variant: Variant): string {
  return `${name}-${variant}.webp`;
}

/** Rows of docs/console.md. */
export function screenshotTable(views: readonly View[] = PICTURED_VIEWS): string {
  const rows = views.map((view) => {
    const cells = VARIANTS.map((variant) => `![${view.title}, ${variant}](console/${fileOf(view, variant)})`);
    return `| ${view.title} | ${cells.join(' | ')} |`;
  });
  return ['| page | light | dark | telephone |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const START = '<!-- screenshots: npm run screenshots -->';
const END = '<!-- end of the screenshots -->';

/** The page with the table between its two marks. @throws Error where they are gone */
export function withScreenshots(page: string): string {
  const [before, rest] = page.split(START);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`docs/console.md lacks ${START} or ${END}`);
  return `${before}${START}\n\n${screenshotTable()}\n\n${END}${after}`;
}
