/** What was said of destinations, in PostgreSQL: several gateways say it. */
import type { DestinationCondition } from '../delivery-store.ts';
import { conditionOf } from '../sqlite-destinations.ts';
import type { Database } from './database.ts';
import { mergedCondition } from './merge-condition.ts';

export interface Conditions {
  list(): Promise<ReadonlyMap<string, DestinationCondition>>;
  set(name: string, condition: DestinationCondition, from?: DestinationCondition): Promise<void>;
}

export function createConditions(database: Database): Conditions {
  return {
    async list() {
      const rows = await database.query('SELECT name, condition FROM countersign.destinations');
      return new Map(rows.map(({ name, condition }) => [String(name), conditionOf(String(condition))]));
    },
    set: (name, condition, from) =>
      database.transaction(async (session) => {
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
      }),
  };
}
