/** Rows of the route table: requests explained. */
import type { EventParams } from './event-routes.ts';
import type { ExplainBody, ExplanationView, TraceQuery } from './explain-types.ts';
import { ID_TEXT, wordField } from './fields.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type ExplainApi = {
  readonly traceEvent: {
    readonly params: EventParams;
    readonly query: TraceQuery;
    readonly reply: ExplanationView;
  };
  readonly traceRefused: {
    readonly params: EventParams;
    readonly query: TraceQuery;
    readonly reply: ExplanationView;
  };
  readonly explain: { readonly body: ExplainBody; readonly reply: ExplanationView };
};

const ID = { id: { ...ID_TEXT, optional: false } } as const;
const AT = { at: { ...wordField(['received', 'now']), optional: true } } as const;

/** Characters of a pasted request. */
export const MAX_PASTED_CHARS: number = 256 * 1024;

export const EXPLAIN_ROUTES: RouteTable<ExplainApi> = {
  traceEvent: {
    ...GET,
    path: '/api/events/:id/trace',
    reveals: true,
    params: ID,
    query: AT,
    answers:
      'an event’s way through its gate, judged again by the keys that the gate has now: the ten steps with what was read at each. `at` is `received` (as at the time when it came) or `now`. Nothing is claimed or run',
  },
  traceRefused: {
    ...GET,
    // The bytes that were signed have the body, and so what `refusedRequest` shows.
    role: 'operator',
    path: '/api/refused/:id/trace',
    reveals: true,
    params: ID,
    query: AT,
    answers:
      'a refused request’s way through its gate, judged again, with what explains it: findings, the code that mends them, and the bytes that were signed beside those that arrived',
  },
  explain: {
    ...POST,
    path: '/api/explain',
    readsOnly: true,
    body: {
      gate: { ...ID_TEXT, optional: true },
      request: {
        kind: 'text',
        pattern: new RegExp(`^.{1,${MAX_PASTED_CHARS}}$`, 's'),
        mustBe: 'a request as text, 256 KB at most',
        optional: false,
        secret: true,
      },
    },
    // Each character may be written as an escape of six.
    maxBodyBytes: 2 * 1024 * 1024,
    answers:
      'a pasted request’s way through a gate, with what explains its refusal; it may be in any form that `countersign explain` reads: raw HTTP, a curl line, JSON, a HAR entry, a fetch call, an event of AWS Lambda, a delivery as GitHub shows it. JSON may have 10,000 names, lists and objects, and 20,000 texts. `gate` names the gate that judges',
  },
};
