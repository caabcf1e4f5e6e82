/** Brings a store to what a new one is: the schema of this build and, of a file, pages that can be given back. */

import { statSync } from 'node:fs';
import { SetupError } from '@countersign/core';
import type { StoreConfig } from '../config/config.ts';
import { openSqliteStore } from './sqlite.ts';
import { openSqliteFile } from './sqlite-open.ts';

export interface Migration {
  readonly schemaVersion: number;
  /** How long the file was copied, so that it can give room back. Absent: it could already. */
  readonly copiedMs?: number;
}

/**
 * The schema of a database is brought up while gateways go on that can work with it.
 * @throws SetupError where it cannot be opened
 */
export async function migrateStore(
  store: Exclude<StoreConfig, { readonly kind: 'memory' }>,
): Promise<Migration> {
  if (store.kind === 'sqlite') return migrateFile(store.file);
  const { openDatabase } = await import('./postgres/open-database.ts');
  const { VERSION } = await import('./postgres/schema.ts');
  const database = await openDatabase({ address: store.address });
  await database.close();
  return { schemaVersion: VERSION };
}

/**
 * No gateway may have the file open. The schema is brought up by every start as well; the copy needs as much room again as the file takes.
 * @throws SetupError where the file is not there, is not ours, is of a newer build, or is held by another process
 */
async function migrateFile(path: string): Promise<Migration> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || size === 0) {
    const problem = size === 0 ? 'is empty: it is no store' : 'is not there';
    throw new SetupError('store', `${path} ${problem}`, 'Name the file of a store that is there.');
  }
  // What a killed process had begun is ended first.
  const store = await openSqliteStore({ path });
  const { schemaVersion, canShrink } = await store.upkeep.stats();
  await store.close();
  if (canShrink) return { schemaVersion };
  const db = await openSqliteFile({ path });
  const startMs = performance.now();
  try {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
  return { schemaVersion, copiedMs: Math.ceil(performance.now() - startMs) };
}
