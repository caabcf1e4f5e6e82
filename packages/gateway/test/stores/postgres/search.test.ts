/** Searches and the full-text index in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { createPostgresClaims } from '../../../src/stores/postgres/claims.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { createDays } from '../../../src/stores/postgres/days.ts';
import { createPostgresEventSearch } from '../../../src/stores/postgres/event-search.ts';
import { createPostgresEvents } from '../../../src/stores/postgres/events.ts';
import { createPostgresFullText } from '../../../src/stores/postgres/full-text.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import { testEventStore, testFullTextStore } from '../../../src/testing/index.ts';
import type { StoreClocks, StorePart } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`searches in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function create({ now }: StoreClocks): Promise<StorePart<'events' | 'claims' | 'fullText'>> {
    const database = await connectDatabase({ address: await databases.create() });
    const meter = new WriteMeter(10_000);
    const kept = createPostgresEvents({ database, days: createDays(database), meter, now });
    const claims = createPostgresClaims({ database, meter, now });
    const { search } = createPostgresEventSearch({ database });
    const drop = () => Promise.reject(new Error('not part of these events'));
    const events = Object.assign(kept, { search, drop });
    return {
      events,
      claims,
      fullText: createPostgresFullText({ database, events }),
      async close() {
        await Promise.all([kept.close(), claims.close()]);
        await database.close();
      },
    };
  }

  testEventStore({
    describe,
    it: (title, body) => (title.startsWith('a search') ? it(title, body) : undefined),
    name: 'PostgreSQL',
    create,
  });
  testFullTextStore({
    describe,
    it: (title, body) => (title.includes('dropped') ? undefined : it(title, body)),
    name: 'PostgreSQL',
    create,
  });
});
