/**
 * The admin API's routes: the only such table. The server registers from it and judges by it what it is sent, the client calls by
 * it, and the table of `docs/admin-api.md` is generated from it.
 */
import { type FieldsOf, ID_TEXT } from './fields.ts';
import type { ClaimView, RefusedPage, RefusedQuery, RefusedView, ReleasedView } from './refused-types.ts';
import type {
  EventPage,
  EventQuery,
  EventView,
  GateView,
  HealthView,
  LiveView,
  ReadyView,
  SessionView,
  VerdictQuery,
} from './types.ts';
import { VERDICT_KINDS } from './verdicts.ts';

/** What a route takes and gives. Absent: it takes none. */
export interface RouteTypes {
  /** Segments of its path. */
  readonly params?: object;
  readonly query?: object;
  /** The members of a JSON object. */
  readonly body?: object;
  /** A JSON value; `StreamOf` such values, which come one by one until somebody leaves; or a `string`, which is a text as it stands. */
  readonly reply: unknown;
}

/** The reply of a route that streams: server-sent events, each one such value as JSON. */
export interface StreamOf<Item> {
  readonly streamed: Item;
}

/** The reply of a route that answers with a text. */
export interface TextKind {
  /** Its media type, with parameters. */
  readonly text: string;
}

/** Routes by name. */
export type Api = Readonly<Record<string, RouteTypes>>;

export interface Route<Types extends RouteTypes = RouteTypes> {
  readonly method: 'GET' | 'DELETE' | 'POST';
  /** `:name` stands for one percent-encoded segment. */
  readonly path: string;
  /** Whether the bearer token is wanted. */
  readonly auth: boolean;
  readonly params: FieldsOf<Part<Types, 'params'>>;
  readonly query: FieldsOf<Part<Types, 'query'>>;
  readonly body: FieldsOf<Part<Types, 'body'>>;
  readonly reply: ReplyKind<Types['reply']>;
  /** The statuses of a reply. */
  readonly statuses: readonly number[];
  /** What it answers, for the docs. */
  readonly answers: string;
}

export type RouteTable<Routes extends Api> = { readonly [Name in keyof Routes]: Route<Routes[Name]> };

/** Of a route of which nothing is known it is any. */
type ReplyKind<Reply> = unknown extends Reply
  ? 'json' | 'stream' | TextKind
  : Reply extends StreamOf<unknown>
    ? 'stream'
    : Reply extends string
      ? TextKind
      : 'json';

export type Nothing = Readonly<Record<never, never>>;
type Part<Types, Name extends string> = Types extends { readonly [Key in Name]: infer Values }
  ? Values
  : Nothing;

/** All that a route takes, in one record: no name occurs in two parts of a route. */
export type InputOf<Types extends RouteTypes> = Part<Types, 'params'> &
  Part<Types, 'query'> &
  Part<Types, 'body'>;

/** The routes of the admin API, by what they take and give. */
export type AdminApi = {
  readonly health: { readonly reply: HealthView };
  readonly ready: { readonly reply: ReadyView };
  readonly gates: { readonly reply: readonly GateView[] };
  readonly claim: { readonly params: ClaimParams; readonly reply: ClaimView };
  readonly releaseClaim: { readonly params: ClaimParams; readonly reply: ReleasedView };
  readonly sessions: { readonly reply: readonly SessionView[] };
  readonly events: { readonly query: EventQuery; readonly reply: EventPage };
  readonly event: { readonly params: EventParams; readonly reply: EventView };
  readonly refused: { readonly query: RefusedQuery; readonly reply: RefusedPage };
  readonly refusedRequest: { readonly params: RefusedParams; readonly reply: RefusedView };
  readonly liveVerdicts: { readonly query: VerdictQuery; readonly reply: StreamOf<LiveView> };
  readonly metrics: { readonly reply: string };
};

export interface ClaimParams {
  readonly gate: string;
  /** 32 hex characters, as the log has it. */
  readonly claim: string;
}

