/** Sorting in slices: a thousand long texts that begin alike take 10 ms at once. */
import { SLICE_BYTES, type Sliced } from './bytes.ts';
import { codePointKey } from './code-points.ts';

/** Chars that are compared in about a millisecond, and what a comparison costs besides, in chars. */
const SLICE_CHARS = 8 * SLICE_BYTES;
const COMPARISON_CHARS = 256;
/** What making the key of a char costs, in chars compared. */
const KEY_CHARS = 32;

interface Keyed<T> {
  readonly item: T;
  readonly key: string;
}

/** What was done since the last pause. */
interface Slice {
  chars: number;
}

/** The items in the order of their texts’ code points; those of one text in the order that they came in. */
export function sortByCodePoint<T>(items: readonly T[], textOf: (item: T) => string): Sliced<readonly T[]> {
  return sortByKey(items, (item) => codePointKey(textOf(item)));
}

/** The items in the order of their keys’ UTF-16; those of one key in the order that they came in. */
export function* sortByKey<T>(items: readonly T[], keyOf: (item: T) => string): Sliced<readonly T[]> {
  const slice: Slice = { chars: 0 };
  const keyed: Keyed<T>[] = [];
  for (const item of items) {
    const key = keyOf(item);
    keyed.push({ item, key });
    if (isOver(slice, COMPARISON_CHARS + KEY_CHARS * key.length)) yield;
  }
  let runs: readonly Keyed<T>[] = keyed;
  for (let length = 1; length < runs.length; length *= 2) runs = yield* merged(runs, length, slice);
  return runs.map(({ item }) => item);
}

/** Runs of that length, each in order, made one of two. */
function* merged<T>(runs: readonly Keyed<T>[], length: number, slice: Slice): Sliced<readonly Keyed<T>[]> {
  const all: Keyed<T>[] = [];
  for (let start = 0; start < runs.length; start += 2 * length) {
    const middle = Math.min(start + length, runs.length);
    const end = Math.min(middle + length, runs.length);
    let left = start;
    let right = middle;
    while (left < middle && right < end) {
      const a = runs[left] as Keyed<T>;
      const b = runs[right] as Keyed<T>;
      const isLeft = a.key <= b.key;
      all.push(isLeft ? a : b);
      if (isLeft) left++;
      else right++;
      if (isOver(slice, COMPARISON_CHARS + Math.min(a.key.length, b.key.length))) yield;
    }
    while (left < middle) all.push(runs[left++] as Keyed<T>);
    while (right < end) all.push(runs[right++] as Keyed<T>);
  }
  return all;
}

function isOver(slice: Slice, chars: number): boolean {
  slice.chars += chars;
  if (slice.chars < SLICE_CHARS) return false;
  slice.chars = 0;
  return true;
}
