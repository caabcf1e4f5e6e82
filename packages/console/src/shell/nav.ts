/** The pages of the menu, in their order. A page that is new gets its line here and its route in router.tsx. */
import { SHELL } from '../words/shell.ts';

export interface NavPage {
  readonly to: string;
  readonly label: string;
}

export interface NavGroup {
  readonly label: string;
  readonly pages: readonly NavPage[];
}

const { pages, groups } = SHELL;

export const NAV: readonly NavGroup[] = [
  {
    label: groups.traffic,
    pages: [
      { to: '/live', label: pages.live },
      { to: '/issues', label: pages.issues },
      { to: '/events', label: pages.events },
      { to: '/deliveries', label: pages.deliveries },
      { to: '/destinations', label: pages.destinations },
    ],
  },
  {
    label: groups.setUp,
    pages: [
      { to: '/gates', label: pages.gates },
      { to: '/actions', label: pages.actions },
      { to: '/sessions', label: pages.sessions },
      { to: '/catalogue', label: pages.catalogue },
    ],
  },
  {
    label: groups.operate,
    pages: [
      { to: '/audit', label: pages.audit },
      { to: '/settings', label: pages.settings },
    ],
  },
];
