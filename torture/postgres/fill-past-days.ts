/** Days that are over, with events that were delivered at the first attempt: as many as a busy week leaves. */
import { connectDatabase, type Session } from '../../packages/gateway/src/stores/postgres/database.ts';
import {
  createDays,
  dayTextOf,
  firstIdOf,
  partitionOf,
} from '../../packages/gateway/src/stores/postgres/days.ts';
import { DESTINATION } from '../engine/work-folder.ts';
import type { KilledPostgres } from './server.ts';

export interface PastDays {
  readonly events: number;
  readonly days: number;
  /** The youngest of them is so many days old. */
  readonly ago: number;
}

const DAY_MS = 86_400_000;

/** Writes them as gateways do, in fewer commits. @returns the names of the days */
export async function fillPastDays(
  { address }: Pick<KilledPostgres, 'address'>,
  { events, days, ago }: PastDays,
): Promise<readonly string[]> {
  const database = await connectDatabase({ address, isUnlimited: true });
  try {
    const names: string[] = [];
    for (let day = ago; day < ago + days; day++) {
      const ms = Math.floor(Date.now() / DAY_MS - day) * DAY_MS;
      const hex = ms.toString(16).padStart(12, '0');
      const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
      await createDays(database).ensure([id]);
      names.push(dayTextOf(id));
      await database.transaction((session) => fillDay(session, dayTextOf(id), ms, Math.ceil(events / days)));
    }
    await database.query('ANALYZE countersign.events, countersign.deliveries, countersign.attempts');
    return names;
  } finally {
    await database.close();
  }
}

async function fillDay(session: Session, day: string, startMs: number, number: number): Promise<void> {
  const id = `'${firstIdOf(day)}-7000-8000-' || lpad(to_hex(n), 12, '0')`;
  await session.query(
    `INSERT INTO ${partitionOf('events', day)} (id, place, gate, provider, key_id, received_ms, method, url, destinations, body_bytes, headers, body)
    SELECT ${id}, nextval('countersign.places'), 'github', 'github', 'main', $1::bigint + n, 'POST', '/hooks/github', 1, 2, '[]', '{}'
    FROM generate_series(1, $2::integer) AS n`,
    [startMs, number],
  );
  await session.query(
    `INSERT INTO ${partitionOf('deliveries', day)} (event_id, destination, place, gate, state, attempts, round, began_ms, set_ms, due_ms, parks, blocks, code)
    SELECT ${id}, $1, nextval('countersign.places'), 'github', 'delivered', 1, 1, $2::bigint, $2, $2, false, false, 'delivered'
    FROM generate_series(1, $3::integer) AS n`,
    [DESTINATION, startMs, number],
  );
  await session.query(
    `INSERT INTO ${partitionOf('attempts', day)} (event_id, delivery, number, started_ms, took_ms, code, status)
    SELECT event_id, place, 1, $1, 3, 'delivered', 200 FROM ${partitionOf('deliveries', day)}`,
    [startMs],
  );
  for (const [kind, name, state, table] of [
    ['events', 'github', '', 'events'],
    ['deliveries', DESTINATION, 'delivered', 'deliveries'],
  ] as const)
    await session.query(
      `INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place, first_ms, last_ms)
      SELECT $1, $2, $3, $4, count(*), count(*) * $5, min(place), max(place), $6, $6::bigint + count(*) FROM ${partitionOf(table, day)}`,
      [kind, name, state, day, kind === 'events' ? 2 : 0, startMs],
    );
}

/** Jobs of pg-boss that have ended, which it deletes by and by. */
export async function fillEndedJobs({ query }: Pick<KilledPostgres, 'query'>, number: number): Promise<void> {
  await query(
    `INSERT INTO countersign_jobs.job (name, data, state, deletion_seconds, start_after, created_on, started_on, completed_on)
    SELECT 'due-deliveries', '{}', 'completed', 60, now(), now(), now(), now() FROM generate_series(1, $1::integer)`,
    [number],
  );
}
