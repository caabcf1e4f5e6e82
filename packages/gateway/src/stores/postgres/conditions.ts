/** What was said of destinations, in PostgreSQL: several gateways say it. */
import type { DestinationCondition } from '../delivery-store.ts';
import { conditionOf } from '../sqlite-destinations.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database } from './database.ts';
import { mergedCondition } from './merge-condition.ts';
import { storable } from './text.ts';
import type { WriteMeter } from './write-meter.ts';

export interface Conditions {
  list(): Promise<ReadonlyMap<string, DestinationCondition>>;
  set(name: string, condition: DestinationCondition, from?: DestinationCondition): Promise<void>;
  /** Settles when what was queued is written. */
  close(): Promise<void>;
}

interface Setting {
  readonly name: string;
  readonly condition: DestinationCondition;
  readonly from: DestinationCondition | undefined;
}

export function createConditions(database: Database, meter: WriteMeter): Conditions {
  // One after the other, as they were said.
  const queue = new BatchQueue<Setting, undefined>({
    maxBatch: 1,
    meter,
    commit: async (batch) => {
      for (const setting of batch) await setCondition(database, setting);
      return batch.map(() => undefined);
    },
  });
  return {
    async list() {
      const rows = await database.query('SELECT name, condition FROM countersign.destinations');
      return new Map(rows.map(({ name, condition }) => [String(name), conditionOf(String(condition))]));
    },
    set: (name, condition, from) => queue.add({ name: storable(name), condition, from }),
    close: () => queue.close(),
  };
}

function setCondition(database: Database, { name, condition, from }: Setting): Promise<void> {
  return database.transaction(async (session) => {
    const [made] = await session.query(
      'INSERT INTO countersign.destinations (name, condition) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING name',
      [name, JSON.stringify(condition)],
    );
    if (made !== undefined) return;
    const [row] = await session.query(
      'SELECT condition FROM countersign.destinations WHERE name = $1 FOR UPDATE',
      [name],
    );
    const stored = row === undefined ? condition : conditionOf(String(row['condition']));
    const merged = from === undefined ? condition : mergedCondition({ from, to: condition, stored });
    await session.query('UPDATE countersign.destinations SET condition = $2 WHERE name = $1', [
      name,
      JSON.stringify(merged),
    ]);
  });
}
