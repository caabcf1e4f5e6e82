/** The parts of a PostgreSQL store, put together. */
import type { PostgresAddress } from '../../config/postgres-address.ts';
import type { StoreSpace } from '../../metrics/store-figures.ts';
import type { Store } from '../store.ts';
import { createPostgresAudit } from './audit.ts';
import { createPostgresClaims, type PostgresClaims } from './claims.ts';
import type { Database } from './database.ts';
import { createDays, type Days } from './days.ts';
import type { DelayedJobs } from './delayed-jobs.ts';
import { createPostgresDeliveries, type PostgresDeliveries } from './deliveries.ts';
import { createPostgresEventSearch } from './event-search.ts';
import { createPostgresEvents } from './events.ts';
import { createPostgresFullText } from './full-text.ts';
import { createPostgresIssues } from './issues.ts';
import { createPostgresRecords } from './records.ts';
import { createPostgresRefused } from './refused.ts';
import { createPostgresRetention } from './retention.ts';
import { createPostgresSpace } from './sizes.ts';
import { createPostgresUpkeep, type PostgresUpkeep } from './upkeep.ts';
import { WriteMeter } from './write-meter.ts';

export interface PartsOptions {
  readonly address: string | PostgresAddress;
  readonly now?: () => number;
  readonly monotonicMs?: () => number;
  readonly maxQueued?: number;
  /** Default: nobody is woken, and what was put off is looked for. */
  readonly delayed?: DelayedJobs;
}

export interface PostgresParts extends Omit<Store, 'fault' | 'figures' | 'claims' | 'deliveries' | 'upkeep'> {
  readonly meter: WriteMeter;
  readonly days: Days;
  readonly claims: PostgresClaims;
  readonly deliveries: PostgresDeliveries;
  readonly upkeep: PostgresUpkeep;
  space(): Promise<StoreSpace>;
  /** Finishes what is queued. */
  close(): Promise<void>;
}

const NO_JOBS: DelayedJobs = { isWritten: () => false, write: async () => {} };

export function createParts(database: Database, options: PartsOptions): PostgresParts {
  const {
    address,
    now = Date.now,
    monotonicMs = () => performance.now(),
    maxQueued = 10_000,
    delayed = NO_JOBS,
  } = options;
  const meter = new WriteMeter(maxQueued);
  const days = createDays(database);
  const shared = { database, meter, now };
  const claims = createPostgresClaims(shared);
  const kept = createPostgresEvents({ ...shared, days });
  const retention = createPostgresRetention({ database, now });
  const { search } = createPostgresEventSearch({ database });
  const events = Object.assign(kept, { search, drop: retention.drop.bind(retention) });
  const deliveries = createPostgresDeliveries({ ...shared, monotonicMs, delayed });
  const records = createPostgresRecords(shared);
  const refused = createPostgresRefused(shared);
  const audit = createPostgresAudit(shared);
  const issues = createPostgresIssues(shared);
  const upkeep = createPostgresUpkeep({ database, address, events, deliveries, refused, now });
  return {
    meter,
    days,
    claims,
    events,
    deliveries,
    records,
    refused,
    audit,
    issues,
    fullText: createPostgresFullText({ database, events }),
    upkeep,
    space: createPostgresSpace({ database, monotonicMs }),
    async close() {
      await upkeep.close();
      const parts = [kept, retention, deliveries, claims, records, refused, audit, issues];
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}
