/** What a server kept, compared with what was sent and with what another kept. */
import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RequestFile } from '../http/request-file.ts';

export interface KeptCount {
  /** Answered with 200. */
  readonly answered: number;
  /** Those whose answer the load may not have waited for. */
  readonly unanswered: number;
  readonly destinations: number;
}

const BODY_BYTES = 1024;
const SERIAL = /"subject":"message (\d{9})"/;

/**
 * @throws Error where an acknowledged request is not there, one is there twice or changed, or claims, deliveries and totals do not agree with the events.
 */
export function checkKept(file: string, load: RequestFile, count: KeptCount): void {
  const db = new DatabaseSync(file, { readOnly: true });
  const requests = openSync(load.path, 'r');
  try {
    const events = checkBodies(db, requests, load);
    const fail = (what: string): never => {
      throw new Error(`${file}: ${what}`);
    };
    if (events < count.answered)
      fail(`${count.answered} requests were acknowledged, and ${events} are there`);
    if (events > count.answered + count.unanswered)
      fail(`${events} events are there, and ${count.answered} requests were acknowledged`);
    const number = (sql: string): number => Number(db.prepare(sql).get()?.['number']);
    const agree: Readonly<Record<string, number>> = {
      'SELECT count(*) AS number FROM claims JOIN events ON events.id = claims.event_id AND events.identity = claims.identity':
        events,
      "SELECT number FROM totals WHERE kind = 'events'": events,
      "SELECT bytes AS number FROM totals WHERE kind = 'events'": events * BODY_BYTES,
      'SELECT count(*) AS number FROM deliveries JOIN events ON events.id = deliveries.event_id':
        events * count.destinations,
      "SELECT coalesce(sum(number), 0) AS number FROM totals WHERE kind = 'deliveries'":
        events * count.destinations,
    };
    for (const [sql, expected] of Object.entries(agree))
      if (number(sql) !== expected) fail(`${sql}: ${number(sql)}, not ${expected}`);
  } finally {
    closeSync(requests);
    db.close();
  }
}

/** Each body is one that was sent, and none is there twice. @returns how many */
function checkBodies(db: DatabaseSync, requests: number, { bytes }: RequestFile): number {
  const sent = Buffer.alloc(BODY_BYTES);
  const serials = new Set<number>();
  let events = 0;
  for (const { body } of db.prepare('SELECT body FROM events').iterate()) {
    const kept = Buffer.from(body as Uint8Array);
    const serial = Number(SERIAL.exec(kept.toString('latin1'))?.[1]);
    readSync(requests, sent, 0, BODY_BYTES, (serial + 1) * bytes - BODY_BYTES);
    if (!kept.equals(sent)) throw new Error(`an event's body is none that was sent: ${serial}`);
    serials.add(serial);
    events++;
  }
  if (serials.size !== events) throw new Error(`${events - serials.size} requests are kept twice`);
  return events;
}

/** Times, and ids that are drawn. */
const OWN_COLUMNS = /^(?:id|event_id|place|row|.*_ms)$/;

/** @throws Error where the first request's rows differ in anything but ids and times */
export function checkAlike(first: string, second: string): void {
  const [mine, other] = [first, second].map(rowsOf);
  if (mine !== other) throw new Error(`${first} and ${second} have other rows:\n${mine}\n${other}`);
}

function rowsOf(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const event = db.prepare("SELECT * FROM events WHERE body LIKE '%message 000000000%' LIMIT 1").get();
    const id = String(event?.['id']);
    const claim = db.prepare('SELECT * FROM claims WHERE event_id = ?').get(id);
    const deliveries = db.prepare('SELECT * FROM deliveries WHERE event_id = ? ORDER BY destination').all(id);
    return [event, claim, ...deliveries].map((row) => plainRow(row ?? {})).join('\n');
  } finally {
    db.close();
  }
}

function plainRow(row: Readonly<Record<string, unknown>>): string {
  return Object.entries(row)
    .map(([name, value]) => {
      if (OWN_COLUMNS.test(name)) return value === null ? `${name} NULL` : name;
      if (value instanceof Uint8Array) return `${name} ${value.byteLength} bytes`;
      return `${name} ${String(value).replace(/"nowMs":\d+/, '"nowMs":0')}`;
    })
    .join(', ');
}
