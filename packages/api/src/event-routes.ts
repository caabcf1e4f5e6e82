/** Rows of the route table: events. */
import type {
  EventPage,
  EventQuery,
  EventView,
  ExportPage,
  ExportQuery,
  FollowPage,
  FollowQuery,
  SearchPage,
  SearchQuery,
} from './event-types.ts';
import { ID_TEXT, type TextField, TYPE_TEXT, type WholeNumberField } from './fields.ts';
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
const SEARCHED: TextField = { kind: 'text', pattern: /^.{1,500}$/s, mustBe: '1 to 500 characters' };

export const EVENT_ROUTES: RouteTable<EventApi> = {
  events: {
    ...GET,
    path: '/api/events',
    query: {
      gate: GATE,
      type: { ...TYPE_TEXT, optional: true },
      unmatched: { kind: 'flag', optional: true },
      before: { ...ID_TEXT, optional: true },
      limit: LIMIT,
    },
    answers:
      'kept events without their bodies, newest first; `next` in the answer is the next `before`; 404 for an unknown gate of which none is kept',
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
    path: '/api/events/export/:place',
    params: { place: { ...PLACE, optional: false } },
    query: { gate: GATE },
    answers:
      'events kept after a place, byte for byte, oldest first, in pages of some megabytes; `cursor` in the answer is the next `place`, and `damaged` names the events that are damaged in the store and could not be exported; 409 for a place that no event has reached. `countersign store export` reads it',
  },
  event: {
    ...GET,
    path: '/api/events/:id',
    params: { id: { ...ID_TEXT, optional: false } },
    answers:
      'one event, byte for byte, with its deliveries; `countersign events show`, `explain` and `send` read it',
  },
};
