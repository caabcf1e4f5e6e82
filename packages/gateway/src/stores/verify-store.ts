/** Looks whether all is whole that a SQLite store holds, while it is written to. */
import type { DatabaseSync } from 'node:sqlite';
import { createSlices } from '../loop-slices.ts';
import { allEvents, type FollowedEvents } from './all-events.ts';
import { querySnapshot, type SnapshotRows } from './snapshot-query.ts';
import { StoreError } from './store.ts';
import type { StoreFinding, VerifyReport } from './store-upkeep.ts';

export interface VerifyParts {
  readonly db: DatabaseSync;
  /** Of a file that goes on being written to. Undefined: in memory, or nobody writes. */
  readonly path: string | undefined;
  readonly events: VerifiedEvents;
  readonly holding: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** What of an `EventStore` is read. */
export interface VerifiedEvents extends FollowedEvents {
  get(id: string): Promise<unknown>;
}

const STATEMENTS = {
  integrity: 'PRAGMA integrity_check(20)',
  totals: `
    SELECT coalesce(a.name, b.name) AS name FROM
      (SELECT kind, name, state, number, bytes FROM totals WHERE number <> 0 OR bytes <> 0) a
    FULL JOIN (
      SELECT 'events' AS kind, gate AS name, '' AS state, count(*) AS number, sum(body_bytes) AS bytes FROM events GROUP BY gate
      UNION ALL SELECT 'deliveries', destination, state, count(*), 0 FROM deliveries GROUP BY destination, state) b
    ON a.kind = b.kind AND a.name = b.name AND a.state = b.state
    WHERE a.number IS NOT b.number OR a.bytes IS NOT b.bytes`,
  deliveries: `
    SELECT count(*) AS number FROM deliveries WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.id = deliveries.event_id)`,
  attempts: `
    SELECT count(*) AS number FROM attempts WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.place = attempts.delivery)`,
  bodies: `
    SELECT count(*) AS number FROM events WHERE encoding IS NULL AND erased IS NULL AND length(body) <> body_bytes`,
  erasures: 'SELECT count(*) AS number FROM erasures',
} as const;

/** How long the loop is held at most. */
const SLICE_MS = 2;

export async function verifyStore(parts: VerifyParts, signal: AbortSignal): Promise<VerifyReport> {
  const { db, path, holding } = parts;
  const rows =
    path === undefined
      ? rowsOf(db)
      : // By another process: to read a large file takes minutes.
        await holding(() => querySnapshot(path, STATEMENTS, signal));
  const { events, damaged } = await readBodies(parts.events, signal);
  return { events, findings: [...findingsOf(rows), ...bodyFindings(numberOf(rows['bodies']) + damaged)] };
}

function rowsOf(db: DatabaseSync): SnapshotRows {
  return Object.fromEntries(Object.entries(STATEMENTS).map(([name, sql]) => [name, db.prepare(sql).all()]));
}

/** Of what the statements gave. */
export function findingsOf(rows: SnapshotRows): readonly StoreFinding[] {
  const findings: StoreFinding[] = [];
  const faults = (rows['integrity'] ?? []).map(({ integrity_check: said }) => String(said));
  if (faults.join() !== 'ok')
    findings.push({ code: 'file-damaged', problem: `The file is damaged: ${faults.join('; ')}.` });
  const names = [...new Set((rows['totals'] ?? []).map(({ name }) => String(name)))];
  if (names.length > 0)
    findings.push({
      code: 'totals-differ',
      problem: `The totals are not what is there: of ${names.join(', ')}.`,
    });
  const deliveries = numberOf(rows['deliveries']);
  if (deliveries > 0)
    findings.push({
      code: 'deliveries-without-event',
      problem: `Deliveries without their event: ${deliveries}.`,
    });
  const attempts = numberOf(rows['attempts']);
  if (attempts > 0)
    findings.push({
      code: 'attempts-without-delivery',
      problem: `Attempts without their delivery: ${attempts}.`,
    });
  const erasures = numberOf(rows['erasures']);
  if (erasures > 0)
    findings.push({
      code: 'erasure-unfinished',
      problem: `Events whose erasure was not finished: ${erasures}. The next start finishes it.`,
    });
  return findings;
}

export function bodyFindings(number: number): readonly StoreFinding[] {
  if (number === 0) return [];
  return [
    {
      code: 'body-damaged',
      problem: `Events whose body does not come back, or not as long as it was: ${number}.`,
    },
  ];
}

function numberOf(rows: SnapshotRows[string] | undefined): number {
  return Number(rows?.[0]?.['number'] ?? 0);
}

/** Reads each, as who delivers it would. */
export async function readBodies(
  events: VerifiedEvents,
  signal: AbortSignal,
): Promise<{ readonly events: number; readonly damaged: number }> {
  const slice = createSlices(SLICE_MS);
  let read = 0;
  let damaged = 0;
  for await (const id of allEvents(events)) {
    signal.throwIfAborted();
    try {
      await events.get(id);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code === 'closed') throw error;
      damaged++;
    }
    read++;
    await slice();
  }
  return { events: read, damaged };
}
