/** The admin API's routes. The only such table: the server registers from it and the client calls by it. */

export interface Route {
  readonly method: 'GET' | 'DELETE';
  /** `:name` stands for one percent-encoded segment. */
  readonly path: string;
  /** Whether the bearer token is wanted. */
  readonly auth: boolean;
}

const open = (path: string): Route => ({ method: 'GET', path, auth: false });
const guarded = (path: string): Route => ({ method: 'GET', path, auth: true });

export type RouteName = 'health' | 'ready' | 'gates' | 'claim' | 'sessions' | 'events' | 'event';

export const ROUTES: Readonly<Record<RouteName, Route>> = {
  health: open('/health'),
  ready: open('/ready'),
  gates: guarded('/api/gates'),
  claim: { method: 'DELETE', path: '/api/gates/:gate/claims/:claim', auth: true },
  sessions: guarded('/api/sessions'),
  events: guarded('/api/events'),
  event: guarded('/api/events/:id'),
};

/** A route's path with its parameters filled in. @throws TypeError for a missing or empty parameter. */
export function routePath(name: RouteName, params: Readonly<Record<string, string>> = {}): string {
  return ROUTES[name].path.replace(/:([a-z]+)/g, (_, param: string) => {
    const value = params[param];
    if (!value) throw new TypeError(`route ${name} needs the parameter "${param}"`);
    return encodeURIComponent(value);
  });
}
