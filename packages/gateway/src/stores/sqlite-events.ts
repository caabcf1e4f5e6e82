/** Events in SQLite. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  EventClaim,
  EventQuery,
  EventSummary,
  Forwarded,
  KeepResult,
  KeptEvent,
  WithheldHeaders,
} from './event-store.ts';
import type { SqliteClaims } from './sqlite-claims.ts';
import { StoreError } from './store.ts';

export interface SqliteEvents {
  /** Within a transaction. */
  keep(event: KeptEvent, further: readonly EventClaim[], nowMs: number): KeepResult;
  get(id: string): KeptEvent | undefined;
  list(query: EventQuery, limit: number): readonly EventSummary[];
}

type Row = Record<string, SQLOutputValue>;

const KEPT: KeepResult = { kept: true };

export function createSqliteEvents(db: DatabaseSync, claims: SqliteClaims): SqliteEvents {
  const insert = db.prepare(`
    INSERT INTO events
      (id, gate, provider, key_id, received_ms, method, url, identity, claim_until_ms, headers, body, withheld, sealed,
       forwarded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const get = db.prepare('SELECT * FROM events WHERE id = ?');
  const list = (where: string): StatementSync =>
    db.prepare(`
      SELECT id, gate, provider, key_id, received_ms, method, url, length(body) AS body_bytes
      FROM events ${where} ORDER BY id DESC LIMIT ?`);
  const all = list('');
  const before = list('WHERE id < ?');
  const ofGate = list('WHERE gate = ?');
  const ofGateBefore = list('WHERE gate = ? AND id < ?');

  return {
    keep: (event, further, nowMs) => {
      const { gate, claim } = event;
      for (const furtherClaim of further) claims.remember({ gate, ...furtherClaim }, nowMs);
      if (claim !== undefined) {
        const holder = claims.take({ gate, ...claim }, event.id, nowMs);
        if (holder !== undefined) {
          return holder.eventId === undefined ? { kept: false } : { kept: false, repeatOf: holder.eventId };
        }
      }
      insert.run(
        event.id,
        event.gate,
        event.provider,
        event.keyId,
        event.receivedMs,
        event.method,
        event.url,
        claim?.identity ?? null,
        claim?.untilMs ?? null,
        JSON.stringify(event.headers),
        event.body,
        event.withheld === undefined ? null : JSON.stringify(event.withheld.names),
        event.withheld?.sealed ?? null,
        event.forwarded === undefined ? null : JSON.stringify(event.forwarded),
      );
      return KEPT;
    },
    get: (id) => {
      const row = get.get(id);
      return row && eventOf(row);
    },
    list: ({ gate, before: id }, limit) => {
      const ofAllGates = (): Row[] => (id === undefined ? all.all(limit) : before.all(id, limit));
      const ofOne = (name: string): Row[] =>
        id === undefined ? ofGate.all(name, limit) : ofGateBefore.all(name, id, limit);
      const rows = gate === undefined ? ofAllGates() : ofOne(gate);
      return rows.map((row) => ({ ...headOf(row), bodyBytes: Number(row['body_bytes']) }));
    },
  };
}

function headOf(row: Row): Omit<EventSummary, 'bodyBytes'> {
  return {
    id: text(row['id']),
    gate: text(row['gate']),
    provider: text(row['provider']),
    keyId: text(row['key_id']),
    receivedMs: Number(row['received_ms']),
    method: text(row['method']),
    url: text(row['url']),
  };
}

function eventOf(row: Row): KeptEvent {
  const identity = row['identity'];
  return {
    ...headOf(row),
    headers: texts(row['headers']),
    body: bytes(row['body']),
    ...(identity instanceof Uint8Array
      ? { claim: { identity, untilMs: Number(row['claim_until_ms']) } }
      : undefined),
    ...(typeof row['withheld'] === 'string' && { withheld: withheldOf(row) }),
    ...(typeof row['forwarded'] === 'string' && { forwarded: forwardedOf(row['forwarded']) }),
  };
}

function withheldOf({ withheld, sealed }: Row): WithheldHeaders {
  return { names: texts(withheld), ...(sealed instanceof Uint8Array && { sealed }) };
}

function forwardedOf(json: string): Forwarded {
  const { scheme, host }: Forwarded = JSON.parse(json);
  return { ...(scheme !== undefined && { scheme }), ...(host !== undefined && { host }) };
}

function texts(value: SQLOutputValue | undefined): readonly string[] {
  const list: unknown = JSON.parse(text(value));
  if (Array.isArray(list)) return list.map(String);
  throw new StoreError('failed', 'An event’s headers are damaged in the store.');
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new StoreError('failed', 'A text is damaged in the store.');
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('failed', 'Bytes are damaged in the store.');
}
