/**
 * The admin API's routes: the only such table. The server registers from it and judges by it what it is sent, the client calls by
 * it, and the table of `docs/admin-api.md` is generated from it.
 */
import { AUDIT_ROUTES, type AuditApi } from './audit-routes.ts';
import { CONFIG_ROUTES, type ConfigApi } from './config-routes.ts';
import { DELIVERY_ROUTES, type DeliveryApi } from './delivery-routes.ts';
import { DOWNLOAD_ROUTES, type DownloadApi } from './download-routes.ts';
import { EVENT_ROUTES, type EventApi, KEPT_FIELDS, SEARCHED } from './event-routes.ts';
import { EXPLAIN_ROUTES, type ExplainApi } from './explain-routes.ts';
import { ID_TEXT, TYPE_TEXT, wordField } from './fields.ts';
import { ISSUE_ROUTES, type IssueApi } from './issue-routes.ts';
import { KEY_ROUTES, type KeyApi } from './key-routes.ts';
import { LOG_IN_ROUTES, type LogInApi } from './log-in-routes.ts';
import { PASS_ROUTES, type PassApi } from './pass-routes.ts';
import type { ClaimView, RefusedPage, RefusedQuery, RefusedView, ReleasedView } from './refused-types.ts';
import { REGISTRATION_ROUTES, type RegistrationApi } from './registration-routes.ts';
import { GET, type RouteTable, type StreamOf } from './route.ts';
import { SANDBOX_ROUTES, type SandboxApi } from './sandbox-routes.ts';
import { STORE_ROUTES, type StoreApi } from './store-routes.ts';
import type {
  GateView,
  HealthView,
  LiveView,
  ReadyView,
  SessionOnboardingsView,
  SessionView,
  VerdictQuery,
} from './types.ts';
import { VERDICT_KINDS } from './verdicts.ts';

/** The routes of the admin API, by what they take and give. */
export type AdminApi = OwnApi &
  LogInApi &
  EventApi &
  DeliveryApi &
  IssueApi &
  StoreApi &
  ConfigApi &
  ExplainApi &
  PassApi &
  DownloadApi &
  RegistrationApi &
  AuditApi &
  KeyApi &
  SandboxApi;

type OwnApi = {
  readonly health: { readonly reply: HealthView };
  readonly ready: { readonly reply: ReadyView };
  readonly gates: { readonly reply: readonly GateView[] };
  readonly claim: { readonly params: ClaimParams; readonly reply: ClaimView };
  readonly releaseClaim: { readonly params: ClaimParams; readonly reply: ReleasedView };
  readonly sessions: { readonly reply: readonly SessionView[] };
  readonly onboardings: { readonly reply: readonly SessionOnboardingsView[] };
  readonly refused: { readonly query: RefusedQuery; readonly reply: RefusedPage };
  readonly refusedRequest: { readonly params: RefusedParams; readonly reply: RefusedView };
  readonly liveVerdicts: { readonly query: VerdictQuery; readonly reply: StreamOf<LiveView> };
  readonly metrics: { readonly reply: string };
  readonly openapi: { readonly reply: string };
};

export interface ClaimParams {
  readonly gate: string;
  /** 32 hex characters, as the log has it. */
  readonly claim: string;
}

export interface RefusedParams {
  readonly id: string;
}

export type RouteName = keyof AdminApi;

const CLAIM = {
  path: '/api/gates/:gate/claims/:claim',
  params: {
    gate: { ...ID_TEXT, optional: false },
    claim: { kind: 'text', pattern: /^[0-9a-f]{32}$/i, mustBe: '32 hex characters', optional: false },
  },
} as const;

const OWN_ROUTES: RouteTable<OwnApi> = {
  health: {
    ...GET,
    path: '/health',
    auth: false,
    statuses: [200, 503],
    answers: 'that the process runs and its store works (503 and why if it does not)',
  },
  ready: {
    ...GET,
    path: '/ready',
    auth: false,
    statuses: [200, 503],
    answers:
      'that it takes requests (503 and why while it drains, if its store does not work, or if no gate has a key that is valid; not during a reload)',
  },
  gates: { ...GET, path: '/api/gates', answers: 'each gate with what it covers and its counts' },
  claim: {
    ...GET,
    ...CLAIM,
    answers:
      'when the request of this claim was taken, and the event that it became; 404 if nobody holds the claim. `countersign explain` uses it for repeats',
  },
  releaseClaim: {
    ...GET,
    ...CLAIM,
    method: 'DELETE',
    answers:
      '`{ released: true }`: its request can run again; 404 if nobody holds it, or there is no such gate',
  },
  sessions: {
    ...GET,
    path: '/api/sessions',
    answers:
      'each session’s token, its age and how many calls for one failed in a row; why the vendor’s server last failed, and what to do',
  },
  onboardings: {
    ...GET,
    // Of people, though it names none.
    role: 'operator',
    path: '/api/onboardings',
    answers:
      'of each session that onboards people: the last 100 onboardings since it was opened, with the end of the vendor’s id, the state seen last, and when; kept in memory alone',
  },
  refused: {
    ...GET,
    path: '/api/refused',
    query: {
      gate: { ...ID_TEXT, optional: true },
      ...KEPT_FIELDS,
      text: { ...SEARCHED, optional: true },
      before: { kind: 'whole-number', min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
      // Each is opened: fifty whose heads are as long as they may be take three milliseconds.
      limit: { kind: 'whole-number', min: 1, max: 50, optional: true },
    },
    answers:
      'refused requests of gates that keep them, without headers and bodies, newest first; `next` in the answer is the next `before`; 404 for an unknown gate of which none is kept. All that is asked for must match; see [Searching](#searching). A call looks at a bounded number of them: a page may be empty and have a `next`',
  },
  refusedRequest: {
    ...GET,
    // With its proof: a token in it can still be used.
    role: 'operator',
    path: '/api/refused/:id',
    reveals: true,
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
        ...wordField(VERDICT_KINDS),
        optional: true,
      },
      type: { ...TYPE_TEXT, optional: true },
      event: { ...ID_TEXT, optional: true },
      destination: { ...ID_TEXT, optional: true },
    },
    reply: 'stream',
    answers:
      'the outcome of each request from now on, as in its log line, with the likeliest cause of refused ones that are kept; each attempt to deliver an event; and each issue that opens, returns, closes or is changed. `verdict` selects requests only, `type` and `event` attempts only, `destination` attempts and issues; 404 if there is no such gate',
  },
  metrics: {
    ...GET,
    path: '/metrics',
    reply: { text: 'text/plain; version=0.0.4; charset=utf-8' },
    answers: 'the gateway’s [metrics](metrics.md) since its start, in Prometheus’ text format',
  },
  openapi: {
    ...GET,
    path: '/api/openapi.json',
    reply: { text: 'application/json' },
    answers: 'this table as an OpenAPI 3.1 document, with the JSON Schema of each answer',
  },
};

export const ROUTES: RouteTable<AdminApi> = {
  ...OWN_ROUTES,
  ...KEY_ROUTES,
  ...LOG_IN_ROUTES,
  ...EVENT_ROUTES,
  ...DELIVERY_ROUTES,
  ...ISSUE_ROUTES,
  ...STORE_ROUTES,
  ...CONFIG_ROUTES,
  ...EXPLAIN_ROUTES,
  ...AUDIT_ROUTES,
  ...PASS_ROUTES,
  ...DOWNLOAD_ROUTES,
  ...REGISTRATION_ROUTES,
  ...SANDBOX_ROUTES,
};
