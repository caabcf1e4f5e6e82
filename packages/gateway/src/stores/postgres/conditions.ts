/** How destinations fare, in PostgreSQL: of several gateways that say it the last is kept. */
import type { DestinationCondition } from '../delivery-store.ts';
import { conditionOf } from '../sqlite-destinations.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database } from './database.ts';
import { withRetry } from './retry.ts';
import { storable } from './text.ts';
import type { WriteMeter } from './write-meter.ts';

export interface Conditions {
  list(): Promise<ReadonlyMap<string, DestinationCondition>>;
  set(name: string, condition: DestinationCondition): Promise<void>;
  /** Settles when what was queued is written. */
  close(): Promise<void>;
}

interface Setting {
  readonly name: string;
  readonly condition: DestinationCondition;
}

const SET = `
  INSERT INTO countersign.destinations (name, condition) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET condition = excluded.condition`;

export function createConditions(database: Database, meter: WriteMeter): Conditions {
  // One after the other, as they were said.
  const queue = new BatchQueue<Setting, undefined>({
    maxBatch: 1,
    meter,
    commit: async (batch) => {
      for (const { name, condition } of batch)
        await withRetry(() => database.query(SET, [name, JSON.stringify(condition)]));
      return batch.map(() => undefined);
    },
  });
  return {
    async list() {
      const rows = await database.query('SELECT name, condition FROM countersign.destinations');
      return new Map(rows.map(({ name, condition }) => [String(name), conditionOf(String(condition))]));
    },
    set: (name, condition) => queue.add({ name: storable(name), condition }),
    close: () => queue.close(),
  };
}
