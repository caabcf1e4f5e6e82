/** A store of events on a real PostgreSQL that are searched: one gateway’s of several. */
import { createPostgresEventSearch } from '../../src/stores/postgres/event-search.ts';
import { createPostgresFullText } from '../../src/stores/postgres/full-text.ts';
import type { StoreClocks, StorePart } from '../../src/testing/store-bench.ts';
import { openPostgresEvents, type PostgresEventStore } from './postgres-events.ts';

export type PostgresSearchStore = PostgresEventStore & StorePart<'fullText'>;

export async function openPostgresSearch(
  address: string,
  clocks?: StoreClocks,
): Promise<PostgresSearchStore> {
  const store = await openPostgresEvents(address, clocks);
  const { database } = store;
  const { search } = createPostgresEventSearch({ database });
  const events = Object.assign(store.events, { search });
  return Object.assign(store, { fullText: createPostgresFullText({ database, events }) });
}
