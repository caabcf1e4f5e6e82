/** Events in SQLite. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { endsOf } from './claim-row.ts';
import type {
  EventClaim,
  EventListOptions,
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
  list(query: EventListOptions, limit: number): readonly EventSummary[];
}

type Row = Record<string, SQLOutputValue>;

const KEPT: KeepResult = { kept: true };

export function createSqliteEvents(db: DatabaseSync, claims: SqliteClaims): SqliteEvents {
  return new Events(db, claims);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  const list = (where: string): StatementSync =>
    db.prepare(`
      SELECT id, gate, provider, key_id, received_ms, method, url, length(body) AS body_bytes
      FROM events ${where} ORDER BY id DESC LIMIT ?`);
  return {
    insert: db.prepare(`
      INSERT INTO events
        (id, gate, provider, key_id, received_ms, method, url, identity, claim_until_ms, headers, body, withheld, sealed,
         forwarded, claim_fresh_until_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    get: db.prepare('SELECT * FROM events WHERE id = ?'),
    all: list(''),
    before: list('WHERE id < ?'),
    ofGate: list('WHERE gate = ?'),
    ofGateBefore: list('WHERE gate = ? AND id < ?'),
  };
}

class Events implements SqliteEvents {
  readonly #sql: Statements;
  readonly #claims: SqliteClaims;

  constructor(db: DatabaseSync, claims: SqliteClaims) {
    this.#sql = prepareStatements(db);
    this.#claims = claims;
  }

  keep(event: KeptEvent, further: readonly EventClaim[], nowMs: number): KeepResult {
    const { gate, claim } = event;
    for (const furtherClaim of further) this.#claims.remember({ gate, ...furtherClaim }, nowMs);
    if (claim !== undefined) {
      const holder = this.#claims.take({ gate, ...claim }, event.id, nowMs);
      if (holder !== undefined) {
        return holder.eventId === undefined ? { kept: false } : { kept: false, repeatOf: holder.eventId };
      }
    }
    this.#sql.insert.run(
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
      claim?.freshUntilMs ?? null,
    );
    return KEPT;
  }

  get(id: string): KeptEvent | undefined {
    const row = this.#sql.get.get(id);
    return row && eventOf(row);
  }

  list({ gate, before }: EventListOptions, limit: number): readonly EventSummary[] {
    const rows = gate === undefined ? this.#ofAll(before, limit) : this.#ofGate(gate, before, limit);
    return rows.map((row) => ({ ...headOf(row), bodyBytes: Number(row['body_bytes']) }));
  }

  #ofAll(before: string | undefined, limit: number): readonly Row[] {
    const { all, before: allBefore } = this.#sql;
    return before === undefined ? all.all(limit) : allBefore.all(before, limit);
  }

  #ofGate(gate: string, before: string | undefined, limit: number): readonly Row[] {
    const { ofGate, ofGateBefore } = this.#sql;
    return before === undefined ? ofGate.all(gate, limit) : ofGateBefore.all(gate, before, limit);
  }
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
      ? { claim: { identity, ...endsOf(row['claim_until_ms'], row['claim_fresh_until_ms']) } }
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
