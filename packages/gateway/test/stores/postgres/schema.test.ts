/** The schema of a real PostgreSQL: made once, by several gateways at once, and never by an older one than made it. */
import { afterAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import { createDays, PARTITIONED } from '../../../src/stores/postgres/days.ts';
import { MIGRATIONS } from '../../../src/stores/postgres/migrations.ts';
import { migrate, VERSION } from '../../../src/stores/postgres/schema.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`the schema in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const open: Database[] = [];
  afterAll(() => Promise.all(open.map((database) => database.close())));

  async function connect(address?: string): Promise<Database> {
    const database = await connectDatabase({ address: address ?? (await databases.create()) });
    open.push(database);
    return database;
  }

  async function versionOf(database: Database): Promise<unknown> {
    return database.query('SELECT version, serves_from FROM countersign.schema');
  }

  it('is made once by gateways that start at once', async () => {
    const address = await databases.create();
    const gateways = await Promise.all([1, 2, 3, 4].map(() => connect(address)));
    await gateways[0]?.query('DROP SCHEMA countersign CASCADE');
    await Promise.all(gateways.map((gateway) => migrate(gateway)));
    for (const gateway of gateways)
      expect(await versionOf(gateway)).toEqual([
        { version: VERSION, serves_from: MIGRATIONS.at(-1)?.servesFrom },
      ]);
  });

  it('of a newer gateway is refused where it serves this one no more, and taken where it still does', async () => {
    const database = await connect();
    const step = { sql: 'CREATE TABLE countersign.later (n integer)', servesFrom: VERSION };
    await migrate(database, [...MIGRATIONS, step]);
    await migrate(database);
    await migrate(database, [
      ...MIGRATIONS,
      step,
      { sql: 'DROP TABLE countersign.later', servesFrom: VERSION + 1 },
    ]);
    await expect(migrate(database)).rejects.toThrow(/by a newer gateway/);
    expect(await versionOf(database)).toEqual([{ version: VERSION + 2, serves_from: VERSION + 1 }]);
  });

  it('gets the partitions of a day once, whoever asks first', async () => {
    const address = await databases.create();
    const gateways = await Promise.all([1, 2, 3].map(() => connect(address)));
    const ids = [
      '01890000-0000-7000-8000-000000000001',
      '01990000-0000-7000-8000-000000000001',
      'another form',
      '!',
    ];
    await Promise.all(gateways.map((gateway) => createDays(gateway).ensure(ids)));
    const rows = await gateways[0]?.query(
      "SELECT count(*) AS n FROM pg_class WHERE relispartition AND relkind = 'r' AND relnamespace = 'countersign'::regnamespace",
    );
    expect(Number(rows?.[0]?.['n'])).toBe(PARTITIONED.length * 4);
  });
});
