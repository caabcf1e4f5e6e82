/** Counts in a real PostgreSQL, which gateways add to and add up at once. */
import { afterAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import {
  type Change,
  compactTotals,
  insertTotals,
  readTotals,
  totalColumns,
} from '../../../src/stores/postgres/totals.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`counts in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const open: Database[] = [];
  afterAll(() => Promise.all(open.map((database) => database.close())));

  async function connect(address: string): Promise<Database> {
    const database = await connectDatabase({ address });
    open.push(database);
    return database;
  }

  const changeOf = (name: string, number: number): Change => ({
    kind: 'events',
    name,
    state: '',
    day: '20250131',
    number,
    bytes: 10 * number,
  });

  async function add(database: Database, ...changes: readonly Change[]): Promise<void> {
    await database.query(insertTotals(1), totalColumns(changes));
  }

  async function rowsOf(database: Database): Promise<readonly unknown[]> {
    return database.query('SELECT name, number, xmin::text AS version FROM countersign.totals ORDER BY name');
  }

  it('are one row each once they were added up; what has one row is left as it is, and what comes to nothing goes', async () => {
    const database = await connect(await databases.create());
    await add(database, changeOf('a', 1), changeOf('b', 5), changeOf('c', 2));
    await add(database, changeOf('a', 2), changeOf('c', -2));
    const [, , alone] = await rowsOf(database);
    await compactTotals(database);
    const rows = await rowsOf(database);
    expect(rows).toEqual([{ name: 'a', number: 3, version: expect.any(String) }, alone]);
    await compactTotals(database);
    expect(await rowsOf(database)).toEqual(rows);
  });

  it('are right at every moment, while gateways add to them and add them up', async () => {
    const address = await databases.create();
    const gateways = await Promise.all([1, 2, 3].map(() => connect(address)));
    const [reader] = gateways;
    if (reader === undefined) throw new Error('three were opened');
    let before = 0;
    await Promise.all(
      gateways.map(async (database) => {
        for (let n = 0; n < 30; n++) {
          await add(database, changeOf('a', 1));
          await compactTotals(database);
          if (database !== reader) continue;
          const [total] = await readTotals(reader, 'events');
          expect(total?.number).toBeGreaterThan(before);
          before = total?.number ?? 0;
        }
      }),
    );
    expect(await readTotals(reader, 'events')).toEqual([{ name: 'a', state: '', number: 90, bytes: 900 }]);
  });
});
