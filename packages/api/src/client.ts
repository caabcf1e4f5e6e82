/** A client of the admin API, for the command line, the console and other programs. */
import type { Declared } from './fields.ts';
import { isProblemCode, type ProblemCode } from './problems.ts';
import {
  type AdminApi,
  type Api,
  type InputOf,
  type Nothing,
  ROUTES,
  type Route,
  type RouteTable,
} from './routes.ts';

export interface AdminClientOptions {
  /** The admin listener, e.g. `http://127.0.0.1:8788`. */
  readonly baseUrl: string;
  /** The bearer token of the admin API. */
  readonly token: string;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchLike;
}

/** The part of `fetch` that the client uses. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) => Promise<ResponseLike>;

/** The part of `Response` that the client uses. */
export interface ResponseLike {
  readonly status: number;
  json(): Promise<unknown>;
}

export interface Client<Routes extends Api> {
  /**
   * Calls a route. `AdminError` for every answer that is no reply of it.
   * @example const { events } = await client.call('events', { gate: 'github', limit: 20 });
   */
  call<Name extends keyof Routes>(
    name: Name,
    ...input: Nothing extends InputOf<Routes[Name]>
      ? [input?: InputOf<Routes[Name]>]
      : [input: InputOf<Routes[Name]>]
  ): Promise<Routes[Name]['reply']>;
}

export type AdminClient = Client<AdminApi>;

/** The admin API answered with a status that means failure. Holds no token. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;
  /** Why. Undefined where the answer is not the admin API's. */
  readonly code: ProblemCode | undefined;

  constructor(status: number, message: string, code?: ProblemCode) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Makes a client of the admin API. It holds no connection and needs no closing. */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  return createClient(ROUTES, options);
}

/** Makes a client of any such table. */
export function createClient<Routes extends Api>(
  routes: RouteTable<Routes>,
  options: AdminClientOptions,
): Client<Routes> {
  const send = options.fetch ?? globalFetch();
  const base = options.baseUrl.replace(/\/+$/, '');
  return {
    async call(name, ...[input = {}]) {
      const route: AnyRoute = routes[name];
      const values = new Map(Object.entries(input));
      const body = bodyOf(route, values);
      const headers = {
        ...(route.auth && { authorization: `Bearer ${options.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      };
      const response = await send(base + pathOf(route, values) + queryOf(route, values), {
        method: route.method,
        headers,
        ...(body !== undefined && { body }),
      });
      const { status } = response;
      const isReply = route.statuses.includes(status);
      const value = await response.json().catch(() => {
        if (isReply)
          throw new AdminError(status, `the admin API answered ${status}, and what came is no JSON`);
      });
      if (!isReply) throw errorOf(status, value);
      return value;
    },
  };
}

/** What a caller may rely on of any route. */
type AnyRoute = Pick<Route, 'method' | 'path' | 'auth' | 'statuses'> & {
  readonly [Part in 'params' | 'query' | 'body']: Readonly<Record<string, Declared>>;
};

type Values = ReadonlyMap<string, unknown>;

function pathOf({ path }: AnyRoute, values: Values): string {
  return path.replace(/:([a-z]+)/gi, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined || value === '') throw new TypeError(`the route ${path} needs "${name}"`);
    // A URL resolves these, however they are encoded: the call would go to another route.
    if (value === '.' || value === '..')
      throw new TypeError(`the route ${path} takes no "${value}" as "${name}"`);
    return encodeURIComponent(String(value));
  });
}

function queryOf({ query }: AnyRoute, values: Values): string {
  const text = valuesOf(query, values)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  return text === '' ? '' : `?${text}`;
}

function bodyOf({ body }: AnyRoute, values: Values): string | undefined {
  return Object.keys(body).length === 0
    ? undefined
    : JSON.stringify(Object.fromEntries(valuesOf(body, values)));
}

function valuesOf(fields: object, values: Values): [name: string, value: unknown][] {
  return Object.keys(fields)
    .map((name): [string, unknown] => [name, values.get(name)])
    .filter(([, value]) => value !== undefined);
}

function errorOf(status: number, value: unknown): AdminError {
  const { detail, code }: { detail?: unknown; code?: unknown } = Object(value);
  const reason = typeof detail === 'string' ? detail : 'no reason given';
  return new AdminError(
    status,
    `the admin API answered ${status}: ${reason}`,
    isProblemCode(code) ? code : undefined,
  );
}

/** `fetch` is no part of the language's own library, and this package takes no runtime's types. */
function globalFetch(): FetchLike {
  const { fetch } = globalThis as { fetch?: FetchLike };
  if (fetch === undefined) throw new TypeError('there is no global fetch; pass options.fetch');
  return fetch;
}
