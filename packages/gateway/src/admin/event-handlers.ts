/** What the routes of events answer: lists, following, search, one event. */
import type { EventApi, EventPage, EventSummaryView, FollowPage, InputOf } from '@countersign/api';
import type { EventSummary } from '../stores/event-store.ts';
import type { EventParts, Handlers } from './admin-parts.ts';
import { exportEvents } from './export-events.ts';
import { placeNotReached } from './place-not-reached.ts';
import type { Problem } from './problem.ts';
import { searchEvents } from './search-events.ts';
import { showEvent } from './show-kept.ts';
import { unknownPlace } from './unknown-event.ts';
import { unknownKeeper } from './unknown-gate.ts';
import { eventSummaryView } from './views.ts';

const DEFAULT_LIMIT = 50;
/** Rows looked at for a page of one type: there is no index of types. Two milliseconds. */
const LOOKED_AT = 500;

export function createEventHandlers(parts: EventParts): Handlers<EventApi> {
  return {
    events: (input) => listEvents(parts, input),
    searchEvents: (input) => searchEvents(parts, input),
    followEvents: (input) => followEvents(parts, input),
    exportEvents: (input) => exportEvents(parts, input),
    event: ({ id }) => showEvent(parts, id),
  };
}

async function listEvents(
  parts: EventParts,
  { limit = DEFAULT_LIMIT, gate, type, unmatched = false, before }: InputOf<EventApi['events']>,
): Promise<EventPage | Problem> {
  const unknown = await unknownPlace(parts, before);
  if (unknown !== undefined) return unknown;
  const looked = type === undefined ? limit : LOOKED_AT;
  const listed = await parts.events.list({
    // One more than asked for tells whether there is a next page.
    limit: looked + 1,
    ...(gate !== undefined && { gate }),
    ...(before !== undefined && { before }),
    ...(unmatched && { isUnmatched: true }),
  });
  if (listed.length === 0) {
    const problem = await unknownKeeper(parts, gate);
    if (problem !== undefined) return problem;
  }
  const { events, last } = pickOfType(listed.slice(0, looked), type, limit);
  const next = last !== undefined && last !== listed.at(-1) ? last.id : undefined;
  return { events: shown(events, parts), ...(next !== undefined && { next }) };
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
    events: shown(events, parts),
    cursor: last?.place ?? place,
    ...(cursorId !== undefined && { cursorId }),
    ...(placeId !== undefined && { placeId }),
    hasMore: last !== listed.at(-1),
  };
}

function shown(
  events: readonly EventSummary[],
  { masks }: Pick<EventParts, 'masks'>,
): readonly EventSummaryView[] {
  return events.map((event) => eventSummaryView(masks.summary(event)));
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
