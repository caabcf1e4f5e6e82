/** What the routes of events answer: lists, following, search, one event. */
import type { EventApi, EventPage, FollowPage, InputOf } from '@countersign/api';
import type { EventSummary } from '../stores/event-store.ts';
import type { EventParts, Handlers } from './admin-parts.ts';
import { isSearch, SEARCH_LIMITS } from './content-search.ts';
import { exportEvents } from './export-events.ts';
import { placeNotReached } from './place-not-reached.ts';
import type { Problem } from './problem.ts';
import { scanEvents } from './scan-events.ts';
import { searchEvents } from './search-events.ts';
import { showEvent } from './show-kept.ts';
import { type Bench, createBench } from './take-turns.ts';
import { unknownPlace } from './unknown-event.ts';
import { unknownKeeper } from './unknown-gate.ts';
import { eventSummaries } from './views.ts';

const DEFAULT_LIMIT = 50;
/** Rows looked at for a page of a follower of one type. Two milliseconds. */
const LOOKED_AT = 500;

export function createEventHandlers(parts: EventParts): Handlers<EventApi> {
  const inTurn = createBench(SEARCH_LIMITS);
  return {
    events: (input) => listEvents(parts, input, inTurn),
    searchEvents: (input) => inTurn(() => scanEvents(parts, input)),
    followEvents: (input) => followEvents(parts, input),
    exportEvents: (input) => exportEvents(parts, input),
    event: ({ id }) => showEvent(parts, id),
  };
}

async function listEvents(
  parts: EventParts,
  query: InputOf<EventApi['events']>,
  inTurn: Bench,
): Promise<EventPage | Problem> {
  const { limit = DEFAULT_LIMIT, gate, unmatched = false, before } = query;
  const unknown = await unknownPlace(parts, before);
  if (unknown !== undefined) return unknown;
  if (isSearch(query, ['gate', 'before', 'limit', 'unmatched']))
    return inTurn(() => searchEvents(parts, query));
  const listed = await parts.events.list({
    // One more than asked for tells whether there is a next page.
    limit: limit + 1,
    ...(gate !== undefined && { gate }),
    ...(before !== undefined && { before }),
    ...(unmatched && { isUnmatched: true }),
  });
  if (listed.length === 0) {
    const problem = await unknownKeeper(parts, gate);
    if (problem !== undefined) return problem;
  }
  const events = listed.slice(0, limit);
  const next = listed.length > limit ? events.at(-1)?.id : undefined;
  return { events: await eventSummaries(events, parts.masks), ...(next !== undefined && { next }) };
}

async function followEvents(
  parts: EventParts,
  { place, gate, type, limit = DEFAULT_LIMIT }: InputOf<EventApi['followEvents']>,
): Promise<FollowPage | Problem> {
  const at = await parts.events.at(place);
  if (at.kind === 'ahead') return placeNotReached();
  const looked = type === undefined ? limit : LOOKED_AT;
  const listed = await parts.events.follow({
    after: place,
    limit: looked + 1,
    ...(gate !== undefined && { gate }),
  });
  if (listed.length === 0) {
    const problem = await unknownKeeper(parts, gate);
    if (problem !== undefined) return problem;
  }
  const { events, last } = pickOfType(listed.slice(0, looked), type, limit);
  const placeId = at.kind === 'event' ? at.id : undefined;
  const cursorId = last?.id ?? placeId;
  return {
    events: await eventSummaries(events, parts.masks),
    cursor: last?.place ?? place,
    ...(cursorId !== undefined && { cursorId }),
    ...(placeId !== undefined && { placeId }),
    hasMore: last !== listed.at(-1),
  };
}

interface Picked {
  readonly events: readonly EventSummary[];
  /** The last that was looked at. */
  readonly last: EventSummary | undefined;
}

/** The first so many of a type. */
function pickOfType(listed: readonly EventSummary[], type: string | undefined, limit: number): Picked {
  const events: EventSummary[] = [];
  let last: EventSummary | undefined;
  for (const event of listed) {
    if (events.length === limit) break;
    last = event;
    if (type === undefined || event.type === type) events.push(event);
  }
  return { events, last };
}
