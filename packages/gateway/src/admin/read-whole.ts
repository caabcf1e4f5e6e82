/** An event that is to be sent, or why it cannot be. */
import type { KeptEvent } from '../stores/event-store.ts';
import { StoreError } from '../stores/store.ts';
import type { EventParts } from './admin-parts.ts';
import { Problem } from './problem.ts';
import { noSuchEvent } from './show-kept.ts';

/** What is not there whole cannot be sent, and has no key that could be read. */
export async function readWhole(
  { events }: Pick<EventParts, 'events'>,
  id: string,
): Promise<KeptEvent | Problem> {
  const event = await events.get(id).catch((error: unknown) => {
    if (error instanceof StoreError && error.code === 'failed') return DAMAGED;
    throw error;
  });
  if (event === undefined) return noSuchEvent();
  if (event instanceof Problem) return event;
  if (event.erased !== undefined)
    return new Problem('event-erased', 'the event was erased: there is nothing left to send');
  if (event.hashed !== undefined)
    return new Problem('event-not-whole', 'a hash is kept in place of the event’s body: it cannot be sent');
  return event;
}

const DAMAGED = new Problem('event-not-whole', 'the event is damaged in the store: it cannot be sent');
