/**
 * Claims in SQLite: rows in order of time, found through an index in memory.
 *
 * Identities are random, so a unique index on disk would dirty one page for nearly every claim: 5.1 KB of log an
 * event instead of 1.8 KB, and 35,000 instead of 80,000 durable events a second (1 KB events, batches of 256). The
 * rows are the truth: they are written in the event’s own transaction. What the index needs is written beside them in large pieces, from
 * which a start makes it anew. No other process writes to the file.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createSteadyClock } from '@countersign/core';
import type { BatchJournal } from './batch-journal.ts';
import { ClaimIndex, claimKey } from './claim-index.ts';
import { type ClaimPieces, createClaimPieces } from './claim-pieces.ts';
import { type ClaimRow, claimRowOf, type Holder, heldClaimOf } from './claim-row.ts';
import type { Claim, HeldClaim } from './claim-store.ts';
import { CLOCK_GRACE_MS } from './clock-grace.ts';
import { transaction } from './sqlite-open.ts';
import type { Row } from './sqlite-row.ts';

/** All of it but `page` and `find` is called within a transaction; `undo` follows each rollback, `settle` each commit. */
export interface SqliteClaims extends BatchJournal {
  /** Makes a part of the index, in a millisecond; who needs it before makes the rest. @returns false where it is whole */
  load(): boolean;
  /** The claims held at `nowMs` in the rows after one, in the order of the rows; at most `CLAIMS_PER_PAGE`. */
  page(afterRow: number, nowMs: number): readonly ClaimRow[];
  /** The claim, where it is held at that time. */
  find(gate: string, identity: Uint8Array, nowMs: number): HeldClaim | undefined;
  /** Takes a claim for an event, or says who holds it. */
  take(claim: Claim, eventId: string, nowMs: number): Holder | undefined;
  /** Holds a claim without an event; lengthens it if it is held, and replaces its answer. */
  remember(claim: Claim, nowMs: number): void;
  /** Ends a claim; false where nobody holds it. */
  release(claim: Pick<Claim, 'gate' | 'identity'>, nowMs: number): boolean;
  /** Ends a claim of whose request no copy is fresh at `nowMs`; false where there is none. */
  giveUp(claim: Pick<Claim, 'gate' | 'identity'>, nowMs: number): boolean;
  /** Deletes expired claims, the longest expired first; those from before the start a day later, as the clock may be ahead. */
  purge(nowMs: number, limit: number): void;
}

interface Change {
  readonly added: boolean;
  readonly key: number;
  readonly row: number;
}

/** `iterate` costs twice as much a row. */
export const CLAIMS_PER_PAGE = 1_000;
/** Rows that were ended end before that; all others, expired or not, after. */
const EVER_MS = 0;

/** @param startMs the clock, as it is when the store is opened */
export function createSqliteClaims(db: DatabaseSync, startMs: number): SqliteClaims {
  return new ClaimTable(db, startMs);
}

type Statements = ReturnType<typeof prepareStatements>;

