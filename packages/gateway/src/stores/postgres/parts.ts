/** The parts of a PostgreSQL store, put together. */
import type { StoreSpace } from '../../metrics/store-figures.ts';
import type { Store } from '../store.ts';
import { createPostgresAudit } from './audit.ts';
import { createPostgresClaims, type PostgresClaims } from './claims.ts';
import type { Database } from './database.ts';
import { createDays, type Days } from './days.ts';
import { createPostgresEvents } from './events.ts';
import { createPostgresRecords } from './records.ts';
import { createPostgresRefused } from './refused.ts';
import { WriteMeter } from './write-meter.ts';

export interface PartsOptions {
  readonly now?: () => number;
  readonly monotonicMs?: () => number;
  readonly maxQueued?: number;
}

export interface PostgresParts extends Omit<Store, 'fault' | 'figures' | 'claims'> {
  readonly meter: WriteMeter;
  readonly days: Days;
  readonly claims: PostgresClaims;
  space(): Promise<StoreSpace>;
  /** Finishes what is queued. */
  close(): Promise<void>;
}

export function createParts(database: Database, { now = Date.now, maxQueued = 10_000 }: PartsOptions): PostgresParts {
  const meter = new WriteMeter(maxQueued);
  const days = createDays(database);
  const shared = { database, meter, now };
  const claims = createPostgresClaims(shared);
  const events = createPostgresEvents({ ...shared, days });
  const records = createPostgresRecords(shared);
  const refused = createPostgresRefused(shared);
  const audit = createPostgresAudit(shared);
  const missing = undefined as never;
  return {
    meter, days, claims, records, refused, audit,
    events: Object.assign(events, { search: missing, drop: missing }),
    deliveries: missing, issues: missing, fullText: missing, upkeep: missing,
    space: async () => ({ bytes: undefined, logBytes: undefined, reusableBytes: undefined, freeBytes: undefined }),
    close: async () => {
      await Promise.all([events, claims, records, refused, audit].map((part) => part.close()));
    },
  };
}
