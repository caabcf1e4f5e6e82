/** Whole events of deliveries that were taken. */
import type { KeptEvent } from '../event-store.ts';
import { StoreError } from '../store.ts';
import { arrayOf } from './arrays.ts';
import type { Database, Row } from './database.ts';
import { readEvent } from './event-rows.ts';

/** By id. One that is damaged, or gone, is absent. */
export async function readEvents(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KeptEvent>> {
  const rows = await database.query('SELECT * FROM countersign.events WHERE id = ANY($1::text[])', [
    arrayOf('text', ids),
  ]);
  const events = await Promise.all(rows.map(readWhole));
  return new Map(events.flatMap((event) => (event === undefined ? [] : [[event.id, event]])));
}

async function readWhole(row: Row): Promise<KeptEvent | undefined> {
  try {
    return await readEvent(row);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