/** All on the table `claims`. */
function prepareStatements(db: DatabaseSync) {
  return {
    page: db.prepare(`
      SELECT row, gate, hex(identity) AS identity, until_ms, fresh_until_ms FROM claims
      WHERE row > ? AND until_ms > ? ORDER BY row LIMIT ${CLAIMS_PER_PAGE}`),
    first: db.prepare('SELECT min(row) AS row FROM claims'),
    last: db.prepare('SELECT max(row) AS row FROM claims'),
    read: db.prepare(
      'SELECT gate, identity, until_ms, fresh_until_ms, event_id, answer, taken_ms FROM claims WHERE row = ?',
    ),
    insert: db.prepare(
      'INSERT INTO claims (row, gate, identity, until_ms, fresh_until_ms, event_id, answer, taken_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    // The row stays until it is purged as any that has expired.
    end: db.prepare('UPDATE claims SET until_ms = 0 WHERE row = ?'),
    lengthen: db.prepare(`
      UPDATE claims
      SET until_ms = max(until_ms, ?), fresh_until_ms = max(coalesce(fresh_until_ms, until_ms), ?), answer = ?
      WHERE row = ?`),
    longExpired: db.prepare(`
      DELETE FROM claims WHERE row IN (
        SELECT row FROM claims WHERE until_ms <= ? ORDER BY until_ms LIMIT ?)
      RETURNING row, gate, hex(identity) AS identity, until_ms`),
    expired: db.prepare(`
      SELECT row, gate, hex(identity) AS identity, until_ms FROM claims
      WHERE (until_ms, row) > (?, ?) AND until_ms <= ? ORDER BY until_ms, row LIMIT ?`),
    nextToPass: db.prepare(
      'SELECT until_ms FROM claims WHERE (until_ms, row) > (?, ?) ORDER BY until_ms, row LIMIT 1',
    ),
    firstToEnd: db.prepare('SELECT min(until_ms) AS until_ms FROM claims'),
    remove: db.prepare('DELETE FROM claims WHERE row = ?'),
  };
}

class ClaimTable implements SqliteClaims {
  readonly #sql: Statements;
  readonly #index: ClaimIndex;
  readonly #pieces: ClaimPieces;
  readonly #steady = createSteadyClock();
  #changes: Change[] = [];
  #lastRow: number;
  /** The last row from before the start. */
  readonly #lastOfBefore: number;
  /** The last row from before the start that was passed over. */
  #passed = { untilMs: 0, row: 0 };
  /** Until then there is nothing to purge: to look for it in each batch would be a tenth of what an event costs. */
  #quietUntilMs = EVER_MS;

  constructor(db: DatabaseSync, startMs: number) {
    this.#sql = prepareStatements(db);
    this.#index = new ClaimIndex(() => Number(this.#sql.first.get()?.['row'] ?? 0));
    this.#pieces = createClaimPieces(db);
    this.#steady(startMs);
    this.#lastRow = this.#pieces.lastRow;
    this.#readRowsOfNoPiece();
    // Those that were ended are not read, and have their numbers still.
    this.#lastRow = Math.max(this.#lastRow, Number(this.#sql.last.get()?.['row'] ?? 0));
    this.#lastOfBefore = this.#lastRow;
    // As many as a version wrote that knew no pieces: once.
    transaction(db, () => this.#pieces.write(this.#index));
    this.#pieces.settle();
  }

  load(): boolean {
    return this.#pieces.loadNext(this.#index);
  }

  page(afterRow: number, nowMs: number): readonly ClaimRow[] {
    return this.#sql.page.all(afterRow, nowMs).map(claimRowOf);
  }

  find(gate: string, identity: Uint8Array, nowMs: number): HeldClaim | undefined {
    const values = this.#held({ gate, identity }, claimKey(gate, identity), nowMs)?.values;
    return values && heldClaimOf(values);
  }

  take(claim: Claim, eventId: string, nowMs: number): Holder | undefined {
    const key = claimKey(claim.gate, claim.identity);
    const holder = this.#held(claim, key, nowMs);
    if (holder === undefined) {
      this.#add(claim, key, eventId, nowMs);
      return undefined;
    }
    const event = holder.values['event_id'];
    return typeof event === 'string' ? { eventId: event } : {};
  }

  remember(claim: Claim, nowMs: number): void {
    const key = claimKey(claim.gate, claim.identity);
    const holder = this.#held(claim, key, nowMs);
    if (holder === undefined) this.#add(claim, key, null, nowMs);
    else {
      const { untilMs, freshUntilMs = untilMs, answer = null } = claim;
      this.#sql.lengthen.run(untilMs, freshUntilMs, answer, holder.row);
    }
  }

  release(claim: Pick<Claim, 'gate' | 'identity'>, nowMs: number): boolean {
    const holder = this.#held(claim, claimKey(claim.gate, claim.identity), nowMs);
    if (holder === undefined) return false;
    this.#end(holder.row);
    return true;
  }

  giveUp(claim: Pick<Claim, 'gate' | 'identity'>, nowMs: number): boolean {
    const holder = this.#held(claim, claimKey(claim.gate, claim.identity), nowMs);
    if (holder === undefined || Number(holder.values['fresh_until_ms'] ?? holder.values['until_ms']) > nowMs)
      return false;
    this.#end(holder.row);
    return true;
  }

  #end(row: number): void {
    this.#sql.end.run(row);
    this.#quietUntilMs = EVER_MS;
  }

  purge(nowMs: number, limit: number): void {
    const { longExpired, expired, remove } = this.#sql;
    this.#loadAll();
    this.#pieces.write(this.#index);
    // A clock that is ahead is set right some day, and what it has ended is needed then.
    const overMs = this.#steady(nowMs);
    if (overMs < this.#quietUntilMs) return;
    const forgotten = longExpired.all(overMs - CLOCK_GRACE_MS, limit).map(claimRowOf);
    for (const claimRow of forgotten) this.#forget(claimRow);
    const ended = expired.all(this.#passed.untilMs, this.#passed.row, overMs, limit).map(claimRowOf);
    for (const expiredRow of ended) {
      const { row, claim } = expiredRow;
      if (row <= this.#lastOfBefore) this.#passed = { untilMs: claim.untilMs, row };
      else {
        remove.run(row);
        this.#forget(expiredRow);
      }
    }
    if (forgotten.length < limit && ended.length < limit) this.#quietUntilMs = this.#nextPurgeMs();
  }

  #nextPurgeMs(): number {
    const next = this.#sql.nextToPass.get(this.#passed.untilMs, this.#passed.row);
    const first = this.#sql.firstToEnd.get()?.['until_ms'];
    return Math.min(
      next === undefined ? Number.POSITIVE_INFINITY : Number(next['until_ms']),
      typeof first === 'number' ? first + CLOCK_GRACE_MS : Number.POSITIVE_INFINITY,
    );
  }

  mark(): number {
    return this.#changes.length;
  }

  undo(mark: number): void {
    this.#quietUntilMs = EVER_MS;
    for (let at = this.#changes.length - 1; at >= mark; at--) {
      const { added, key, row } = this.#changes[at] as Change;
      if (added) {
        this.#index.delete(key, row);
        this.#pieces.takeBack();
      } else this.#index.add(key, row);
    }
    this.#changes.length = mark;
    if (mark === 0) this.#pieces.undo();
  }

  /** Its rows are all written. */
  flush(): void {}

  settle(): void {
    this.#changes = [];
    this.#pieces.settle();
  }

  #readRowsOfNoPiece(): void {
    for (
      let rows = this.page(this.#lastRow, EVER_MS);
      rows.length > 0;
      rows = this.page(this.#lastRow, EVER_MS)
    ) {
      for (const { row, claim } of rows) {
        const key = claimKey(claim.gate, claim.identity);
        this.#index.add(key, row);
        this.#pieces.add(key, row);
        this.#lastRow = row;
      }
    }
  }

  /** Nothing is looked for, or taken out, in a part of the index. */
  #loadAll(): void {
    while (this.#pieces.loadNext(this.#index));
  }

  /** The claim’s row that is held at `nowMs`. */
  #held(
    claim: Pick<Claim, 'gate' | 'identity'>,
    key: number,
    nowMs: number,
  ): { readonly row: number; readonly values: Row } | undefined {
    let holding: Row | undefined;
    this.#loadAll();
    const row = this.#index.find(key, (candidate) => {
      const values = this.#sql.read.get(candidate);
      if (values?.['gate'] !== claim.gate || Number(values['until_ms']) <= nowMs) return false;
      holding = values;
      return (
        values['identity'] instanceof Uint8Array && Buffer.compare(values['identity'], claim.identity) === 0
      );
    });
    return row === 0 || holding === undefined ? undefined : { row, values: holding };
  }

  #add(claim: Claim, key: number, eventId: string | null, nowMs: number): void {
    const { gate, identity, untilMs, freshUntilMs, answer } = claim;
    // Numbers are never given twice: a piece says of rows up to its last that they are in one.
    const row = ++this.#lastRow;
    this.#sql.insert.run(
      row,
      gate,
      identity,
      untilMs,
      freshUntilMs ?? null,
      eventId,
      answer ?? null,
      Math.floor(nowMs),
    );
    this.#quietUntilMs = Math.min(this.#quietUntilMs, untilMs);
    this.#changes.push({ added: true, key, row });
    this.#index.add(key, row);
    this.#pieces.add(key, row);
  }

  #forget({ row, claim }: ClaimRow): void {
    const key = claimKey(claim.gate, claim.identity);
    this.#changes.push({ added: false, key, row });
    this.#index.delete(key, row);
  }
}
