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
      'kept events without their bodies, the newest first; `next` in the answer is the next `before`; 404 for a gate that the gateway does not have, where none of it is kept',
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
      'events whose body, URL or headers hold a text byte for byte, the newest first; a part of them is looked at each time: `next` in the answer is the next `before`',
  },
  followEvents: {
    ...GET,
    path: '/api/events/after/:place',
    params: { place: { ...PLACE, optional: false } },
    query: { gate: GATE, type: { ...TYPE_TEXT, optional: true }, limit: LIMIT },
    answers:
      'events kept after a place, the oldest first; `cursor` in the answer is the next `place`, `cursorId` its event. Who asks again and again misses none, whatever the clock does; where `placeId` is not the `cursorId` of the answer before, the store was put back from a copy. 409 for a place that no event has reached. `countersign events follow` does',
  },
  exportEvents: {
    ...GET,
    path: '/api/events/export/:place',
    params: { place: { ...PLACE, optional: false } },
    query: { gate: GATE },
    answers:
      'events kept after a place, byte for byte, the oldest first, so many as make a page of some megabytes; `cursor` in the answer is the next `place`; 409 for one that no event has reached. `countersign store export` reads it',
  },
  event: {
    ...GET,
    path: '/api/events/:id',
    params: { id: { ...ID_TEXT, optional: false } },
    answers:
      'one event, byte for byte, with its deliveries; `countersign events show`, `explain` and `send` read it',
  },
};
