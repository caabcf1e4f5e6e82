/** An event that is to be sent, or why it cannot be. */
import type { KeptEvent } from '../stores/event-store.ts';
import type { EventParts } from './admin-parts.ts';
import { Problem } from './problem.ts';
import { noSuchEvent, unlessDamaged } from './show-kept.ts';

/** What is not there whole cannot be sent, and has no key that could be read. */
export async function readWhole(
  { events }: Pick<EventParts, 'events'>,
  id: string,
): Promise<KeptEvent | Problem> {
  const event = await unlessDamaged(events.get(id));
  if (event === undefined) return noSuchEvent();
  if (event instanceof Problem) return event;
  if (event.erased !== undefined)
    return new Problem('event-erased', 'the event was erased: there is nothing left to send');
  if (event.hashed !== undefined)
    return new Problem('event-not-whole', 'a hash is kept in place of the event’s body: it cannot be sent');
  return event;
}
