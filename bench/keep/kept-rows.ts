/** Writes what a keep gate writes, by hand: the same tables in the same file, so that what differs is the program and not the disk's work. */
import { createHash, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../../packages/gateway/src/stores/sqlite-migrations.ts';

export const GATE = 'bench';
const DAY_MS = 86_400_000;
const IDENTITY_BYTES = 16;

/** A proved request. */
export interface ProvedRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly nowMs: number;
}

export interface KeptRows {
  begin(): void;
  /** Within a transaction: the event, its claim, its deliveries. @returns false where the request was kept before */
  add(request: ProvedRequest): boolean;
  /** Adds to the totals, and commits. */
  commit(): void;
}

export interface KeptRowsOptions {
  /** Which each event is to be delivered to. */
  readonly destinations: readonly string[];
  /** Whether the file is set up as the gateway's is, which was measured. */
  readonly isTuned: boolean;
}

export function openKeptRows(file: string, { destinations, isTuned }: KeptRowsOptions): KeptRows {
  const db = new DatabaseSync(file);
  if (isTuned)
    db.exec('PRAGMA page_size = 16384; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384');
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  for (const step of MIGRATIONS) db.exec(step);
  const sql = prepareStatements(db);
  const seen = new Set<string>();
  let places = 0;
  let deliveries = 0;
  let added = 0;
  let bytes = 0;
  return {
    begin: () => {
      sql.begin.run();
    },
    add({ method, url, rawHeaders, body, nowMs }) {
      const digest = createHash('sha256').update(GATE).update(body).digest();
      const identity = digest.subarray(0, IDENTITY_BYTES);
      const key = identity.toString('latin1');
      if (seen.has(key)) return false;
      seen.add(key);
      const id = timedId(nowMs);
      const untilMs = nowMs + DAY_MS;
      const verdict = JSON.stringify({
        evidence: {
          provider: 'github',
          bodyBytes: body.length,
          signatures: 1,
          comparisons: 1,
          readingsTried: 1,
          nowMs,
        },
      });
      const place = ++places;
      sql.claim.run(place, GATE, identity, untilMs, null, id, null, nowMs);
      sql.event.run(
        place,
        id,
        GATE,
        'github',
        'key-1',
        null,
        nowMs,
        method,
        url,
        destinations.length === 0 ? null : destinations.length,
        body.length,
        identity,
        untilMs,
        null,
        verdict,
        null,
        null,
        null,
        JSON.stringify(rawHeaders),
        body,
      );
      for (const name of destinations)
        sql.delivery.run(++deliveries, id, name, GATE, 'waiting', nowMs, nowMs, nowMs, null, 0, 0);
      added++;
      bytes += body.length;
      return true;
    },
    commit() {
      if (added > 0) sql.total.run('events', GATE, '', added, bytes);
      for (const name of destinations) if (added > 0) sql.total.run('deliveries', name, 'waiting', added, 0);
      sql.commit.run();
      added = 0;
      bytes = 0;
    },
  };
}

function prepareStatements(db: DatabaseSync) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    claim: db.prepare(`
      INSERT INTO claims (row, gate, identity, until_ms, fresh_until_ms, event_id, answer, taken_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    event: db.prepare(`
      INSERT INTO events
        (place, id, gate, provider, key_id, type, received_ms, method, url, destinations, body_bytes,
         identity, claim_until_ms, claim_fresh_until_ms, verdict, forwarded, withheld, sealed, headers, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    delivery: db.prepare(`
      INSERT INTO deliveries
        (place, event_id, destination, gate, state, attempts, round, began_ms, set_ms, due_ms, order_key, parks, blocks)
      VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)`),
    total: db.prepare(`
      INSERT INTO totals (kind, name, state, number, bytes) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET number = number + excluded.number, bytes = bytes + excluded.bytes`),
  };
}

/** A UUIDv7. */
function timedId(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
