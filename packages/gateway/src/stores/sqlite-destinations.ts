/** What was said of destinations, in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { DestinationCondition } from './delivery-store.ts';

export interface SqliteDestinations {
  list(): ReadonlyMap<string, DestinationCondition>;
  /** Within a transaction. */
  set(name: string, condition: DestinationCondition): void;
}

export function createSqliteDestinations(db: DatabaseSync): SqliteDestinations {
  const read = db.prepare('SELECT name, condition FROM destinations');
  const write = db.prepare('INSERT OR REPLACE INTO destinations (name, condition) VALUES (?, ?)');
  return {
    list: () =>
      new Map(read.all().map(({ name, condition }) => [String(name), JSON.parse(String(condition))])),
    set: (name, condition) => {
      write.run(name, JSON.stringify(condition));
    },
  };
}
