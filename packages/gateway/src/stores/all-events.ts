/** Every event of a store, from the first kept to the last. */
import type { EventFollowOptions, EventSummary } from './event-store.ts';

/** What of an `EventStore` is read. */
export interface FollowedEvents {
  follow(query: EventFollowOptions): Promise<readonly Pick<EventSummary, 'place' | 'id'>[]>;
}

/** Read at a time. */
const PAGE = 200;

/** Gives their ids. */
export async function* allEvents(events: FollowedEvents): AsyncGenerator<string> {
  for (let after = 0, more = true; more; ) {
    const page = await events.follow({ after, limit: PAGE });
    for (const { id } of page) yield id;
    more = page.length === PAGE;
    after = page.at(-1)?.place ?? after;
  }
}
