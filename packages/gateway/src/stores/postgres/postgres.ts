/** The store that gateways share: a PostgreSQL database, every acknowledgement after the commit that covers it. */
import type { PostgresAddress } from '../../config/postgres-address.ts';
import type { Store } from '../store.ts';
import { openDatabase } from './open-database.ts';
import { createParts } from './parts.ts';
import { createPostgresHealth } from './health.ts';
import { startTimers } from './upkeep-timers.ts';

export interface PostgresStoreOptions {
  readonly address: PostgresAddress;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** A clock that only goes on, in milliseconds from any start. Default that of the runtime. */
  readonly monotonicMs?: () => number;
  /** Writes that may wait for the server; further ones are rejected. Default 10,000. */
  readonly maxQueued?: number;
  /** How long a server that does not answer is waited for. Default 0. */
  readonly waitMs?: number;
  /** Told once, where it is waited for. */
  readonly onWait?: () => void;
  /** Told of what no caller hears: that a connection was lost, that upkeep failed. Default: nobody. */
  readonly onProblem?: (message: string, error: unknown) => void;
}

/**
 * Connects, brings the schema up, and makes the partitions of today and the next days.
 * @throws SetupError where the database cannot be reached or used, or a newer version has made it
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { now = Date.now, onProblem = () => {} } = options;
  const database = await openDatabase(options);
  const parts = createParts(database, options);
  const { meter, days, claims, events, deliveries, records, refused, audit, issues, fullText, upkeep } = parts;
  try {
    await days.ensureAhead(now());
  } catch (error) {
    await database.close();
    throw error;
  }
  const timers = startTimers({ database, days, claims, now, onProblem });
  const health = createPostgresHealth(database, meter);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await timers.close();
    await parts.close();
    await database.close();
  };
  return {
    events,
    deliveries,
    claims,
    records,
    refused,
    audit,
    issues,
    fullText,
    upkeep,
    fault: () => (closing === undefined ? health.fault() : 'The store is closed.'),
    figures: { writes: meter, space: parts.space },
    close: () => (closing ??= close()),
  };
}
