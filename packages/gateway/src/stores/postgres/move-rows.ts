/** Rows of a table that is moved: as they are written, read again, and compared. */
import { column } from './arrays.ts';
import type { Row, Session, Value } from './database.ts';
import type { MovedColumn, MovedTable, MovedValue } from './move-tables.ts';
import { storable } from './text.ts';

/** In the order of the columns. */
export type MovedRow = readonly MovedValue[];

/** As the target has it: what no text of PostgreSQL may hold is replaced there. */
export function movedRow({ columns }: MovedTable, row: Parameters<MovedColumn['of']>[0]): MovedRow {
  return columns.map(({ of }) => {
    const value = of(row);
    return typeof value === 'string' ? storable(value) : value;
  });
}

/** Roughly, as it is sent. */
export function bytesOfRow(row: MovedRow): number {
  return row.reduce<number>((sum, value) => sum + bytesOf(value), 0);
}

function bytesOf(value: MovedValue): number {
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === 'string' ? value.length : 8;
}

/** The values of a row's key. */
export function keyOf({ key, columns }: MovedTable, row: MovedRow): readonly MovedValue[] {
  return key.map((name) => row[columns.findIndex((column) => column.name === name)] ?? null);
}

/** Within a transaction. */
export async function insertRows(
  session: Session,
  table: MovedTable,
  rows: readonly MovedRow[],
): Promise<void> {
  const names = table.columns.map(({ name }) => name).join(', ');
  const values = table.columns.map(({ name, stored }) =>
    stored === 'boolean' ? `${name}::integer::boolean` : name,
  );
  const arrays = table.columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ');
  await session.query(
    `INSERT INTO countersign.${table.name} (${names}) SELECT ${values.join(', ')} FROM unnest(${arrays}) AS moved (${names})`,
    table.columns.map((column, i) =>
      columnOf(
        column,
        rows.map((row) => row[i] ?? null),
      ),
    ),
  );
}

function columnOf({ type }: MovedColumn, values: readonly MovedValue[]): Value {
  switch (type) {
    case 'text':
      return column('text', values, (value) => (typeof value === 'string' ? value : null));
    case 'bigint':
      return column('bigint', values, (value) => (typeof value === 'number' ? value : null));
    case 'bytea':
      return column('bytea', values, (value) => (value instanceof Uint8Array ? value : null));
  }
}

/** Rows read at a time. Bodies of a megabyte are read one by one by who keeps such. */
const PAGE = 100;

/** Of the target, in the order of the key. */
export async function* targetRows(session: Session, table: MovedTable): AsyncGenerator<MovedRow> {
  const { name, key, columns } = table;
  const shown = columns.map((column) =>
    column.stored === 'boolean' ? `${column.name}::integer AS ${column.name}` : column.name,
  );
  const parameters = key.map((_, i) => `$${i + 1}`).join(', ');
  const order = `ORDER BY ${key.join(', ')} LIMIT ${PAGE}`;
  const select = `SELECT ${shown.join(', ')} FROM countersign.${name}`;
  let rows = await session.query(`${select} ${order}`);
  while (rows.length > 0) {
    const page = rows.map((row) => columns.map((column) => valueIn(row, column)));
    yield* page;
    const last = page.at(-1) ?? [];
    if (rows.length < PAGE) return;
    rows = await session.query(
      `${select} WHERE (${key.join(', ')}) > (${parameters}) ${order}`,
      keyOf(table, last),
    );
  }
}

function valueIn(row: Row, { name }: MovedColumn): MovedValue {
  const value: unknown = row[name];
  return typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array ? value : null;
}
