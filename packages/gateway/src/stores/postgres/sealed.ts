/** What is sealed in a PostgreSQL store, so that it can be sealed anew while no gateway runs. */
import type { PostgresAddress } from '../../config/postgres-address.ts';
import { shownPostgres } from '../../config/postgres-address.ts';
import { StoreHeldError } from '../sqlite-open.ts';
import type { ChangeSealed, SealedFile, SealedPosition } from '../sqlite-sealed.ts';
import { isLeftByOthers } from './connected.ts';
import { connectDatabase, type Database, type Row, type Session, type Value } from './database.ts';
import { refuseKeys } from './refused-keys.ts';

/** Rows of a transaction. */
const PAGE = 100;

interface SealedTable {
  /** A page of rows after a place, which is the columns of `key`. */
  readonly page: string;
  readonly first: readonly Value[];
  readonly key: readonly string[];
  /** Takes the key, then the values in the order of `cells`. */
  readonly write: string;
  readonly cells: readonly { readonly column: string; readonly position: (row: Row) => SealedPosition }[];
}

const TABLES: readonly SealedTable[] = [
  {
    page: 'SELECT space, key, bytes FROM countersign.records WHERE (space, key) > ($1, $2) ORDER BY space, key LIMIT $3 FOR UPDATE',
    first: ['', ''],
    key: ['space', 'key'],
    write: 'UPDATE countersign.records SET bytes = $3 WHERE space = $1 AND key = $2',
    cells: [
      {
        column: 'bytes',
        position: ({ space, key }) => ({ of: 'record', space: String(space), key: String(key) }),
      },
    ],
  },
  {
    page: 'SELECT place, id, head, body FROM countersign.refused WHERE place > $1 ORDER BY place LIMIT $2 FOR UPDATE',
    first: [0],
    key: ['place'],
    write:
      'UPDATE countersign.refused SET head = $2, body = $3, bytes = length($2::bytea) + length($3::bytea) WHERE place = $1',
    cells: (['head', 'body'] as const).map((part) => ({
      column: part,
      position: ({ id }) => ({ of: 'refused', id: String(id), part }),
    })),
  },
  {
    page: 'SELECT id, sealed FROM countersign.events WHERE id > $1 AND sealed IS NOT NULL ORDER BY id LIMIT $2 FOR UPDATE',
    first: [''],
    key: ['id'],
    write: 'UPDATE countersign.events SET sealed = $2 WHERE id = $1',
    cells: [{ column: 'sealed', position: ({ id }) => ({ of: 'event', id: String(id) }) }],
  },
  {
    page: 'SELECT gate, identity, answer FROM countersign.claims WHERE (gate, identity) > ($1, $2::bytea) AND answer IS NOT NULL ORDER BY gate, identity LIMIT $3 FOR UPDATE',
    first: ['', new Uint8Array()],
    key: ['gate', 'identity'],
    write: 'UPDATE countersign.claims SET answer = $3 WHERE gate = $1 AND identity = $2',
    cells: [
      {
        column: 'answer',
        position: ({ gate, identity }) => ({ of: 'claim', gate: String(gate), identity: bytesOf(identity) }),
      },
    ],
  },
];

/** @throws SetupError where a gateway, or a command, has the store open */
export async function refuseWhileOpen(address: PostgresAddress): Promise<void> {
  const database = await connectDatabase({ address });
  try {
    if (!(await isLeftByOthers(database))) throw heldByOthers(address);
  } finally {
    await database.close();
  }
}

function heldByOthers(address: PostgresAddress): StoreHeldError {
  return new StoreHeldError(
    'store',
    `${shownPostgres(address)} is open in another gateway or command`,
    'Stop all of them first. One that was killed is gone for the server within a minute.',
  );
}

/** Of a database that nobody else has open. */
export async function openSealedDatabase(address: PostgresAddress): Promise<SealedFile> {
  // To look through a table takes as long as it is.
  const database = await connectDatabase({ address, isUnlimited: true });
  return {
    changeAll: (change, onProgress) => changeAll(database, change, onProgress),
    refuseKeys: (heads) => refuseKeys(database, heads),
    close: () => database.close(),
  };
}

async function changeAll(
  database: Database,
  change: ChangeSealed,
  onProgress: (rows: number) => void,
): Promise<number> {
  let changed = 0;
  let seen = 0;
  for (const table of TABLES) {
    for (let after = table.first; ; ) {
      const page = await database.transaction((session) => changePage(session, table, after, change));
      const last = page.rows.at(-1);
      changed += page.changed;
      seen += page.rows.length;
      onProgress(seen);
      if (last === undefined) break;
      after = keyOf(table, last);
    }
  }
  return changed;
}

async function changePage(
  session: Session,
  table: SealedTable,
  after: readonly Value[],
  change: ChangeSealed,
): Promise<{ readonly rows: readonly Row[]; readonly changed: number }> {
  const rows = await session.query(table.page, [...after, PAGE]);
  let changed = 0;
  for (const row of rows) {
    const values = table.cells.map(({ column, position }) => {
      const bytes = bytesOf(row[column]);
      return { bytes, next: change(bytes, position(row)) };
    });
    if (values.every(({ next }) => next === undefined)) continue;
    await session.query(table.write, [
      ...keyOf(table, row),
      ...values.map(({ bytes, next }) => next ?? bytes),
    ]);
    changed++;
  }
  return { rows, changed };
}

function keyOf({ key }: SealedTable, row: Row): readonly Value[] {
  return key.map((column) => {
    const value: unknown = row[column];
    return typeof value === 'number' || value instanceof Uint8Array ? value : String(value);
  });
}

/** @throws TypeError for a column that has no bytes */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('a column of the store that holds bytes holds something else');
}
