/** Keys of tenants in the database of the store. */
import { SetupError, type TenantKeys, type TenantOptions } from '@countersign/core';
import { memberOf } from '@countersign/core/internal/check-options';
import { StoreError } from '../stores/store.ts';
import type { TenantSql } from '../stores/tenant-sql.ts';
import { readKeys } from './key-answer.ts';

/** Columns by what they are of a key. What is misspelt would be left out: a key that is revoked would prove. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: 'id',
  secret: 'secret',
  encoding: 'encoding',
  state: 'state',
  valid_from: 'from',
  valid_until: 'until',
};

/** @throws SetupError where the store answers no statement */
export function openSqlSource(
  statement: string,
  tenantSql: TenantSql | undefined,
  option: string,
): TenantOptions['keysOf'] {
  if (tenantSql === undefined) {
    throw new SetupError(
      option,
      'is given, and the store is of one process alone, and answers no statements',
      'Use url, folder or function; or a store that several gateways share.',
    );
  }
  return async ({ untrustedTenant }) => {
    try {
      return keysOfRows(await tenantSql(statement, [untrustedTenant]));
    } catch (error) {
      const code = error instanceof StoreError ? memberOf(error.cause, 'code') : undefined;
      throw typeof code === 'string' ? new StatementFailed(code, error) : error;
    }
  };
}

/** A code of SQL has five characters; those of a connection have no digit in them. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** Told by the code of the database, which says what is wrong; the store has one for all. */
class StatementFailed extends Error {
  readonly code: string;

  constructor(code: string, cause: unknown) {
    super('the statement failed', { cause });
    this.code = SQLSTATE.test(code) ? `SQLSTATE_${code}` : code;
  }
}

function keysOfRows(rows: readonly Readonly<Record<string, unknown>>[]): TenantKeys | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { tenant } = first;
  if (rows.some((row) => row['tenant'] !== tenant)) {
    throw new SetupError('sql', 'its rows are of several tenants', 'Have it select those of $1 alone.');
  }
  return readKeys(tenant, rows.map(keyOfRow));
}

function keyOfRow({ tenant: _, ...row }: Readonly<Record<string, unknown>>): object {
  const key: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    const member = Object.hasOwn(COLUMNS, column) ? COLUMNS[column] : undefined;
    if (member === undefined) {
      throw new SetupError(
        'sql',
        'it selects a column that no key has',
        `Select tenant, ${Object.keys(COLUMNS).join(', ')} alone.`,
      );
    }
    if (value !== null && value !== undefined)
      key[member] = value instanceof Date ? value.toISOString() : value;
  }
  return key;
}
