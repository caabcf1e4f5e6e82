/** A client of the admin API, for the command line and other programs. */
import { AdminError, adminErrorOf } from './admin-error.ts';
import type { Declared } from './fields.ts';
import { followStream, type StreamOptions, type StreamPart } from './follow-stream.ts';
import { ADMIN_LISTENER_NAME, LISTENER_HEADER } from './listener-header.ts';
import { CSRF_HEADER } from './log-in-types.ts';
import type { Api, InputOf, Nothing, Route, RouteTable, StreamOf } from './route.ts';
import { type AdminApi, ROUTES } from './routes.ts';
import type { BodyLike } from './server-sent-events.ts';

export interface AdminClientOptions {
  /** The admin listener, e.g. `http://127.0.0.1:8788`. */
  readonly baseUrl: string;
  /** The bearer token of the admin API. Left out or empty: the cookie of a browser's session goes along. */
  readonly token?: string;
  /** The `csrf` of that session, as `logIn` and `loggedIn` answer it; asked for with each change. */
  readonly csrf?: () => string | undefined;
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
    /** Given with a stream. */
    readonly signal?: AbortSignal;
  },
) => Promise<ResponseLike>;

/** The part of `Response` that the client uses. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Read where the reply is a stream. */
  readonly body?: BodyLike | null;
  json(): Promise<unknown>;
  /** Read where the reply is a text. */
  text(): Promise<string>;
  /** Read where the reply is bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface CallOptions {
  /** The ETag of what is to be changed: `AdminError` with the code `changed-meanwhile`, and nothing done, where it is another by now. */
  readonly ifMatch?: string | undefined;
}

/** A reply, and what names the state that it shows. */
export interface ReadReply<Reply> {
  readonly reply: Reply;
  /** Undefined where the route has none. */
  readonly etag: string | undefined;
}

export interface Client<Routes extends Api> {
  /**
   * Calls a route. `AdminError` for every answer that is no reply of it.
   * @example const { events } = await client.call('events', { gate: 'github', limit: 20 });
   */
  call<Name extends Exclude<keyof Routes, Streaming<Routes>>>(
    name: Name,
    ...inputAndOptions: Nothing extends InputOf<Routes[Name]>
      ? [input?: InputOf<Routes[Name]>, options?: CallOptions]
      : [input: InputOf<Routes[Name]>, options?: CallOptions]
  ): Promise<Routes[Name]['reply']>;
  /**
   * The same with the reply’s ETag, for a change that is to be made of what was read and of nothing newer.
   * @example
   *   const { reply, etag } = await client.read('gateKeys', { gate: 'stripe' });
   *   await client.call('changeKey', { gate: 'stripe', key: 'old', change: 'retire' }, { ifMatch: etag });
   */
  read<Name extends Exclude<keyof Routes, Streaming<Routes>>>(
    name: Name,
    ...inputAndOptions: Nothing extends InputOf<Routes[Name]>
      ? [input?: InputOf<Routes[Name]>, options?: CallOptions]
      : [input: InputOf<Routes[Name]>, options?: CallOptions]
  ): Promise<ReadReply<Routes[Name]['reply']>>;
  /**
   * Follows a route that streams, over broken connections too. Nothing is asked for before it is iterated, and no more is read than
   * is taken: what comes faster is lost, and told. `AdminError` where the first try is refused, or a later one would be again;
   * `SilenceError` where nothing comes of the first for 45 seconds.
   * @example for await (const part of client.stream('liveVerdicts', { gate: 'github' }, { signal })) console.log(part);
   */
  stream<Name extends Streaming<Routes>>(
    name: Name,
    ...inputAndOptions: Nothing extends InputOf<Routes[Name]>
      ? [input?: InputOf<Routes[Name]>, options?: StreamOptions]
      : [input: InputOf<Routes[Name]>, options?: StreamOptions]
  ): AsyncIterable<StreamPart<ItemOf<Routes[Name]['reply']>>>;
}

/** The routes whose reply is a stream. */
type Streaming<Routes extends Api> = {
  [Name in keyof Routes]: Routes[Name]['reply'] extends StreamOf<unknown> ? Name : never;
}[keyof Routes];

