/** A real PostgreSQL that waits for a standby which never comes: what it calls committed when the wait is cancelled is told to nobody. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  leaveOutPostgres,
  type PostgresServer,
  postgresReason,
  startPostgres,
} from '../../../../core/test/support/postgres-server.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { StoreError } from '../../../src/stores/store.ts';
import { event } from '../../../src/testing/kept-events.ts';

const WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

let n = 0;

describe.skipIf(leaveOutPostgres)(`a commit that waits for a standby${postgresReason}`, () => {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  }, 180_000);
  afterAll(() => server?.close(), 180_000);

  it.each([
    ['cancelled', 'pg_cancel_backend'],
    ['ended', 'pg_terminate_backend'],
  ])('is refused where the wait is %s, and known when it comes again', async (_how, end) => {
    const address = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server?.directory ?? '')}`;
    const database = await connectDatabase({ address });
    const store = await openStore(address);
    onTestFinished(async () => {
      await standbys(database, '');
      await store.close();
      await database.close();
    });
    const claim = { identity: Buffer.from(end.padEnd(16).slice(0, 16)), untilMs: Date.now() + 60_000 };
    // Its day has its partition.
    await store.events.keep(event(n++));
    await standbys(database, 'nobody');
    const keeping = store.events.keep(event(n++, { claim })).catch((error: unknown) => error);
    let outcome: unknown;
    void keeping.then((settled) => {
      outcome = settled;
    });
    // The store's other work commits and waits as well: what is ended first need not be this.
    await expect
      .poll(
        async () => {
          await database.query(`SELECT ${end}(pid) AS ended FROM (${WAITING}) AS waiting`);
          return outcome;
        },
        { timeout: 60_000 },
      )
      .toBeDefined();
    expect(outcome).toBeInstanceOf(StoreError);
    await standbys(database, '');
    expect(await store.events.keep(event(n++, { claim }))).toMatchObject({ kept: false });
  });
});

async function standbys(database: Awaited<ReturnType<typeof connectDatabase>>, names: string): Promise<void> {
  await database.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
  await database.query('SELECT pg_reload_conf()');
  await expect
    .poll(() => database.query('SHOW synchronous_standby_names'), { timeout: 60_000 })
    .toEqual([{ synchronous_standby_names: names }]);
}
