/** How the bytes of a message as it was signed differ from those that arrived. */
import { type Sliced, withPauses } from '../pause.ts';

/** A run of bytes that both have, or one of them. Runs in turn are the whole of either. */
export interface ByteSegment {
  readonly kind: 'same' | 'signed-only' | 'arrived-only';
  /** Where it begins: of `signed-only` among the signed bytes, else among those that arrived. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface ByteDiff {
  readonly segments: readonly ByteSegment[];
  /** How many bytes behind the first 64 KB of each are not compared. */
  readonly cut: { readonly signed: number; readonly arrived: number };
}

/** Of each; what is longer is cut. */
const MAX_BYTES = 64 * 1024;
/** A window of both is compared at a time: what was moved farther is told as taken out and put in. Its table takes 0.2 ms. */
const WINDOW = 256;
/** So far a window decides: behind it, it has not seen enough. */
const DECIDED = WINDOW / 2;

/** Holds the event loop for a millisecond at most; of the longest messages that differ throughout it takes half a second. */
export async function diffBytes(signed: Uint8Array, arrived: Uint8Array): Promise<ByteDiff> {
  const ours = signed.subarray(0, MAX_BYTES);
  const theirs = arrived.subarray(0, MAX_BYTES);
  const cut = { signed: signed.length - ours.length, arrived: arrived.length - theirs.length };
  return { segments: segmentsOf(ours, theirs, await withPauses(sameRuns(ours, theirs))), cut };
}

/** Bytes that both have, at these places. */
interface Run {
  readonly signedAt: number;
  readonly arrivedAt: number;
  readonly length: number;
}

function* sameRuns(signed: Uint8Array, arrived: Uint8Array): Sliced<readonly Run[]> {
  const shorter = Math.min(signed.length, arrived.length);
  let start = 0;
  while (start < shorter && signed[start] === arrived[start]) start++;
  let tail = 0;
  while (tail < shorter - start && signed.at(-1 - tail) === arrived.at(-1 - tail)) tail++;
  const runs = new Runs();
  runs.add(0, 0, start);
  const lengths = new Uint16Array((WINDOW + 1) * (WINDOW + 1));
  const ends = { signed: signed.length - tail, arrived: arrived.length - tail };
  let x = start;
  let y = start;
  while (x < ends.signed && y < ends.arrived) {
    if (signed[x] === arrived[y]) {
      runs.add(x++, y++, 1);
      continue;
    }
    const window = {
      signed: signed.subarray(x, Math.min(x + WINDOW, ends.signed)),
      arrived: arrived.subarray(y, Math.min(y + WINDOW, ends.arrived)),
    };
    fillLengths(lengths, window);
    const way = walk(lengths, window, (dx, dy) => runs.add(x + dx, y + dy, 1));
    x += way.dx;
    y += way.dy;
    yield;
  }
  runs.add(ends.signed, ends.arrived, tail);
  return runs.list;
}

/** Runs that touch are one. */
class Runs {
  readonly list: Run[] = [];

  add(signedAt: number, arrivedAt: number, length: number): void {
    if (length === 0) return;
    const last = this.list.at(-1);
    const touches =
      last && last.signedAt + last.length === signedAt && last.arrivedAt + last.length === arrivedAt;
    if (touches) this.list[this.list.length - 1] = { ...last, length: last.length + length };
    else this.list.push({ signedAt, arrivedAt, length });
  }
}

interface Window {
  readonly signed: Uint8Array;
  readonly arrived: Uint8Array;
}

/** At each place of both: how long the longest common subsequence of the rest is. */
function fillLengths(lengths: Uint16Array, { signed, arrived }: Window): void {
  const width = arrived.length + 1;
  lengths.fill(0, signed.length * width, (signed.length + 1) * width);
  for (let dx = signed.length - 1; dx >= 0; dx--) {
    const row = dx * width;
    lengths[row + arrived.length] = 0;
    for (let dy = arrived.length - 1; dy >= 0; dy--) {
      const below = row + width + dy;
      lengths[row + dy] =
        signed[dx] === arrived[dy]
          ? (lengths[below + 1] ?? 0) + 1
          : Math.max(lengths[below] ?? 0, lengths[row + dy + 1] ?? 0);
    }
  }
}

/** Goes the way of the longest, as far as the window decides. @returns how far that is */
function walk(
  lengths: Uint16Array,
  { signed, arrived }: Window,
  onSame: (dx: number, dy: number) => void,
): { readonly dx: number; readonly dy: number } {
  const width = arrived.length + 1;
  const isLast = signed.length < WINDOW && arrived.length < WINDOW;
  let dx = 0;
  let dy = 0;
  while (dx < signed.length && dy < arrived.length && (isLast || (dx < DECIDED && dy < DECIDED))) {
    if (signed[dx] === arrived[dy]) onSame(dx++, dy++);
    else if ((lengths[(dx + 1) * width + dy] ?? 0) >= (lengths[dx * width + dy + 1] ?? 0)) dx++;
    else dy++;
  }
  return { dx, dy };
}

function segmentsOf(signed: Uint8Array, arrived: Uint8Array, runs: readonly Run[]): readonly ByteSegment[] {
  const segments: ByteSegment[] = [];
  const add = (kind: ByteSegment['kind'], bytes: Uint8Array, offset: number, end: number): void => {
    if (end > offset) segments.push({ kind, offset, bytes: bytes.subarray(offset, end) });
  };
  let x = 0;
  let y = 0;
  const end: Run = { signedAt: signed.length, arrivedAt: arrived.length, length: 0 };
  for (const { signedAt, arrivedAt, length } of [...runs, end]) {
    add('signed-only', signed, x, signedAt);
    add('arrived-only', arrived, y, arrivedAt);
    add('same', arrived, arrivedAt, arrivedAt + length);
    x = signedAt + length;
    y = arrivedAt + length;
  }
  return segments;
}