type ItemOf<Reply> = Reply extends StreamOf<infer Item> ? Item : never;

export type AdminClient = Client<AdminApi>;

/** Makes a client of the admin API. It holds no connection and needs no closing. */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  return createClient(ROUTES, options);
}

/** Makes a client of any such table. */
export function createClient<Routes extends Api>(
  routes: RouteTable<Routes>,
  options: AdminClientOptions,
): Client<Routes> {
  const ask = askerOf(options);
  return {
    async call(name, ...[input = {}, options]) {
      const route: AnyRoute = routes[name];
      return replyOf(route, await ask(route, input, { headers: matchOf(options) }));
    },
    async read(name, ...[input = {}, options]) {
      const route: AnyRoute = routes[name];
      const response = await ask(route, input, { headers: matchOf(options) });
      return { reply: await replyOf(route, response), etag: response.headers.get('etag') ?? undefined };
    },
    stream(name, ...[input = {}, following = {}]) {
      const route: AnyRoute = routes[name];
      return followStream(async (lastEventId, signal) => {
        const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
        const response = await ask(route, input, { headers, signal });
        const { status, body } = response;
        if (!route.statuses.includes(status))
          throw adminErrorOf(status, await response.json().catch(() => {}));
        checkListener(response);
        if (body) return body;
        throw new AdminError(status, `the admin API answered ${status} without a stream`);
      }, following);
    },
  };
}

function matchOf({ ifMatch }: CallOptions = {}): Readonly<Record<string, string>> {
  return ifMatch === undefined ? {} : { 'if-match': ifMatch };
}

/** @throws AdminError for what is no reply of the route */
async function replyOf(route: AnyRoute, response: ResponseLike): Promise<unknown> {
  const { status } = response;
  const isReply = route.statuses.includes(status);
  if (isReply) checkListener(response);
  if (isReply && typeof route.reply === 'object') {
    return 'text' in route.reply ? response.text() : new Uint8Array(await response.arrayBuffer());
  }
  const value = await response.json().catch(() => {
    if (isReply) throw new AdminError(status, `the admin API answered ${status}, and what came is not JSON`);
  });
  if (!isReply) throw adminErrorOf(status, value);
  return value;
}

/** Before anything of it is read: what another server says is counted as nothing. @throws AdminError */
function checkListener({ status, headers }: ResponseLike): void {
  if (headers.get(LISTENER_HEADER) !== ADMIN_LISTENER_NAME)
    throw new AdminError(status, `the answer ${status} has no ${LISTENER_HEADER} header`);
}

interface More {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Ask = (route: AnyRoute, input: object, more?: More) => Promise<ResponseLike>;

function askerOf(options: AdminClientOptions): Ask {
  const { baseUrl, fetch } = options;
  const send = fetch ?? globalFetch();
  const base = baseUrl.replace(/\/+$/, '');
  return async (route, input, { headers, signal } = { headers: {} }) => {
    const values = new Map(Object.entries(input));
    const body = bodyOf(route, values);
    return send(base + pathOf(route, values) + queryOf(route, values), {
      method: route.method,
      headers: {
        ...credentialOf(route, options),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  };
}

/** The token; or what goes along with the cookie, which the browser sends by itself. */
function credentialOf(
  { auth, method }: AnyRoute,
  { token, csrf }: AdminClientOptions,
): Readonly<Record<string, string>> {
  if (!auth) return {};
  if (token) return { authorization: `Bearer ${token}` };
  const shown = method === 'GET' ? undefined : csrf?.();
  return shown === undefined ? {} : { [CSRF_HEADER]: shown };
}

/** What a caller may rely on of any route. */
type AnyRoute = Pick<Route, 'method' | 'path' | 'auth' | 'statuses' | 'reply'> & {
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

/** `fetch` is no part of the language's own library, and this package takes no runtime's types. */
function globalFetch(): FetchLike {
  const { fetch } = globalThis as { fetch?: FetchLike };
  if (fetch === undefined) throw new TypeError('there is no global fetch; pass options.fetch');
  return fetch;
}
