/** From an address to the store that it names. */
import { SetupError } from '@countersign/core';
import { checkOptions, IS, memberOf, type OptionRules } from '@countersign/core/internal/check-options';
import type { StoreConfig } from '../config/config.ts';
import { readStore } from '../config/read-store.ts';
import { isMisfit } from '../config/read-text.ts';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite.ts';
import type { Store } from './store.ts';

export type OpenStoreOptions = Omit<SqliteStoreOptions, 'path'>;

const RULES: OptionRules<OpenStoreOptions> = {
  now: IS.function,
  monotonicMs: IS.function,
  maxQueued: IS.count,
  maxFileBytes: IS.count,
  waitMs: IS.milliseconds,
  onWait: IS.function,
  onProblem: IS.function,
};

/**
 * Opens the store that an address names.
 * @param address `sqlite:FILE`, a path that ends in `.db`, `postgres://…`, `:memory:`; or what the configuration made of one.
 * @throws SetupError for any other address, and where the store cannot be opened.
 * @example const store = await openStore('sqlite:countersign.db');
 */
export async function openStore(
  address: string | StoreConfig,
  options: OpenStoreOptions = {},
): Promise<Store> {
  checkOptions<OpenStoreOptions>(options, RULES);
  const place = storeAddress(address);
  if (place.kind === 'postgres') {
    // Loaded by who has one: it takes 60 ms.
    const { openPostgresStore } = await import('./postgres/postgres.ts');
    return openPostgresStore({ ...options, address: place.address });
  }
  return openSqliteStore({ ...options, path: place.kind === 'memory' ? ':memory:' : place.file });
}

/** What an address names. @throws SetupError for what is none */
export function storeAddress(address: string | StoreConfig): StoreConfig {
  if (
    typeof address !== 'string' &&
    ['memory', 'sqlite', 'postgres'].includes(String(memberOf(address, 'kind')))
  )
    return address;
  const place = typeof address === 'string' ? readStore(address) : undefined;
  if (place !== undefined && !isMisfit(place)) return place;
  // An address may hold a password: it is not quoted.
  throw new SetupError(
    'store',
    place?.problem ?? 'is not an address of a store',
    'Give sqlite:FILE, a path that ends in .db, postgres://USER:PASSWORD@HOST/DATABASE, or :memory:.',
  );
}
