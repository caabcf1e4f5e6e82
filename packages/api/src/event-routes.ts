/** Rows of the route table: events. */
import {
  EVENT_VERDICTS,
  type EventPage,
  type EventQuery,
  type EventView,
  type ExportPage,
  type ExportQuery,
  type FollowPage,
  type FollowQuery,
  type KeptQuery,
  type SearchPage,
  type SearchQuery,
} from './event-types.ts';
import {
  type FieldsOf,
  HEADER_NAME,
  ID_TEXT,
  TENANT_TEXT,
  type TextField,
  TIME_TEXT,
  TYPE_TEXT,
  type WholeNumberField,
  wordField,
} from './fields.ts';
import { GET, type RouteTable } from './route.ts';

export interface EventParams {
  readonly id: string;
}

export type EventApi = {
  readonly events: { readonly query: EventQuery; readonly reply: EventPage };
  readonly searchEvents: { readonly query: SearchQuery; readonly reply: SearchPage };
  readonly followEvents: {
    readonly params: Pick<FollowQuery, 'place'>;
    readonly query: Omit<FollowQuery, 'place'>;
    readonly reply: FollowPage;
  };
  readonly exportEvents: {
    readonly params: Pick<ExportQuery, 'place'>;
    readonly query: Omit<ExportQuery, 'place'>;
    readonly reply: ExportPage;
  };
  readonly event: { readonly params: EventParams; readonly reply: EventView };
};

const GATE = { ...ID_TEXT, optional: true } as const;
const LIMIT = { kind: 'whole-number', min: 1, max: 200, optional: true } as const;
const PLACE: WholeNumberField = { kind: 'whole-number', min: 0, max: Number.MAX_SAFE_INTEGER };
/** What is looked for. */
export const SEARCHED: TextField = { kind: 'text', pattern: /^.{1,500}$/s, mustBe: '1 to 500 characters' };
const REASON: TextField = {
  kind: 'text',
  pattern: /^[a-z0-9-]{1,60}$/,
  mustBe: 'a reason of the table of refusals, such as signature-mismatch',
};

/** Of events, and of refused requests. */
export const KEPT_FIELDS: FieldsOf<KeptQuery> = {
  reason: { ...REASON, optional: true },
  id: { ...ID_TEXT, optional: true },
  since: { ...TIME_TEXT, optional: true },
  until: { ...TIME_TEXT, optional: true },
  member: { ...SEARCHED, optional: true, reveals: true },
  value: { ...SEARCHED, optional: true, reveals: true },
  header: {
    kind: 'text',
    pattern: HEADER_NAME,
    mustBe: 'the name of a header',
    optional: true,
  },
  headerValue: { ...SEARCHED, optional: true, reveals: true },
};

export const EVENT_ROUTES: RouteTable<EventApi> = {
  events: {
    ...GET,
    path: '/api/events',
    query: {
      gate: GATE,
      type: { ...TYPE_TEXT, optional: true },
      tenant: { ...TENANT_TEXT, optional: true },
      verdict: { ...wordField(EVENT_VERDICTS), optional: true },
      ...KEPT_FIELDS,
      words: { ...SEARCHED, optional: true, reveals: true },
      unmatched: { kind: 'flag', optional: true },
      before: { ...ID_TEXT, optional: true },
      limit: LIMIT,
    },
    answers:
      'kept events without their bodies, newest first; `next` in the answer is the next `before`; 404 for an unknown gate of which none is kept. All that is asked for must match; see [Searching](#searching). A call looks at a bounded number of events: a page may be empty and have a `next`, and `searchedUntil` says how far back it has looked',
  },
  searchEvents: {
    ...GET,
    path: '/api/events/search',
    query: {
      text: { ...SEARCHED, optional: false },
      gate: GATE,
      before: { ...ID_TEXT, optional: true },
      limit: LIMIT,
    },
    answers:
      'events whose body, URL or headers contain a text byte for byte, newest first; each call searches a part of them: `next` in the answer is the next `before`, and `damaged` names the events that are damaged in the store and could not be searched',
  },
  followEvents: {
    ...GET,
    path: '/api/events/after/:place',
    params: { place: { ...PLACE, optional: false } },
    query: { gate: GATE, type: { ...TYPE_TEXT, optional: true }, limit: LIMIT },
    answers:
      'events kept after a place, oldest first; `cursor` in the answer is the next `place`, `cursorId` its event. Repeated calls miss no event, whatever the clock does; if `placeId` is not the `cursorId` of the previous answer, the store was restored from a backup. 409 for a place that no event has reached. `countersign events follow` reads it',
  },
  exportEvents: {
    ...GET,
    // Everything that is kept, as a backup has it.
    role: 'admin',
    path: '/api/events/export/:place',
    reveals: true,
    params: { place: { ...PLACE, optional: false } },
    query: { gate: GATE },
    answers:
      'events kept after a place, byte for byte, oldest first, in pages of some megabytes; `cursor` in the answer is the next `place`, and `damaged` names the events that are damaged in the store and could not be exported; 409 for a place that no event has reached. `countersign store export` reads it',
  },
  event: {
    ...GET,
    path: '/api/events/:id',
    reveals: true,
    params: { id: { ...ID_TEXT, optional: false } },
    answers:
      'one event, byte for byte, with its deliveries; `countersign events show`, `explain` and `send` read it',
  },
};
