/** Events and claims in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { createPostgresClaims } from '../../../src/stores/postgres/claims.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { createDays } from '../../../src/stores/postgres/days.ts';
import { createPostgresEvents } from '../../../src/stores/postgres/events.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import { testClaimStore, testEventStore } from '../../../src/testing/index.ts';
import type { StoreClocks, StorePart } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`events in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function create({ now }: StoreClocks): Promise<StorePart<'events' | 'claims'>> {
    const database = await connectDatabase({ address: await databases.create() });
    const meter = new WriteMeter(10_000);
    const events = createPostgresEvents({ database, days: createDays(database), meter, now });
    const claims = createPostgresClaims({ database, meter, now });
    const unused = () => Promise.reject(new Error('not part of these events'));
    return {
      events: Object.assign(events, { search: unused, drop: unused }),
      claims,
      async close() {
        await Promise.all([events.close(), claims.close()]);
        await database.close();
      },
    };
  }

  /** What searches has suites of its own. */
  const withoutSearches = (title: string, body: () => Promise<void>) =>
    title.startsWith('a search') ? undefined : it(title, body);

  testEventStore({ describe, it: withoutSearches, name: 'PostgreSQL', create });
  testClaimStore({ describe, it, name: 'PostgreSQL', create });
});
