/** The API's one table of paths and methods, and what each call must carry. */
import type { RouteMatch } from '../platform-server/route-match.ts';
import type { IncodeRoute } from './model.ts';

/** `session`: the token of one interview. `key`: the API key. `admin`: the API key and an admin token. */
export type Credentials = 'session' | 'key' | 'admin';

export interface FoundRoute {
  readonly route: IncodeRoute;
  readonly credentials: Credentials;
}

const CREDENTIALS: Readonly<Record<IncodeRoute, Credentials>> = {
  'POST /omni/start': 'key',
  'GET /0/omni/onboarding-url': 'session',
  'GET /omni/get/onboarding/status': 'admin',
  'GET /omni/get/score': 'admin',
  'POST /omni/process/approve': 'admin',
  'POST /omni/auth-attempt/verify': 'key',
  'POST /executive/log-in': 'key',
};

const ROUTES = Object.entries(CREDENTIALS).map(([route, credentials]) => {
  const [method = '', path = ''] = route.split(' ');
  // The table's keys are routes by its type.
  return { method, path, found: { route: route as IncodeRoute, credentials } };
});

/**
 * Finds the call of the API that a request makes.
 * @param path without the query.
 */
export function matchRoute(method: string, path: string): RouteMatch<FoundRoute> {
  // Each path has one method.
  const route = ROUTES.find((candidate) => candidate.path === path);
  if (route === undefined) return { kind: 'unknown' };
  return route.method === method
    ? { kind: 'found', ...route.found }
    : { kind: 'wrong-method', allow: route.method };
}
