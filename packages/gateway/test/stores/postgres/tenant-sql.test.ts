/** Keys of tenants by a statement of the operator's: it reads what is there, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import { createTenantSql } from '../../../src/stores/postgres/tenant-sql.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`a statement for tenants' keys in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  let database: Database;
  beforeAll(async () => {
    database = await connectDatabase({ address: await databases.create(), maxConnections: 1 });
    await database.query(
      'CREATE TABLE tenant_keys (tenant text, id text, secret text, valid_until timestamptz)',
    );
    await database.query(
      "INSERT INTO tenant_keys VALUES ('acme', 'k1', 's1', '2030-01-01Z'), ('acme', 'k2', 's2', NULL), ('beta', 'k1', 's3', NULL)",
    );
  });
  afterAll(() => database.close());

  const OF_TENANT = 'SELECT tenant, id, secret, valid_until FROM tenant_keys WHERE tenant = $1 ORDER BY id';

  it.each([
    OF_TENANT,
    `${OF_TENANT};\n`,
    `${OF_TENANT} -- all of them`,
    `WITH k AS (${OF_TENANT}) SELECT * FROM k`,
  ])('gives the rows of %j', async (statement) => {
    const rows = await createTenantSql(database)(statement, ['acme']);
    expect(rows).toEqual([
      { tenant: 'acme', id: 'k1', secret: 's1', valid_until: new Date('2030-01-01T00:00:00Z') },
      { tenant: 'acme', id: 'k2', secret: 's2', valid_until: null },
    ]);
  });

  it.each([
    'DELETE FROM tenant_keys WHERE tenant = $1 RETURNING *',
    'WITH gone AS (DELETE FROM tenant_keys WHERE tenant = $1 RETURNING *) SELECT * FROM gone',
    "SELECT nextval('countersign.places'), $1::text",
    'SELECT $1::text; DELETE FROM tenant_keys',
    'SELECT $1::text) AS k; DELETE FROM tenant_keys; SELECT * FROM (SELECT 1',
  ])('rejects one that writes: %j', async (statement) => {
    await expect(createTenantSql(database)(statement, ['acme'])).rejects.toThrow();
    expect(await database.query('SELECT count(*) AS n FROM tenant_keys')).toEqual([{ n: 3 }]);
  });

  it('is ended where it takes too long, and the connection goes on with its own bound', async () => {
    const slow = createTenantSql(database, 50)('SELECT pg_sleep(20), $1::text', ['acme']);
    await expect(slow).rejects.toThrow(/57014/);
    expect(await database.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '30s' }]);
    expect(await database.query('SHOW transaction_read_only')).toEqual([{ transaction_read_only: 'off' }]);
  });

  it('rejects more than a thousand rows', async () => {
    const all = createTenantSql(database)('SELECT n, $1::text AS tenant FROM generate_series(1, 1001) AS n', [
      'acme',
    ]);
    await expect(all).rejects.toThrow(/more than 1000 rows/);
  });
});
