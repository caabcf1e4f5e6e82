/** What was said of destinations, in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { DESTINATION_STATES } from '../metrics/delivery-figures.ts';
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
      new Map(read.all().map(({ name, condition }) => [String(name), conditionOf(String(condition))])),
    set: (name, condition) => {
      write.run(name, JSON.stringify(condition));
    },
  };
}

/** What is said of a destination whose condition a disk has damaged: it was not to be sent to, for all that is known, and nothing is lost. */
const DAMAGED: DestinationCondition = {
  state: 'paused',
  isMuted: false,
  reason: 'condition-damaged',
  sinceMs: 0,
};

/** Of the JSON that is kept. */
export function conditionOf(json: string): DestinationCondition {
  try {
    const condition: DestinationCondition | null = JSON.parse(json);
    const isWhole =
      condition !== null &&
      DESTINATION_STATES.includes(condition.state) &&
      typeof condition.isMuted === 'boolean' &&
      Number.isFinite(condition.sinceMs);
    return isWhole ? condition : DAMAGED;
  } catch {
    return DAMAGED;
  }
}
