/** What is sealed in a store's file, so that it can be sealed anew while no gateway has the file. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { MaybePromise } from '@countersign/core';
import { openSqliteFile, transaction } from './sqlite-open.ts';

/** Where a value stands that may be sealed. */
export type SealedPosition =
  | { readonly of: 'record'; readonly space: string; readonly key: string }
  | { readonly of: 'refused'; readonly id: string; readonly part: 'head' | 'body' }
  | { readonly of: 'event'; readonly id: string }
  | { readonly of: 'claim'; readonly gate: string; readonly identity: Uint8Array };

/** @returns the bytes anew; undefined where they stay */
export type ChangeSealed = (bytes: Uint8Array, position: SealedPosition) => Uint8Array | undefined;

export interface SealedFile {
  /** Changes all values, those of a hundred rows in a transaction. @returns how many rows were changed */
  changeAll(change: ChangeSealed, onProgress: (rows: number) => void): MaybePromise<number>;
  /**
   * Takes nothing more that is sealed under some data keys, whoever still has them.
   * @param heads what all begins with that is under one of them
   * @returns whether nothing is; where a gateway was quicker, change all once more
   */
  refuseKeys(heads: readonly Uint8Array[]): MaybePromise<boolean>;
  close(): MaybePromise<void>;
}

const PER_TRANSACTION = 100;

type Row = Readonly<Record<string, SQLOutputValue>>;

interface SealedTable {
  /** A page of rows, by the place that each has in the table. */
  readonly page: string;
  /** Takes the place, then the values in the order of `cells`. */
  readonly write: string;
  readonly cells: readonly { readonly column: string; readonly position: (row: Row) => SealedPosition }[];
}

const TABLES: readonly SealedTable[] = [
  {
    page: 'SELECT version AS place, space, key, bytes FROM records WHERE version > ? ORDER BY version LIMIT ?',
    write: 'UPDATE records SET bytes = ?2 WHERE version = ?1',
    cells: [
      {
        column: 'bytes',
        position: ({ space, key }) => ({ of: 'record', space: String(space), key: String(key) }),
      },
    ],
  },
  {
    page: 'SELECT place, id, head, body FROM refused WHERE place > ? ORDER BY place LIMIT ?',
    write: 'UPDATE refused SET head = ?2, body = ?3, bytes = length(?2) + length(?3) WHERE place = ?1',
    cells: (['head', 'body'] as const).map((part) => ({
      column: part,
      position: ({ id }) => ({ of: 'refused', id: String(id), part }),
    })),
  },
  {
    page: 'SELECT rowid AS place, id, sealed FROM events WHERE rowid > ? AND sealed IS NOT NULL ORDER BY rowid LIMIT ?',
    write: 'UPDATE events SET sealed = ?2 WHERE rowid = ?1',
    cells: [{ column: 'sealed', position: ({ id }) => ({ of: 'event', id: String(id) }) }],
  },
  {
    page: 'SELECT row AS place, gate, identity, answer FROM claims WHERE row > ? AND answer IS NOT NULL ORDER BY row LIMIT ?',
    write: 'UPDATE claims SET answer = ?2 WHERE row = ?1',
    cells: [
      {
        column: 'answer',
        position: ({ gate, identity }) => ({ of: 'claim', gate: String(gate), identity: bytesOf(identity) }),
      },
    ],
  },
];

/** Opens the file for this process alone. @throws SetupError where it cannot be opened, or a gateway has it */
export async function openSealedFile(path: string): Promise<SealedFile> {
  const db = await openSqliteFile({ path });
  return {
    changeAll: (change, onProgress) => changeAll(db, change, onProgress),
    // Nobody else has the file.
    refuseKeys: () => true,
    close: () => db.close(),
  };
}

function changeAll(db: DatabaseSync, change: ChangeSealed, onProgress: (rows: number) => void): number {
  let changed = 0;
  let seen = 0;
  for (const table of TABLES) {
    const page = db.prepare(table.page);
    const write = db.prepare(table.write);
    for (let after = 0, rows: Row[] = []; ; ) {
      rows = page.all(after, PER_TRANSACTION);
      if (rows.length === 0) break;
      transaction(db, () => {
        for (const row of rows) if (changeRow(table, row, write, change)) changed++;
      });
      after = Number(rows.at(-1)?.['place']);
      seen += rows.length;
      onProgress(seen);
    }
  }
  return changed;
}

function changeRow({ cells }: SealedTable, row: Row, write: StatementSync, change: ChangeSealed): boolean {
  let isChanged = false;
  const values = cells.map(({ column, position }) => {
    const bytes = bytesOf(row[column]);
    const next = change(bytes, position(row));
    isChanged ||= next !== undefined;
    return next ?? bytes;
  });
  if (isChanged) write.run(Number(row['place']), ...values);
  return isChanged;
}

/** @throws TypeError for a column that has no bytes: the file is damaged, and a guess could lose what it holds */
function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('a column of the store that holds bytes holds something else');
}
