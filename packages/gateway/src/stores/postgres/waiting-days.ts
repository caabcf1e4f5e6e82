/** From which day on a destination has something that waits: partitions of days before are not looked into. */
import type { Database } from './database.ts';
import { firstIdOf } from './days.ts';

export interface WaitingDays {
  /** What waits has this id or a higher one. Undefined: nothing waits. */
  floorOf(destination: string): Promise<string | undefined>;
  /** Older ones may wait from now on: the database is asked anew. */
  forget(destination?: string): void;
}

/** How long another gateway’s redrive of an old one may go unseen. */
const FRESH_MS = 1_000;
const MAX_NAMES = 4_096;

interface Floor {
  readonly id: string;
  readonly readMs: number;
}

export function createWaitingDays(database: Database): WaitingDays {
  const floors = new Map<string, Floor>();
  return {
    async floorOf(destination) {
      const floor = floors.get(destination);
      if (floor !== undefined && performance.now() - floor.readMs < FRESH_MS) return floor.id;
      const readMs = performance.now();
      const rows = await database.query(
        `SELECT day FROM countersign.totals WHERE kind = 'deliveries' AND name = $1 AND state = 'waiting'
        GROUP BY day HAVING sum(number) > 0`,
        [destination],
      );
      // That nothing waits is true at that moment only, and costs nothing to ask.
      floors.delete(destination);
      const [id] = rows.map(({ day }) => firstIdOf(String(day))).sort();
      if (id === undefined) return undefined;
      if (floors.size >= MAX_NAMES) floors.clear();
      floors.set(destination, { id, readMs });
      return id;
    },
    forget(destination) {
      if (destination === undefined) floors.clear();
      else floors.delete(destination);
    },
  };
}
