/** Events in SQLite. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MaybePromise } from '@countersign/core';
import type { PackedBody } from './body-packing.ts';
import type { NewDelivery } from './delivery-store.ts';
import type {
  EventAtPlace,
  EventClaim,
  EventFollowOptions,
  EventListOptions,
  EventSummary,
  EventTotal,
  KeepResult,
  KeptEvent,
} from './event-store.ts';
import type { SqliteClaims } from './sqlite-claims.ts';
import type { SqliteDeliveries } from './sqlite-deliveries.ts';
import { DIGEST, eventOf, SUMMARY_COLUMNS, summaryOf } from './sqlite-event-row.ts';
import { lastPlace } from './sqlite-places.ts';
import type { Row } from './sqlite-row.ts';
import type { SqliteTotals } from './sqlite-totals.ts';

export interface SqliteEvents {
  /** Within a transaction. */
  keep(writing: EventWriting, nowMs: number): KeepResult;
  /** A promise only where a long body is unpacked. */
  get(id: string): MaybePromise<KeptEvent | undefined>;
  summary(id: string): EventSummary | undefined;
  list(query: EventListOptions, limit: number): readonly EventSummary[];
  follow(query: EventFollowOptions, limit: number): readonly EventSummary[];
  at(place: number): EventAtPlace;
  totals(): readonly EventTotal[];
}

/** An event as it is written. */
export interface EventWriting {
  readonly event: KeptEvent;
  readonly packed: PackedBody;
  readonly further: readonly EventClaim[];
  readonly deliveries: readonly NewDelivery[] | undefined;
}

const KEPT: KeepResult = { kept: true };

/** What an event writes to and counts in, besides its own table. */
export interface EventTables {
  readonly claims: SqliteClaims;
  readonly deliveries: SqliteDeliveries;
  readonly totals: SqliteTotals;
}

export function createSqliteEvents(db: DatabaseSync, tables: EventTables): SqliteEvents {
  return new Events(db, tables);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  const list = (where: string, order = 'place DESC'): StatementSync =>
    db.prepare(`
      SELECT ${SUMMARY_COLUMNS}
      FROM events ${where} ORDER BY ${order} LIMIT ?`);
  return {
    last: lastPlace(db, 'events'),
    insert: db.prepare(`
      INSERT INTO events
        (place, id, gate, provider, key_id, type, received_ms, method, url, destinations, body_bytes,
         encoding, identity, claim_until_ms, claim_fresh_until_ms, verdict, forwarded, withheld, sealed, headers, body,
         tenant)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    get: db.prepare('SELECT * FROM events WHERE id = ?'),
    placeUpTo: db.prepare('SELECT place, id FROM events WHERE id <= ? ORDER BY id DESC LIMIT 1'),
    summary: list('WHERE id = ?'),
    all: list('WHERE place < ?'),
    ofGate: list('WHERE gate = ? AND place < ?'),
    unmatched: list('INDEXED BY events_unmatched WHERE destinations = 0 AND place < ?'),
    unmatchedOfGate: list(
      'INDEXED BY events_unmatched_by_gate WHERE destinations = 0 AND gate = ? AND place < ?',
    ),
    at: db.prepare('SELECT id FROM events WHERE place = ?'),
    after: list('WHERE place > ?', 'place'),
    afterOfGate: list('WHERE gate = ? AND place > ?', 'place'),
  };
}

class Events implements SqliteEvents {
  readonly #sql: Statements;
  readonly #tables: EventTables;
  #lastPlace: number;

  constructor(db: DatabaseSync, tables: EventTables) {
    this.#sql = prepareStatements(db);
    this.#tables = tables;
    this.#lastPlace = Number(this.#sql.last.get()?.['place'] ?? 0);
  }

  keep(writing: EventWriting, nowMs: number): KeepResult {
    const { event, further, deliveries } = writing;
    const { gate, claim } = event;
    const { claims } = this.#tables;
    for (const furtherClaim of further) claims.remember({ gate, ...furtherClaim }, nowMs);
    if (claim !== undefined) {
      const holder = claims.take({ gate, ...claim }, event.id, nowMs);
      if (holder !== undefined) {
        return holder.eventId === undefined ? { kept: false } : { kept: false, repeatOf: holder.eventId };
      }
    }
    this.#insert(writing);
    for (const delivery of deliveries ?? []) this.#tables.deliveries.add(event, delivery, nowMs);
    return KEPT;
  }

  #insert({ event, packed, deliveries }: EventWriting): void {
    const { claim, withheld, forwarded, verdict, hashed } = event;
    const bodyBytes = hashed?.bodyBytes ?? event.body.byteLength;
    this.#sql.insert.run(
      ++this.#lastPlace,
      event.id,
      event.gate,
      event.provider,
      event.keyId,
      event.type ?? null,
      event.receivedMs,
      event.method,
      event.url,
      deliveries?.length ?? null,
      bodyBytes,
      hashed === undefined ? (packed.encoding ?? null) : DIGEST,
      claim?.identity ?? null,
      claim?.untilMs ?? null,
      claim?.freshUntilMs ?? null,
      verdict === undefined ? null : JSON.stringify(verdict),
      forwarded === undefined ? null : JSON.stringify(forwarded),
      withheld === undefined ? null : JSON.stringify(withheld.names),
      withheld?.sealed ?? null,
      JSON.stringify(event.headers),
      hashed === undefined ? packed.bytes : Buffer.from(hashed.sha256, 'hex'),
      event.tenant ?? null,
    );
    this.#tables.totals.add({ kind: 'events', name: event.gate, state: '' }, 1, bodyBytes);
  }

  get(id: string): MaybePromise<KeptEvent | undefined> {
    const row = this.#sql.get.get(id);
    return row && eventOf(row);
  }

  summary(id: string): EventSummary | undefined {
    const row = this.#sql.summary.get(id, 1);
    return row && summaryOf(row);
  }

  list({ gate, before, isUnmatched = false }: EventListOptions, limit: number): readonly EventSummary[] {
    const { all, ofGate, unmatched, unmatchedOfGate } = this.#sql;
    const place = before === undefined ? Number.MAX_SAFE_INTEGER : this.#placeBefore(before);
    if (gate === undefined) return rowsOf((isUnmatched ? unmatched : all).all(place, limit));
    return rowsOf((isUnmatched ? unmatchedOfGate : ofGate).all(gate, place, limit));
  }

  /** Of an event, or of where it stood: ids are in order of time. */
  #placeBefore(id: string): number {
    const row = this.#sql.placeUpTo.get(id);
    if (row === undefined) return 0;
    return Number(row['place']) + (row['id'] === id ? 0 : 1);
  }

  follow({ after, gate }: EventFollowOptions, limit: number): readonly EventSummary[] {
    const { after: all, afterOfGate } = this.#sql;
    return rowsOf(gate === undefined ? all.all(after, limit) : afterOfGate.all(gate, after, limit));
  }

  at(place: number): EventAtPlace {
    if (place > this.#lastPlace) return { kind: 'ahead' };
    const row = this.#sql.at.get(place);
    return row === undefined ? { kind: 'gone' } : { kind: 'event', id: String(row['id']) };
  }

  totals(): readonly EventTotal[] {
    return this.#tables.totals
      .list('events')
      .map(({ name, number, bytes }) => ({ gate: name, number, bodyBytes: bytes }));
  }
}

function rowsOf(rows: readonly Row[]): readonly EventSummary[] {
  return rows.map(summaryOf);
}
