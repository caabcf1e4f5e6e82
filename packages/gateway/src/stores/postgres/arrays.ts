/** Arrays as PostgreSQL reads them in binary: bytes need no hex then, and no text is escaped. */
import { storable } from './text.ts';

/** Of a column of a batch. NULL stands for what a row has not. */
export type ColumnType = 'text' | 'bytea' | 'bigint';

export type ColumnOf<Type extends ColumnType> = readonly (
  | (Type extends 'text' ? string : Type extends 'bytea' ? Uint8Array : number)
  | null
)[];

/** https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat */
const OIDS: Readonly<Record<ColumnType, number>> = { text: 25, bytea: 17, bigint: 20 };

/** Dimensions, whether there are NULLs, the type, how many, from 1. */
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const BIGINT_BYTES = 8;

/** One value of each item, for a parameter of `TYPE[]`. */
export function column<Item, Type extends ColumnType>(
  type: Type,
  items: readonly Item[],
  of: (item: Item) => ColumnOf<Type>[number],
): Buffer {
  return arrayOf(type, items.map(of));
}

/** For a parameter of `TYPE[]`. Texts come as `storable` makes them. */
export function arrayOf<Type extends ColumnType>(type: Type, values: ColumnOf<Type>): Buffer {
  const items = values.map((value) => (typeof value === 'string' ? storable(value) : value));
  const lengths = items.map(bytesOf);
  const array = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, HEAD_BYTES));
  array.writeInt32BE(1, 0);
  array.writeInt32BE(items.includes(null) ? 1 : 0, 4);
  array.writeInt32BE(OIDS[type], 8);
  array.writeInt32BE(items.length, 12);
  array.writeInt32BE(1, 16);
  let at = HEAD_BYTES;
  for (const [index, item] of items.entries()) {
    const length = lengths[index] ?? 0;
    array.writeInt32BE(item === null ? -1 : length, at);
    at += LENGTH_BYTES;
    if (typeof item === 'string') array.write(item, at);
    else if (typeof item === 'number') writeBigint(array, item, at);
    else if (item !== null) array.set(item, at);
    at += length;
  }
  return array;
}

/** A safe integer: without a BigInt it takes half the time. */
function writeBigint(array: Buffer, value: number, at: number): void {
  array.writeInt32BE(Math.floor(value / 2 ** 32), at);
  array.writeInt32BE(value | 0, at + 4);
}

function bytesOf(item: string | Uint8Array | number | null): number {
  if (item === null) return 0;
  if (typeof item === 'string') return Buffer.byteLength(item);
  return typeof item === 'number' ? BIGINT_BYTES : item.byteLength;
}
