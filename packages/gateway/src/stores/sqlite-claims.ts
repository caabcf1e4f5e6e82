/**
 * Claims in SQLite: rows in order of time, found through an index in memory.
 *
 * Identities are random, so a unique index on disk would dirty one page for nearly every claim: 5.1 KB of log an
 * event instead of 1.8 KB, and 35,000 instead of 80,000 durable events a second (1 KB events, batches of 256). The
 * rows are the truth: they are written in the event’s own transaction. What the index needs is written beside them in large pieces, from
 * which a start makes it anew. No other process writes to the file.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { createSteadyClock } from '@countersign/core';
import { ClaimIndex, claimKey } from './claim-index.ts';
import { createClaimPieces } from './claim-pieces.ts';
import type { Claim, HeldClaim } from './claim-store.ts';
import { CLOCK_GRACE_MS } from './clock-grace.ts';
import { rollback } from './sqlite-open.ts';

/** Who holds a claim. */
export interface Holder {
  /** Absent where the claim was remembered without an event. */
  readonly eventId?: string;
}

/** A claim and the row that holds it. */
export interface ClaimRow {
  readonly row: number;
  readonly claim: Claim;
}

/** All of it but `page` and `find` is called within a transaction; `undo` follows each rollback, `settle` each commit. */
export interface SqliteClaims {
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
  /** Deletes expired claims, the longest expired first; those of before the start a day later, as the clock may be ahead. */
  purge(nowMs: number, limit: number): void;
  /** A point to go back to. */
  mark(): number;
  /** Takes back what was done since, as the database does. */
  undo(mark: number): void;
  settle(): void;
}

interface Change {
  readonly added: boolean;
  readonly key: number;
  readonly row: number;
}

type Row = Record<string, SQLOutputValue>;

/** `iterate` costs twice as much a row. */
export const CLAIMS_PER_PAGE = 1_000;
/** Rows that were ended end before that; all others, expired or not, after. */
const EVER_MS = 0;

