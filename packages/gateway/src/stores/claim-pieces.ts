/**
 * The index of claims on disk, in pieces: after a start 16 bytes a claim are read in place of every row, and rows only where no piece is
 * written yet. A piece is written once, beside the claims that fill it, so the index costs each claim a few bytes of log.
 */
import { endianness } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { ClaimIndex } from './claim-index.ts';

export interface ClaimPieces {
  /** The last row that the pieces of before the start know of. */
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
  const insert = db.prepare('INSERT INTO claim_pieces (last_row, entries) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM claim_pieces WHERE last_row = ?');
  const next = db.prepare(
    'SELECT last_row, entries FROM claim_pieces WHERE last_row > ? ORDER BY last_row LIMIT 1',
  );
  const total = db.prepare(
    `SELECT coalesce(sum(length(entries)), 0) / ${ENTRY_BYTES} AS entries FROM claim_pieces`,
  );

  const lastRow = Number(db.prepare('SELECT max(last_row) AS row FROM claim_pieces').get()?.['row'] ?? 0);
  /** The last row of the piece that was loaded last. */
  let loaded = 0;
  /** Entries of no piece yet: a key and a row in turn. */
  let recent: number[] = [];
  /** Numbers of `recent` that this transaction has written. */
  let written = 0;
  /** The last row of the piece that was reviewed last. */
  let reviewed = 0;

  const after = (row: number): { readonly lastRow: number; readonly entries: Float64Array } | undefined => {
    const piece = next.get(row);
    if (!(piece?.['entries'] instanceof Uint8Array)) return undefined;
    return { lastRow: Number(piece['last_row']), entries: numbersOf(piece['entries']) };
  };
  /** What is left of the next older pieces that have mostly ended; they go. */
  const leftOfOlder = (index: ClaimIndex): number[] => {
    const left: number[] = [];
    for (let n = 0; n < REVIEWED; n++) {
      const piece = after(reviewed);
      reviewed = piece?.lastRow ?? 0;
      if (piece === undefined) break;
      const { entries, lastRow } = piece;
      const live: number[] = [];
      for (let at = 0; at < entries.length; at += 2) {
        const [key, row] = [entries[at] as number, entries[at + 1] as number];
        if (index.find(key, (candidate) => candidate === row) !== 0) live.push(key, row);
      }
      if (live.length > entries.length / 2) continue;
      remove.run(lastRow);
      left.push(...live);
    }
    return left;
  };
  const loadNext = (index: ClaimIndex): boolean => {
    if (loaded >= lastRow) return false;
    if (loaded === 0) index.reserve(Number(total.get()?.['entries']));
    const piece = after(loaded);
    loaded = piece?.lastRow ?? lastRow;
    const entries = piece?.entries ?? [];
    for (let at = 0; at < entries.length; at += 2)
      index.add(entries[at] as number, entries[at + 1] as number);
    return loaded < lastRow;
  };
  return {
    lastRow,
    loadNext,
    add(key, row) {
      recent.push(key, row);
    },
    takeBack() {
      recent.length -= 2;
    },
    write(index) {
      if (recent.length - written < 2 * PIECE_ENTRIES) return;
      // An older piece may go for what the index does not know.
      while (loadNext(index));
      while (recent.length - written >= 2 * PIECE_ENTRIES) {
        const entries = recent.slice(written, written + 2 * PIECE_ENTRIES);
        written += entries.length;
        insert.run(entries.at(-1) as number, bytesOf([...leftOfOlder(index), ...entries]));
      }
    },
    settle() {
      if (written > 0) recent = recent.slice(written);
      written = 0;
    },
    undo() {
      written = 0;
    },
  };
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