export interface EventParams {
  readonly id: string;
}

export interface RefusedParams {
  readonly id: string;
}

export type RouteName = keyof AdminApi;

const NONE = { params: {}, query: {}, body: {} };
const GET = { ...NONE, method: 'GET', auth: true, reply: 'json', statuses: [200] } as const;

const CLAIM = {
  path: '/api/gates/:gate/claims/:claim',
  params: {
    gate: { ...ID_TEXT, optional: false },
    claim: { kind: 'text', pattern: /^[0-9a-f]{32}$/i, mustBe: '32 hex characters', optional: false },
  },
} as const;

export const ROUTES: RouteTable<AdminApi> = {
  health: {
    ...GET,
    path: '/health',
    auth: false,
    statuses: [200, 503],
    answers: 'that the process lives and its store takes what it is given (503 and why where it does not)',
  },
  ready: {
    ...GET,
    path: '/ready',
    auth: false,
    statuses: [200, 503],
    answers: 'that it takes requests (503 while it drains, or its store takes nothing)',
  },
  gates: { ...GET, path: '/api/gates', answers: 'each gate with what it covers and its counts' },
  claim: {
    ...GET,
    ...CLAIM,
    answers:
      'when a request was taken that the store remembers, and the event that it became; 404 where nobody holds the claim. `countersign explain` asks of repeats',
  },
  releaseClaim: {
    ...GET,
    ...CLAIM,
    method: 'DELETE',
    answers:
      '`{ released: true }`: its request may run again; 404 where nobody holds it, or there is no such gate',
  },
  sessions: {
    ...GET,
    path: '/api/sessions',
    answers:
      'each session’s token, its age and how many calls for one failed in a row; why the vendor’s server failed last, and what to do',
  },
  events: {
    ...GET,
    path: '/api/events',
    query: {
      gate: { ...ID_TEXT, optional: true },
      before: { ...ID_TEXT, optional: true },
      limit: { kind: 'whole-number', min: 1, max: 200, optional: true },
    },
    answers:
      'kept events without their bodies, the newest first; `next` in the answer is the next `before`; 404 for a gate that the gateway does not have, where none of it is kept',
  },
  event: {
    ...GET,
    path: '/api/events/:id',
    params: { id: { ...ID_TEXT, optional: false } },
    answers: 'one event, byte for byte; `countersign explain` and `send` read it',
  },
  refused: {
    ...GET,
    path: '/api/refused',
    query: {
      gate: { ...ID_TEXT, optional: true },
      before: { kind: 'whole-number', min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
      // Each is opened: fifty whose heads are as long as they may be take three milliseconds.
      limit: { kind: 'whole-number', min: 1, max: 50, optional: true },
    },
    answers:
      'refused requests of gates that keep them, without headers and bodies, the last first; `next` in the answer is the next `before`; 404 for a gate that the gateway does not have, where none of it is kept',
  },
  refusedRequest: {
    ...GET,
    path: '/api/refused/:id',
    params: { id: { ...ID_TEXT, optional: false } },
    answers:
      'one refused request by its request id, byte for byte, with its proof; `countersign explain --refused` reads it',
  },
  liveVerdicts: {
    ...GET,
    path: '/api/verdicts/live',
    query: {
      gate: { ...ID_TEXT, optional: true },
      verdict: {
        kind: 'text',
        pattern: new RegExp(`^(?:${VERDICT_KINDS.join('|')})$`),
        mustBe: `one of ${VERDICT_KINDS.join(', ')}`,
        optional: true,
      },
    },
    reply: 'stream',
    answers:
      'what becomes of each request from now on, as its line in the log says it, and of refused ones that are kept the likeliest cause; 404 where there is no such gate',
  },
  metrics: {
    ...GET,
    path: '/metrics',
    reply: { text: 'text/plain; version=0.0.4; charset=utf-8' },
    answers:
      'figures of the gateway since its start, in [Prometheus’ text format](metrics.md), for Prometheus and what reads as it does',
  },
};
