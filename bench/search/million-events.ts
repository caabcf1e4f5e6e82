/** A store's file with many events in the real schema, written in bulk: of four gates, of many types, some let through by a gate that monitors. */
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { createEventIds } from '../../packages/gateway/src/stores/event-id.ts';
import { openStore } from '../../packages/gateway/src/stores/open-store.ts';
import { createSqliteFullText } from '../../packages/gateway/src/stores/sqlite-full-text.ts';

/** An event comes so often: a million in eleven and a half days. */
const EVERY_MS = 1_000;
const AT_ONCE = 20_000;
const STEPS_AT_ONCE = 500;
/** Half of the events are its own. */
export const INDEXED_GATE = 'shop';
const TYPES = ['order.paid', 'order.sent', 'order.cancelled', 'customer.changed', 'invoice.made'];
const WORDS = 'amber birch cedar delta ember fjord grove heath inlet juniper kelp lagoon maple'.split(' ');

export interface MillionEvents {
  readonly file: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Of one in the middle. */
  readonly middleId: string;
}

/** Of every hundredth event the gate is `rare`. */
export function gateOf(n: number): string {
  if (n % 100 === 0) return 'rare';
  return ['shop', 'shop', 'push', 'monitored'][n % 4] ?? 'shop';
}

export async function makeEvents(file: string, number: number): Promise<MillionEvents> {
  await (await openStore(`sqlite:${file}`)).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536');
  const insert = db.prepare(`
    INSERT INTO events (place, id, gate, provider, key_id, type, received_ms, method, url, body_bytes, identity, claim_until_ms, verdict, headers, body)
    VALUES (?, ?, ?, 'github', 'now', ?, ?, 'POST', ?, ?, ?, ?, ?, ?, ?)`);
  const startMs = Date.now() - number * EVERY_MS;
  let nowMs = startMs;
  let middleId = '';
  const newId = createEventIds(() => nowMs);
  for (let n = 1; n <= number; n++) {
    if (n % AT_ONCE === 1) db.exec('BEGIN');
    nowMs = startMs + n * EVERY_MS;
    const id = newId();
    if (n === Math.floor(number / 2)) middleId = id;
    const gate = gateOf(n);
    const body = Buffer.from(JSON.stringify(bodyOf(n)));
    const identity = createHash('sha256').update(id).digest().subarray(0, 16);
    insert.run(
      n,
      id,
      gate,
      n % 50_000 === 7 ? 'order.lost' : (TYPES[n % TYPES.length] ?? ''),
      nowMs,
      `/${gate}`,
      body.byteLength,
      identity,
      nowMs + 1,
      JSON.stringify(verdictOf(n, gate)),
      JSON.stringify([
        'Host',
        'hooks.example.com',
        'Content-Type',
        'application/json',
        'X-Delivery',
        `d-${n}`,
      ]),
      body,
    );
    if (n % AT_ONCE === 0 || n === number) db.exec('COMMIT; PRAGMA wal_checkpoint(PASSIVE)');
  }
  db.exec(
    `INSERT INTO totals SELECT 'events', gate, '', count(*), sum(body_bytes) FROM events GROUP BY gate`,
  );
  indexWords(db);
  db.close();
  return { file, startMs, endMs: nowMs, middleId };
}

/** As the gateway does it, in fewer commits. */
function indexWords(db: DatabaseSync): void {
  const fullText = createSqliteFullText(db);
  for (let hasMore = true; hasMore; ) {
    db.exec('BEGIN');
    for (let step = 0; hasMore && step < STEPS_AT_ONCE; step++)
      hasMore = fullText.index(INDEXED_GATE).hasMore;
    db.exec('COMMIT; PRAGMA wal_checkpoint(PASSIVE)');
  }
}

function bodyOf(n: number): object {
  const word = (i: number): string => WORDS[(n * 7 + i * 13) % WORDS.length] ?? '';
  return {
    id: `evt_${n}`,
    data: { object: { id: `ch_${n}`, amount: n % 10_000, currency: 'eur', customer: `cus_${n % 5_000}` } },
    note: Array.from({ length: 40 }, (_, i) => word(i)).join(' '),
    tag: n % 10_000 === 41 ? 'needle' : 'hay',
  };
}

function verdictOf(n: number, gate: string): object {
  if (gate !== 'monitored' || n % 8 !== 3) return { evidence: { scheme: 'hmac' } };
  const refused = { reason: 'signature-mismatch', step: 'signature', message: 'no key fits' };
  return { isMonitored: true, refused, evidence: {} };
}
