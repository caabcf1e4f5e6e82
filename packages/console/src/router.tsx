/** The console's addresses. Each page is loaded with the first look at it; what it shows is in its address. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { FailedPage, NotFoundPage } from './shell/error-pages.tsx';
import { Layout } from './shell/layout.tsx';
import { parseSearch, readSearch, type Search, stringifySearch } from './shell/search.ts';

const root = createRootRoute({
  component: Layout,
  notFoundComponent: NotFoundPage,
  errorComponent: FailedPage,
});

/** What every page’s route has. */
const PAGE = {
  getParentRoute: () => root,
  validateSearch: (search: Record<string, unknown>): Search => readSearch(search),
};

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad() {
    throw redirect({ to: '/live' });
  },
});

const live = createRoute({
  ...PAGE,
  path: '/live',
  component: lazyRouteComponent(() => import('./live/live-page.tsx'), 'LivePage'),
});

const request = createRoute({
  ...PAGE,
  path: '/requests/$id',
  component: lazyRouteComponent(() => import('./request/request-page.tsx'), 'RequestPage'),
});

const events = createRoute({
  ...PAGE,
  path: '/events',
  component: lazyRouteComponent(() => import('./events/events-page.tsx'), 'EventsPage'),
});

const catalogue = createRoute({
  ...PAGE,
  path: '/catalogue',
  component: lazyRouteComponent(() => import('./catalogue/catalogue-page.tsx'), 'CataloguePage'),
});

const provider = createRoute({
  ...PAGE,
  path: '/catalogue/$provider',
  component: lazyRouteComponent(() => import('./catalogue/provider-page.tsx'), 'ProviderPage'),
});

const actions = createRoute({
  ...PAGE,
  path: '/actions',
  component: lazyRouteComponent(() => import('./actions/actions-page.tsx'), 'ActionsPage'),
});

const action = createRoute({
  ...PAGE,
  path: '/actions/$gate/$action',
  component: lazyRouteComponent(() => import('./actions/action-page.tsx'), 'ActionPage'),
});

const registration = createRoute({
  ...PAGE,
  path: '/actions/$gate',
  component: lazyRouteComponent(() => import('./actions/registration-page.tsx'), 'RegistrationPage'),
});

const sessions = createRoute({
  ...PAGE,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./sessions/sessions-page.tsx'), 'SessionsPage'),
});

const issues = createRoute({
  ...PAGE,
  path: '/issues',
  component: lazyRouteComponent(() => import('./issues/issues-page.tsx'), 'IssuesPage'),
});

const issue = createRoute({
  ...PAGE,
  path: '/issues/$id',
  component: lazyRouteComponent(() => import('./issues/issue-page.tsx'), 'IssuePage'),
});

const deliveries = createRoute({
  ...PAGE,
  path: '/deliveries',
  component: lazyRouteComponent(() => import('./deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  ...PAGE,
  path: '/deliveries/$event/$destination',
  component: lazyRouteComponent(() => import('./deliveries/delivery-page.tsx'), 'DeliveryPage'),
});

const destinations = createRoute({
  ...PAGE,
  path: '/destinations',
  component: lazyRouteComponent(() => import('./destinations/destinations-page.tsx'), 'DestinationsPage'),
});

const gates = createRoute({
  ...PAGE,
  path: '/gates',
  component: lazyRouteComponent(() => import('./gates/gates-page.tsx'), 'GatesPage'),
});

const gate = createRoute({
  ...PAGE,
  path: '/gates/$gate',
  component: lazyRouteComponent(() => import('./gates/gate-page.tsx'), 'GatePage'),
});

const settings = createRoute({
  ...PAGE,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

const audit = createRoute({
  ...PAGE,
  path: '/audit',
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    live,
    request,
    events,
    catalogue,
    provider,
    actions,
    action,
    registration,
    sessions,
    issues,
    issue,
    deliveries,
    delivery,
    destinations,
    gates,
    gate,
    settings,
    audit,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
