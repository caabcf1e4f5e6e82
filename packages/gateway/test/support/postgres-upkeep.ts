/** A store on a real PostgreSQL that is looked after: one gateway’s of several. */
import { createPostgresRefused } from '../../src/stores/postgres/refused.ts';
import { createPostgresUpkeep, type PostgresUpkeep } from '../../src/stores/postgres/upkeep.ts';
import { WriteMeter } from '../../src/stores/postgres/write-meter.ts';
import type { StoreClocks, StorePart } from '../../src/testing/store-bench.ts';
import { openPostgresSearch, type PostgresSearchStore } from './postgres-search.ts';

export interface PostgresUpkeepStore extends PostgresSearchStore, StorePart<'refused'> {
  readonly upkeep: PostgresUpkeep;
}

export async function openPostgresUpkeep(
  address: string,
  clocks?: StoreClocks,
): Promise<PostgresUpkeepStore> {
  const store = await openPostgresSearch(address, clocks);
  const { database, events, deliveries } = store;
  const now = clocks?.now ?? Date.now;
  const refused = createPostgresRefused({ database, meter: new WriteMeter(1_000), now });
  const upkeep = createPostgresUpkeep({ address, database, events, deliveries, refused, now });
  const close = async (): Promise<void> => {
    await upkeep.close();
    await refused.close();
    await store.close();
  };
  return Object.assign({}, store, { refused, upkeep, close });
}
