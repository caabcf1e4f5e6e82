/**
 * Claims in SQLite: rows in order of time, found through an index in memory.
 *
 * Identities are random, so a unique index on disk would dirty one page for nearly every claim: 5.1 KB of log an
 * event instead of 1.8 KB, and 35,000 instead of 80,000 durable events a second (1 KB events, batches of 256). The
 * rows are the truth: they are written in the event’s own transaction, and the index is made from them at start. No other
 * process writes to the file.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Claim } from '../store.ts';
import { ClaimIndex, claimKey } from './claim-index.ts';

/** Who holds a claim. */
export interface Holder {
  /** Absent where the claim was remembered without an event. */
  readonly eventId?: string;
}

/** All of it is called within a transaction; `undo` follows each rollback, `settle` each commit. */
export interface SqliteClaims {
  /** Takes a claim for an event, or says who holds it. */
  take(claim: Claim, eventId: string, nowMs: number): Holder | undefined;
  /** Holds a claim without an event; lengthens it if it is held. */
  remember(claim: Claim, nowMs: number): void;
  /** Ends a claim; false where nobody holds it. */
  release(claim: Pick<Claim, 'gate' | 'identity'>, nowMs: number): boolean;
  /** Deletes expired claims, the longest expired first. */
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

/** Rows read at once; `iterate` costs twice as much a row. */
const ROWS_PER_READ = 1_000;

export function createSqliteClaims(db: DatabaseSync): SqliteClaims {
  const since = db.prepare(
    `SELECT row, gate, hex(identity) AS identity FROM claims WHERE row > ? ORDER BY row LIMIT ${ROWS_PER_READ}`,
  );
  const first = db.prepare('SELECT min(row) AS row FROM claims');
  const read = db.prepare('SELECT gate, identity, until_ms, event_id FROM claims WHERE row = ?');
  const insert = db.prepare('INSERT INTO claims (gate, identity, until_ms, event_id) VALUES (?, ?, ?, ?)');
  // The row stays until it is purged as any that has expired.
  const end = db.prepare('UPDATE claims SET until_ms = 0 WHERE row = ?');
  const lengthen = db.prepare('UPDATE claims SET until_ms = max(until_ms, ?) WHERE row = ?');
  const expired = db.prepare(`
    DELETE FROM claims WHERE row IN (
      SELECT row FROM claims WHERE until_ms <= ? ORDER BY until_ms LIMIT ?)
    RETURNING row, gate, hex(identity) AS identity`);

  const index = new ClaimIndex(() => Number(first.get()?.['row'] ?? 0));
  let changes: Change[] = [];

  const keyOf = (row: Row): number => {
    return claimKey(String(row['gate']), identityOfHex(row['identity']));
  };
  const change = (added: boolean, key: number, row: number): void => {
    changes.push({ added, key, row });
    if (added) index.add(key, row);
    else index.delete(key, row);
  };

  /** The claim’s row that is held at `nowMs`. */
  function held(
    claim: Pick<Claim, 'gate' | 'identity'>,
    key: number,
    nowMs: number,
  ): { row: number; eventId: unknown } | undefined {
    let eventId: unknown;
    const row = index.find(key, (candidate) => {
      const found = read.get(candidate);
      if (found?.['gate'] !== claim.gate || Number(found['until_ms']) <= nowMs) return false;
      eventId = found['event_id'];
      return found['identity'] instanceof Uint8Array && sameBytes(found['identity'], claim.identity);
    });
    return row === 0 ? undefined : { row, eventId };
  }

  function add(claim: Claim, key: number, eventId: string | null): void {
    const { lastInsertRowid } = insert.run(claim.gate, claim.identity, claim.untilMs, eventId);
    change(true, key, Number(lastInsertRowid));
  }

  for (let lastRow = 0, more = true; more; ) {
    const page = since.all(lastRow);
    for (const found of page) {
      lastRow = Number(found['row']);
      index.add(keyOf(found), lastRow);
    }
    more = page.length === ROWS_PER_READ;
  }

  return {
    take: (claim, eventId, nowMs) => {
      const key = claimKey(claim.gate, claim.identity);
      const holder = held(claim, key, nowMs);
      if (holder === undefined) {
        add(claim, key, eventId);
        return undefined;
      }
      return typeof holder.eventId === 'string' ? { eventId: holder.eventId } : {};
    },
    remember: (claim, nowMs) => {
      const key = claimKey(claim.gate, claim.identity);
      const holder = held(claim, key, nowMs);
      if (holder === undefined) add(claim, key, null);
      else lengthen.run(claim.untilMs, holder.row);
    },
    release: (claim, nowMs) => {
      const holder = held(claim, claimKey(claim.gate, claim.identity), nowMs);
      if (holder === undefined) return false;
      end.run(holder.row);
      return true;
    },
    purge: (nowMs, limit) => {
      for (const row of expired.all(nowMs, limit)) change(false, keyOf(row), Number(row['row']));
    },
    mark: () => changes.length,
    undo: (mark) => {
      for (let at = changes.length - 1; at >= mark; at--) {
        const { added, key, row } = changes[at] as Change;
        if (added) index.delete(key, row);
        else index.add(key, row);
      }
      changes.length = mark;
    },
    settle: () => {
      changes = [];
    },
  };
}

/** An identity read as `hex(identity)`: 1 µs faster a row than as a blob, which node:sqlite allocates off the heap. */
export function identityOfHex(hex: SQLOutputValue | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(String(hex), 'hex'));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
