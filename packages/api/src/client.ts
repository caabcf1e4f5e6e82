/** A client of the admin API, for the command line, the console and other programs. */
import { ROUTES, type RouteName, routePath } from './routes.ts';
import type {
  EventPage,
  EventQuery,
  EventView,
  GateView,
  HealthView,
  ReadyView,
  SessionView,
} from './types.ts';

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
  init: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
) => Promise<ResponseLike>;

/** The part of `Response` that the client uses. */
export interface ResponseLike {
  readonly status: number;
  json(): Promise<unknown>;
}

/** Every method rejects with `AdminError` for an answer that it does not describe. */
export interface AdminClient {
  health(): Promise<HealthView>;
  /** Resolves while the gateway drains as well. */
  ready(): Promise<ReadyView>;
  gates(): Promise<readonly GateView[]>;
  /**
   * Releases a claim: the same request, sent again, runs again. False where the gate has no such claim, or its request is under way.
   * @param claimId 32 hex characters, as the log has it.
   */
  releaseClaim(gate: string, claimId: string): Promise<boolean>;
  sessions(): Promise<readonly SessionView[]>;
  events(query?: EventQuery): Promise<EventPage>;
  /** Undefined where no such event is kept. */
  event(id: string): Promise<EventView | undefined>;
}

/** The admin API answered with a status that means failure. Holds no token. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Makes a client. It holds no connection and needs no closing. */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const send = options.fetch ?? globalFetch();
  const base = options.baseUrl.replace(/\/+$/, '');
  const call = async (name: RouteName, path: string, expected: readonly number[]): Promise<Answered> => {
    const { method, auth } = ROUTES[name];
    const headers: Record<string, string> = auth ? { authorization: `Bearer ${options.token}` } : {};
    const response = await send(base + path, { method, headers });
    const value = await response.json().catch(() => undefined);
    if (!expected.includes(response.status))
      throw new AdminError(response.status, textOf(response.status, value));
    return { status: response.status, value };
  };
  return {
    health: async () => (await call('health', routePath('health'), [200])).value as HealthView,
    ready: async () => (await call('ready', routePath('ready'), [200, 503])).value as ReadyView,
    gates: async () => (await call('gates', routePath('gates'), [200])).value as readonly GateView[],
    async releaseClaim(gate, claimId) {
      const path = routePath('claim', { gate, claim: claimId });
      return (await call('claim', path, [200, 404])).status === 200;
    },
    sessions: async () =>
      (await call('sessions', routePath('sessions'), [200])).value as readonly SessionView[],
    events: async (query = {}) =>
      (await call('events', routePath('events') + search(query), [200])).value as EventPage,
    async event(id) {
      const { status, value } = await call('event', routePath('event', { id }), [200, 404]);
      return status === 404 ? undefined : (value as EventView);
    },
  };
}

interface Answered {
  readonly status: number;
  readonly value: unknown;
}

function search(query: EventQuery): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return text === '' ? '' : `?${text}`;
}

function textOf(status: number, value: unknown): string {
  const error = value !== null && typeof value === 'object' && 'error' in value ? value.error : undefined;
  const reason = typeof error === 'string' ? error : 'no reason given';
  return `the admin API answered ${status}: ${reason}`;
}

/** `fetch` is no part of the language's own library, and this package takes no runtime's types. */
function globalFetch(): FetchLike {
  const { fetch } = globalThis as { fetch?: FetchLike };
  if (fetch === undefined) throw new TypeError('there is no global fetch; pass options.fetch');
  return fetch;
}
