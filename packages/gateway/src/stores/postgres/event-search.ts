/** Searches of events in PostgreSQL: a step reads a bounded stretch of the index that leads straightest to what is asked for. */
import type { EventSearchOptions } from '../event-search.ts';
import { checkedLimit, type EventSearchStep } from '../event-store.ts';
import type { Database, Session } from './database.ts';
import { rereading } from './event-lists.ts';
import { searchById } from './search-by-id.ts';
import { searchMerged } from './search-merged.ts';
import { IN_ORDER } from './search-stretch.ts';
import { searchByWords } from './word-search.ts';

export interface EventSearcher {
  /** @throws RangeError for a limit that is not a whole number from 1 to 1,000 */
  search(search: EventSearchOptions): Promise<EventSearchStep>;
}

export function createPostgresEventSearch({ database }: { readonly database: Database }): EventSearcher {
  return {
    async search(search) {
      checkedLimit(search.limit);
      return rereading(() => database.transaction((session) => step(session, search)));
    },
  };
}

async function step(session: Session, search: EventSearchOptions): Promise<EventSearchStep> {
  if (search.words !== undefined) return searchByWords(session, search);
  await session.query(IN_ORDER);
  const { id, sinceMs, untilMs } = search;
  if (id !== undefined) return searchById(session, search);
  return searchMerged(
    session,
    search,
    sinceMs === undefined && untilMs === undefined ? 'place' : 'received_ms',
  );
}
