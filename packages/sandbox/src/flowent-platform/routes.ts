/** The API's one table of paths and methods. */
import type { RouteMatch } from '../platform-server/route-match.ts';
import type { FlowentRoute } from './model.ts';

/** Where the API's paths begin. */
export const BASE_PATH = '/api/v1/gateway';

/** A call of the API, and the action that its path names; empty where it names none. */
export interface FoundRoute {
  readonly route: FlowentRoute;
  readonly name: string;
}

const PATHS: readonly {
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, FlowentRoute>>;
}[] = [
  { pattern: /^\/token\/exchange$/, methods: { POST: 'POST /token/exchange' } },
  { pattern: /^\/actions$/, methods: { GET: 'GET /actions', POST: 'POST /actions' } },
  {
    // Not decoded: a name holds nothing that is ever percent-encoded.
    pattern: /^\/actions\/([^/]+)$/,
    methods: {
      GET: 'GET /actions/{name}',
      PUT: 'PUT /actions/{name}',
      DELETE: 'DELETE /actions/{name}',
    },
  },
];

/**
 * Finds the call of the API that a request makes.
 * @param path without the query.
 */
export function matchRoute(method: string, path: string): RouteMatch<FoundRoute> {
  if (!path.startsWith(BASE_PATH)) return { kind: 'unknown' };
  const rest = path.slice(BASE_PATH.length);
  for (const { pattern, methods } of PATHS) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    const route = methods[method];
    if (route === undefined) return { kind: 'wrong-method', allow: Object.keys(methods).join(', ') };
    return { kind: 'found', route, name: match[1] ?? '' };
  }
  return { kind: 'unknown' };
}
