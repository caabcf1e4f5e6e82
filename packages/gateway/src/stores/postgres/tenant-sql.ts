/** Keys of tenants by a statement of the operator’s, in the store’s own database. */
import { StoreError } from '../store.ts';
import type { TenantSql } from '../tenant-sql.ts';
import type { Database } from './database.ts';

const MAX_ROWS = 1_000;

/** A sender waits meanwhile. */
const STATEMENT_MS = 5_000;

/** @param timeoutMs how long a statement may take. Default 5,000 */
export function createTenantSql(database: Database, timeoutMs: number = STATEMENT_MS): TenantSql {
  return async (statement, values) => {
    const rows = await database.transaction(async (session) => {
      await session.query('SET TRANSACTION READ ONLY');
      await session.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
      // On a line of its own: it may end with a comment.
      return session.query(
        `SELECT * FROM (${statement.replace(/[\s;]+$/, '')}\n) AS keys LIMIT ${MAX_ROWS + 1}`,
        values,
      );
    });
    if (rows.length > MAX_ROWS)
      throw new StoreError('failed', `A statement for one tenant’s keys found more than ${MAX_ROWS} rows.`);
    return rows;
  };
}
