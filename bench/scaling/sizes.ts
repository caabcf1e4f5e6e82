/** What an event of 1 KB, its claim and a delivery of it take on the disk, in PostgreSQL and in SQLite: the same events in both. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '@countersign/gateway';
import type { Database } from '../../packages/gateway/src/stores/postgres/database.ts';
import { newEvent } from '../postgres/kept-rows.ts';

/** Bytes of one. */
export interface Sizes {
  /** Its row, its indexes, and what does not fit into the row; without claim and delivery. */
  readonly event: number;
  readonly eventIndexes: number;
  readonly claim: number;
  readonly delivery: number;
  /** Of the write-ahead log, for an event and its claim. */
  readonly log: number;
  /** The file, for an event and its claim. */
  readonly sqlite: number;
  readonly sqliteDelivery: number;
}

const AT_ONCE = 1_000;
const DESTINATION = 'sink';
/** Deliveries are as many. */
const SHARE = 0.1;

export async function measureSizes(
  database: Database,
  address: string,
  folder: string,
  number: number,
): Promise<Sizes> {
  const delivered = Math.ceil(number * SHARE);
  const store = await openStore(address);
  const before = await readSizes(database);
  await keep(store, number, false);
  const after = await readSizes(database);
  await keep(store, delivered, true);
  const last = await readSizes(database);
  await store.close();
  const file = join(folder, 'sizes.db');
  const small = await openStore(`sqlite:${file}`);
  await keep(small, number, false);
  const plain = await fileBytes(small, file);
  await keep(small, delivered, true);
  const more = await fileBytes(small, file);
  await small.close();
  const each = (name: keyof Relations): number => (after[name] - before[name]) / number;
  const sqlite = plain / number;
  return {
    event: each('events'),
    eventIndexes: each('indexes'),
    claim: each('claims'),
    delivery: (last.deliveries - after.deliveries) / delivered,
    log: each('log'),
    sqlite,
    sqliteDelivery: (more - plain) / delivered - sqlite,
  };
}

async function keep(store: Store, number: number, withDelivery: boolean): Promise<void> {
  for (let from = 0; from < number; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, number - from) }, (_, n) =>
        withDelivery
          ? store.events.keep(newEvent(from + n), undefined, [{ destination: DESTINATION }])
          : store.events.keep(newEvent(from + n)),
      ),
    );
}

/** With the log in it. */
async function fileBytes(store: Store, file: string): Promise<number> {
  await store.upkeep.stats();
  return statSync(file).size + (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0);
}

interface Relations {
  readonly events: number;
  readonly indexes: number;
  readonly claims: number;
  readonly deliveries: number;
  readonly log: number;
}

async function readSizes(database: Database): Promise<Relations> {
  const total = (tables: string, of: string): string =>
    `(SELECT coalesce(sum(${of}(oid)), 0)::float8 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'countersign'::regnamespace AND relname ~ '${tables}')`;
  const [row] = await database.query(
    `SELECT ${total('^events_', 'pg_total_relation_size')} AS events, ${total('^events_', 'pg_indexes_size')} AS indexes,
      ${total('^claims$', 'pg_total_relation_size')} AS claims, ${total('^deliveries_', 'pg_total_relation_size')} AS deliveries,
      pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS log`,
  );
  const read = (name: keyof Relations): number => Number(row?.[name]);
  return {
    events: read('events'),
    indexes: read('indexes'),
    claims: read('claims'),
    deliveries: read('deliveries'),
    log: read('log'),
  };
}
