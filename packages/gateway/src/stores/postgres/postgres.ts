/** The store that gateways share: a PostgreSQL database, every acknowledgement after the commit that covers it. */
import type { PostgresAddress } from '../../config/postgres-address.ts';
import { type Store, StoreError } from '../store.ts';
import { createChangeKeys } from './audit-chain.ts';
import { openBossJobs } from './boss-jobs.ts';
import { connectDatabase, type Database } from './database.ts';
import type { Days } from './days.ts';
import { isAway } from './errors.ts';
import { createPostgresHealth } from './health.ts';
import { createPostgresLeases, LEASE_CONNECTIONS, LEASE_TIMEOUT_MS } from './leases.ts';
import { openDatabase } from './open-database.ts';
import { createParts } from './parts.ts';
import { openReopenedJobs } from './reopened-jobs.ts';
import { createTenantSql } from './tenant-sql.ts';
import { toldDeliveries, toldEvents } from './told-deliveries.ts';
import { startTimers } from './upkeep-timers.ts';
import { openWakeChannel } from './wake-channel.ts';

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
  const { address, now = Date.now, onProblem = () => {} } = options;
  const database = await openDatabase(options);
  // Of its own: statements of an operator's hold up no write.
  const tenants = await connectDatabase({ address, maxConnections: 4, onProblem });
  const channel = openWakeChannel({ address, database, onProblem });
  const jobs = await openReopenedJobs({
    open: () =>
      openBossJobs({
        address,
        database,
        now,
        onProblem,
        onDue: (destinations) => channel.tell(destinations),
      }),
    onProblem,
  });
  const parts = createParts(database, { ...options, delayed: jobs });
  const { meter, days, claims, deliveries, events, upkeep } = parts;
  const leaseDatabase = await connectForLeases(options);
  const leases = createPostgresLeases({
    database: leaseDatabase,
    timeoutMs: LEASE_TIMEOUT_MS,
    maxQueued: options.maxQueued ?? 10_000,
  });
  const health = createPostgresHealth({
    database,
    meter,
    onOutdated(fault) {
      for (const each of [database, leaseDatabase]) each.retire(fault);
      onProblem('this gateway works with its store no more', fault);
    },
  });
  const timers = startTimers({ database, days, claims, look: health.fault, now, onProblem });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await timers.close();
    await leases.close();
    await parts.close();
    await resumed;
    await jobs.close();
    await channel.close();
    await tenants.close();
    await database.close();
  };
  // What a gateway had begun that was killed; nobody waits for it.
  const resumed = upkeep.resume().catch((error: unknown) => {
    if (closing === undefined) onProblem('an erasure that was begun could not be ended', error);
  });
  const { records, refused, audit, issues, fullText } = parts;
  try {
    await ensureUnlessAway(days, now());
  } catch (error) {
    await close();
    throw error;
  }
  return {
    events: toldEvents({ events, channel }),
    deliveries: toldDeliveries({ deliveries, channel }),
    claims,
    leases,
    records,
    refused,
    audit,
    issues,
    fullText,
    upkeep,
    changeKeys: createChangeKeys(database),
    tenantSql: createTenantSql(tenants),
    fault: () => (closing === undefined ? health.fault() : 'The store is closed.'),
    figures: {
      writes: meter,
      space: parts.space,
    },
    close: () => (closing ??= close()),
  };
}

/** Connects when the first is begun. */
function connectForLeases({ address, onProblem }: PostgresStoreOptions): Promise<Database> {
  return connectDatabase({
    address,
    maxConnections: LEASE_CONNECTIONS,
    timeoutMs: LEASE_TIMEOUT_MS,
    ...(onProblem && { onProblem }),
  });
}

/** Where the server has just gone the gateway starts all the same, and says so: whoever keeps an event makes its partition first. */
async function ensureUnlessAway(days: Days, nowMs: number): Promise<void> {
  try {
    await days.ensureAhead(nowMs);
  } catch (error) {
    if (!(error instanceof StoreError) || !isAway(error.cause)) throw error;
  }
}