/** @param startMs the clock, as it is when the store is opened */
export function createSqliteClaims(db: DatabaseSync, startMs: number): SqliteClaims {
  const page = db.prepare(`
    SELECT row, gate, hex(identity) AS identity, until_ms FROM claims
    WHERE row > ? AND until_ms > ? ORDER BY row LIMIT ${CLAIMS_PER_PAGE}`);
  const first = db.prepare('SELECT min(row) AS row FROM claims');
  const read = db.prepare('SELECT gate, identity, until_ms, event_id, answer FROM claims WHERE row = ?');
  const insert = db.prepare(
    'INSERT INTO claims (row, gate, identity, until_ms, event_id, answer) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // The row stays until it is purged as any that has expired.
  const end = db.prepare('UPDATE claims SET until_ms = 0 WHERE row = ?');
  const lengthen = db.prepare('UPDATE claims SET until_ms = max(until_ms, ?), answer = ? WHERE row = ?');
  const longExpired = db.prepare(`
    DELETE FROM claims WHERE row IN (
      SELECT row FROM claims WHERE until_ms <= ? ORDER BY until_ms LIMIT ?)
    RETURNING row, gate, hex(identity) AS identity, until_ms`);
  const expired = db.prepare(`
    SELECT row, gate, hex(identity) AS identity, until_ms FROM claims
    WHERE (until_ms, row) > (?, ?) AND until_ms <= ? ORDER BY until_ms, row LIMIT ?`);
  const remove = db.prepare('DELETE FROM claims WHERE row = ?');

  const index = new ClaimIndex(() => Number(first.get()?.['row'] ?? 0));
  const pieces = createClaimPieces(db);
  let changes: Change[] = [];
  const steady = createSteadyClock();
  steady(startMs);
  /** The last row of before the start that was passed over. */
  let passed = { untilMs: 0, row: 0 };

  const readPage = (afterRow: number, nowMs: number): readonly ClaimRow[] =>
    page.all(afterRow, nowMs).map(claimRowOf);
  const change = (added: boolean, key: number, row: number): void => {
    changes.push({ added, key, row });
    if (added) {
      index.add(key, row);
      pieces.add(key, row);
    } else index.delete(key, row);
  };

  /** Nothing is looked for, or taken out, in a part of the index. */
  const whole = (): void => {
    while (pieces.loadNext(index));
  };

  /** The claim’s row that is held at `nowMs`. */
  function held(
    claim: Pick<Claim, 'gate' | 'identity'>,
    key: number,
    nowMs: number,
  ): { readonly row: number; readonly found: Row } | undefined {
    let holding: Row | undefined;
    whole();
    const row = index.find(key, (candidate) => {
      const values = read.get(candidate);
      if (values?.['gate'] !== claim.gate || Number(values['until_ms']) <= nowMs) return false;
      holding = values;
      return (
        values['identity'] instanceof Uint8Array && Buffer.compare(values['identity'], claim.identity) === 0
      );
    });
    return row === 0 || holding === undefined ? undefined : { row, found: holding };
  }

  function add({ gate, identity, untilMs, answer }: Claim, key: number, eventId: string | null): void {
    // Numbers are never given twice: a piece says of rows up to its last that they are in one.
    const row = ++lastRow;
    insert.run(row, gate, identity, untilMs, eventId, answer ?? null);
    change(true, key, row);
  }

  let { lastRow } = pieces;
  for (let rows = readPage(lastRow, EVER_MS); rows.length > 0; rows = readPage(lastRow, EVER_MS)) {
    for (const { row, claim } of rows) {
      const key = claimKey(claim.gate, claim.identity);
      index.add(key, row);
      pieces.add(key, row);
      lastRow = row;
    }
  }
  const lastOfBefore = lastRow;
  // As many as a version wrote that knew no pieces: once.
  transaction(db, () => pieces.write(index));
  pieces.settle();

  return {
    load: () => pieces.loadNext(index),
    page: readPage,
    find: (gate, identity, nowMs) => {
      const values = held({ gate, identity }, claimKey(gate, identity), nowMs)?.found;
      if (values === undefined) return undefined;
      const { until_ms: untilMs, answer } = values;
      return { untilMs: Number(untilMs), ...(answer instanceof Uint8Array && { answer }) };
    },
    take: (claim, eventId, nowMs) => {
      const key = claimKey(claim.gate, claim.identity);
      const holder = held(claim, key, nowMs);
      if (holder === undefined) {
        add(claim, key, eventId);
        return undefined;
      }
      const event = holder.found['event_id'];
      return typeof event === 'string' ? { eventId: event } : {};
    },
    remember: (claim, nowMs) => {
      const key = claimKey(claim.gate, claim.identity);
      const holder = held(claim, key, nowMs);
      if (holder === undefined) add(claim, key, null);
      else lengthen.run(claim.untilMs, claim.answer ?? null, holder.row);
    },
    release: (claim, nowMs) => {
      const holder = held(claim, claimKey(claim.gate, claim.identity), nowMs);
      if (holder === undefined) return false;
      end.run(holder.row);
      return true;
    },
    purge: (nowMs, limit) => {
      whole();
      pieces.write(index);
      // A clock that is ahead is set right some day, and what it has ended is needed then.
      const overMs = steady(nowMs);
      const gone = ({ row, claim }: ClaimRow): void =>
        change(false, claimKey(claim.gate, claim.identity), row);
      for (const values of longExpired.all(overMs - CLOCK_GRACE_MS, limit)) gone(claimRowOf(values));
      for (const values of expired.all(passed.untilMs, passed.row, overMs, limit)) {
        const expiredRow = claimRowOf(values);
        const { row, claim } = expiredRow;
        if (row <= lastOfBefore) passed = { untilMs: claim.untilMs, row };
        else {
          remove.run(row);
          gone(expiredRow);
        }
      }
    },
    mark: () => changes.length,
    undo: (mark) => {
      for (let at = changes.length - 1; at >= mark; at--) {
        const { added, key, row } = changes[at] as Change;
        if (added) {
          index.delete(key, row);
          pieces.takeBack();
        } else index.add(key, row);
      }
      changes.length = mark;
      if (mark === 0) pieces.undo();
    },
    settle: () => {
      changes = [];
      pieces.settle();
    },
  };
}

function transaction(db: DatabaseSync, write: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    write();
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

/** The identity is read as `hex(identity)`: 1 µs faster a row than as a blob, which node:sqlite allocates off the heap. */
function claimRowOf(values: Row): ClaimRow {
  const identity = new Uint8Array(Buffer.from(String(values['identity']), 'hex'));
  const claim = { gate: String(values['gate']), identity, untilMs: Number(values['until_ms']) };
  return { row: Number(values['row']), claim };
}
