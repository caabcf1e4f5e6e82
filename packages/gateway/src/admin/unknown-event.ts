/** An id that a request names and no event has: an empty answer would look as if there were nothing to tell of the event. */
import { isEventId } from '../stores/event-id.ts';
import type { EventParts } from './admin-parts.ts';
import type { Problem } from './problem.ts';
import { noSuchEvent } from './show-kept.ts';

/** Undefined where no event is named, or one that is kept. */
export async function unknownEvent(
  { events }: Pick<EventParts, 'events'>,
  id: string | undefined,
): Promise<Problem | undefined> {
  return id === undefined || (await events.summary(id)) !== undefined ? undefined : noSuchEvent();
}

/**
 * The same of an id from which a list goes on. One of ours need not be kept: it is a time, and the event that a page ended with may be
 * dropped before the next is asked for. Any other text stands nowhere in the order of ids.
 */
export async function unknownPlace(
  parts: Pick<EventParts, 'events'>,
  before: string | undefined,
): Promise<Problem | undefined> {
  return before === undefined || isEventId(before) ? undefined : unknownEvent(parts, before);
}
