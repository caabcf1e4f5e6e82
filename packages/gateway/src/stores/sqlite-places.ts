/** Places of rows that are gone: none comes again, or who reads on from one would pass over what came later. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Of these a row is known by its place. */
export type PlacedTable = 'events' | 'deliveries' | 'attempts';

export interface Places {
  /** Within the transaction that deletes the row at that place. */
  gone(table: PlacedTable, place: number): void;
}

export function createPlaces(db: DatabaseSync): Places {
  const write = db.prepare(`
    INSERT INTO places (name, last) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET last = max(last, excluded.last)`);
  return {
    gone: (table, place) => {
      write.run(table, place);
    },
  };
}

/** Gives, as `place`, the last that was given. */
export function lastPlace(db: DatabaseSync, table: PlacedTable): StatementSync {
  return db.prepare(`
    SELECT max(coalesce((SELECT max(place) FROM ${table}), 0),
               coalesce((SELECT last FROM places WHERE name = '${table}'), 0)) AS place`);
}
