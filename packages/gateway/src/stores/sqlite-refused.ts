/** Refused requests in SQLite: a table of their own, which nothing of the events touches. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ListedRefusal, RefusedBounds, RefusedListOptions, StoredRefusal } from './refused-store.ts';
import type { Row } from './sqlite-row.ts';
import { StoreError } from './store.ts';

export interface SqliteRefused {
  /** Within a transaction. */
  keep(refusals: readonly StoredRefusal[], boundsOf: (gate: string) => RefusedBounds, nowMs: number): void;
  get(id: string, nowMs: number): StoredRefusal | undefined;
  list(query: RefusedListOptions, limit: number, nowMs: number): readonly ListedRefusal[];
  /** Within a transaction. */
  remove(ids: readonly string[]): void;
  /** Deletes all of them, in a transaction of its own. @returns whether there was one */
  removeAll(): boolean;
  hasEnded(nowMs: number): boolean;
  /** Within a transaction: deletes some of what has ended. */
  purge(nowMs: number): void;
}

/** Deleted at a time. */
const PURGED = 16;

export function createSqliteRefused(db: DatabaseSync): SqliteRefused {
  return new RefusedTable(db);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  // By place alone: an index of another order (+ keeps it out) would sort all that there is for a page.
  const list = (where: string): StatementSync =>
    db.prepare(`
      SELECT place, id, gate, received_ms, until_ms, head FROM refused
      WHERE +until_ms > ? ${where} ORDER BY place DESC LIMIT ?`);
  return {
    insert: db.prepare(`
      INSERT OR REPLACE INTO refused (id, gate, received_ms, until_ms, bytes, head, body) VALUES (?, ?, ?, ?, ?, ?, ?)`),
    // Of the index alone: a tenth of a millisecond for a thousand.
    held: db.prepare('SELECT count(*) AS number, total(bytes) AS bytes FROM refused WHERE gate = ?'),
    dropOldest: db.prepare(
      'DELETE FROM refused WHERE place = (SELECT min(place) FROM refused WHERE gate = ?) RETURNING bytes',
    ),
    purge: db.prepare(`
      DELETE FROM refused WHERE place IN (
        SELECT place FROM refused WHERE until_ms <= ? ORDER BY until_ms LIMIT ${PURGED})`),
    remove: db.prepare('DELETE FROM refused WHERE id = ?'),
    removeAll: db.prepare('DELETE FROM refused'),
    ended: db.prepare('SELECT 1 FROM refused WHERE until_ms <= ? LIMIT 1'),
    get: db.prepare('SELECT * FROM refused WHERE id = ? AND until_ms > ?'),
    all: list('AND place < ?'),
    ofGate: list('AND gate = ? AND place < ?'),
  };
}

class RefusedTable implements SqliteRefused {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#sql = prepareStatements(db);
  }

  keep(refusals: readonly StoredRefusal[], boundsOf: (gate: string) => RefusedBounds, nowMs: number): void {
    this.purge(nowMs);
    for (const { id, gate, receivedMs, untilMs, head, body } of refusals) {
      const bytes = head.byteLength + body.byteLength;
      if (bytes > boundsOf(gate).maxBytes) continue;
      this.#sql.insert.run(id, gate, receivedMs, untilMs, bytes, head, body);
    }
    for (const gate of new Set(refusals.map((refusal) => refusal.gate))) this.#trim(gate, boundsOf(gate));
  }

  #trim(gate: string, { atMost, maxBytes }: RefusedBounds): void {
    const held = this.#sql.held.get(gate);
    let number = Number(held?.['number']);
    let bytes = Number(held?.['bytes']);
    for (; number > atMost || bytes > maxBytes; number--)
      bytes -= Number(this.#sql.dropOldest.get(gate)?.['bytes']);
  }

  get(id: string, nowMs: number): StoredRefusal | undefined {
    const row = this.#sql.get.get(id, nowMs);
    return row && { ...refusalOf(row), body: bytesOf(row['body']) };
  }

  list(
    { gate, before = Number.MAX_SAFE_INTEGER }: RefusedListOptions,
    limit: number,
    nowMs: number,
  ): readonly ListedRefusal[] {
    const { all, ofGate } = this.#sql;
    const rows = gate === undefined ? all.all(nowMs, before, limit) : ofGate.all(nowMs, gate, before, limit);
    return rows.map((row) => ({ ...refusalOf(row), place: Number(row['place']) }));
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#sql.remove.run(id);
  }

  removeAll(): boolean {
    // They are encrypted: to overwrite them as well would write as much as they take, on a disk that is full.
    this.#db.exec('PRAGMA secure_delete = OFF');
    try {
      return Number(this.#sql.removeAll.run().changes) > 0;
    } finally {
      this.#db.exec('PRAGMA secure_delete = ON');
    }
  }

  hasEnded(nowMs: number): boolean {
    return this.#sql.ended.get(nowMs) !== undefined;
  }

  purge(nowMs: number): void {
    this.#sql.purge.run(nowMs);
  }
}

function refusalOf(row: Row): Omit<StoredRefusal, 'body'> {
  return {
    id: textOf(row['id']),
    gate: textOf(row['gate']),
    receivedMs: Number(row['received_ms']),
    untilMs: Number(row['until_ms']),
    head: bytesOf(row['head']),
  };
}

function textOf(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new StoreError('damaged', 'A refused request is damaged in the store.');
}

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('damaged', 'A refused request is damaged in the store.');
}
