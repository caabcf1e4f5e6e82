/** The bytes of a row as SQLite has them in its pages, and slices of them by which leavings of the row are told from all others. */
import type { SQLOutputValue } from 'node:sqlite';
import { SLICE_BYTES } from './slice-search.ts';

/**
 * A record's body: its values one behind the other. The first is the row's number, of which nothing stands there.
 * @param values in the order of the table's columns
 * @see https://www.sqlite.org/fileformat2.html#record_format
 */
export function recordImage(values: readonly SQLOutputValue[]): Buffer {
  return Buffer.concat(values.slice(1).map(bytesOf));
}

function bytesOf(value: SQLOutputValue): Uint8Array {
  if (value === null) return EMPTY;
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  return integerBytes(BigInt(value));
}

const EMPTY = new Uint8Array(0);

/** 0 and 1 take none; others the fewest of these. */
function integerBytes(value: bigint): Uint8Array {
  if (value === 0n || value === 1n) return EMPTY;
  const whole = Buffer.alloc(8);
  whole.writeBigInt64BE(value);
  const length = [1, 2, 3, 4, 6].find((bytes) => BigInt.asIntN(8 * bytes, value) === value) ?? 8;
  return whole.subarray(8 - length);
}

/** The least that a leaf page has of a long record, and the most that stands on one page between two slices. */
const STEP_BYTES = 448;
/** Beyond this a record stands on pages of its own, each of at least 4,000 of its bytes. */
const DENSE_BYTES = 16_384;
const WIDE_STEP_BYTES = 1_900;
/** A slice of fewer different bytes stands anywhere, and proves nothing. */
const LEAST_DIFFERENT = 8;

/**
 * Slices of a record, so close that each page that has a part of it has one whole.
 * @param others records of which no slice may be: what the row is from now on, and what is kept beside it
 */
export function slicesOf(image: Buffer, others: readonly Buffer[]): readonly Buffer[] {
  const slices: Buffer[] = [];
  for (let from = 0; from + SLICE_BYTES <= image.length; ) {
    const step = from < DENSE_BYTES ? STEP_BYTES : WIDE_STEP_BYTES;
    const slice = firstOfItsOwn(image.subarray(from, from + step), others);
    if (slice !== undefined) slices.push(Buffer.from(slice));
    from += step - SLICE_BYTES;
  }
  return slices;
}

function firstOfItsOwn(stretch: Buffer, others: readonly Buffer[]): Buffer | undefined {
  for (let at = 0; at + SLICE_BYTES <= stretch.length; at += SLICE_BYTES / 2) {
    const slice = stretch.subarray(at, at + SLICE_BYTES);
    if (new Set(slice).size >= LEAST_DIFFERENT && !others.some((other) => other.includes(slice)))
      return slice;
  }
  return undefined;
}
