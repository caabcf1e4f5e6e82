/**
 * The index of claims on disk, in pieces: after a start 16 bytes a claim are read in place of every row, and rows only where no piece is
 * written yet. A piece is written once, beside the claims that fill it, so the index costs each claim a few bytes of log.
 */
import { endianness } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { ClaimIndex } from './claim-index.ts';

export interface ClaimPieces {
  /** The last row that the pieces from before the start know of. */
  readonly lastRow: number;
  /** Puts the next of these pieces into the index, in a millisecond. @returns false where none is left */
  loadNext(index: ClaimIndex): boolean;
  /** A claim's row was written. Rows come in order. */
  add(key: number, row: number): void;
  /** Takes the last `add` back. */
  takeBack(): void;
  /** Writes a piece where one is full, within a transaction. */
  write(index: ClaimIndex): void;
  /** The transaction was committed. */
  settle(): void;
  /** The transaction was rolled back. */
  undo(): void;
}

/** Entries of a piece: 128 KB, written in 1 to 2 ms. A start reads at most about so many rows. */
export const PIECE_ENTRIES = 8_192;
/** Older pieces that are looked through with each that is written, so that what has ended does not pile up. */
const REVIEWED = 2;
/** A key and a row. */
const ENTRY_BYTES = 16;

export function createClaimPieces(db: DatabaseSync): ClaimPieces {
  return new PieceTable(db);
}

type Statements = ReturnType<typeof prepareStatements>;

/** All on the table `claim_pieces`. */
function prepareStatements(db: DatabaseSync) {
  return {
    insert: db.prepare('INSERT INTO claim_pieces (last_row, entries) VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM claim_pieces WHERE last_row = ?'),
    last: db.prepare('SELECT max(last_row) AS row FROM claim_pieces'),
    next: db.prepare(
      'SELECT last_row, entries FROM claim_pieces WHERE last_row > ? ORDER BY last_row LIMIT 1',
    ),
    total: db.prepare(
      `SELECT coalesce(sum(length(entries)), 0) / ${ENTRY_BYTES} AS entries FROM claim_pieces`,
    ),
  };
}

interface Piece {
  readonly lastRow: number;
  /** A key and a row in turn. */
  readonly entries: Float64Array;
}

class PieceTable implements ClaimPieces {
  readonly lastRow: number;
  readonly #sql: Statements;
  /** The last row of the piece that was loaded last. */
  #loaded = 0;
  /** Entries of no piece yet: a key and a row in turn. */
  #recent: number[] = [];
  /** Numbers of `#recent` that this transaction has written. */
  #written = 0;
  /** The last row of the piece that was reviewed last. */
  #reviewed = 0;

  constructor(db: DatabaseSync) {
    this.#sql = prepareStatements(db);
    this.lastRow = Number(this.#sql.last.get()?.['row'] ?? 0);
  }

  loadNext(index: ClaimIndex): boolean {
    if (this.#loaded >= this.lastRow) return false;
    if (this.#loaded === 0) index.reserve(Number(this.#sql.total.get()?.['entries']));
    const piece = this.#after(this.#loaded);
    this.#loaded = piece?.lastRow ?? this.lastRow;
    const entries = piece?.entries ?? [];
    for (let at = 0; at < entries.length; at += 2)
      index.add(entries[at] as number, entries[at + 1] as number);
    return this.#loaded < this.lastRow;
  }

  add(key: number, row: number): void {
    this.#recent.push(key, row);
  }

  takeBack(): void {
    this.#recent.length -= 2;
  }

  write(index: ClaimIndex): void {
    if (this.#recent.length - this.#written < 2 * PIECE_ENTRIES) return;
    // An older piece may go for what the index does not know.
    while (this.loadNext(index));
    while (this.#recent.length - this.#written >= 2 * PIECE_ENTRIES) {
      const entries = this.#recent.slice(this.#written, this.#written + 2 * PIECE_ENTRIES);
      this.#written += entries.length;
      this.#sql.insert.run(entries.at(-1) as number, bytesOf([...this.#leftOfOlder(index), ...entries]));
    }
  }

  settle(): void {
    if (this.#written > 0) this.#recent = this.#recent.slice(this.#written);
    this.#written = 0;
  }

  undo(): void {
    this.#written = 0;
  }

  #after(row: number): Piece | undefined {
    const piece = this.#sql.next.get(row);
    if (!(piece?.['entries'] instanceof Uint8Array)) return undefined;
    return { lastRow: Number(piece['last_row']), entries: numbersOf(piece['entries']) };
  }

  /** What is left of the next older pieces that have mostly ended; they go. */
  #leftOfOlder(index: ClaimIndex): number[] {
    const left: number[] = [];
    for (let n = 0; n < REVIEWED; n++) {
      const piece = this.#after(this.#reviewed);
      this.#reviewed = piece?.lastRow ?? 0;
      if (piece === undefined) break;
      const live = liveEntries(piece, index);
      if (live.length > piece.entries.length / 2) continue;
      this.#sql.remove.run(piece.lastRow);
      left.push(...live);
    }
    return left;
  }
}

function liveEntries({ entries }: Piece, index: ClaimIndex): readonly number[] {
  const live: number[] = [];
  for (let at = 0; at < entries.length; at += 2) {
    const [key, row] = [entries[at] as number, entries[at + 1] as number];
    if (index.find(key, (candidate) => candidate === row) !== 0) live.push(key, row);
  }
  return live;
}

/** SQLite files are the same on every machine; numbers in them are little-endian. */
const isSwapped = endianness() === 'BE';

function bytesOf(numbers: readonly number[]): Uint8Array {
  const bytes = Buffer.from(Float64Array.from(numbers).buffer);
  return isSwapped ? bytes.swap64() : bytes;
}

function numbersOf(stored: Uint8Array): Float64Array {
  // Copied: the numbers must lie on a multiple of 8.
  const bytes = Buffer.from(new Uint8Array(stored).buffer);
  if (isSwapped) bytes.swap64();
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}
