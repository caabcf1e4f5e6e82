/**
 * Where any of many slices stands in bytes: the search of Wu and Manber, which looks at one position in twenty where nothing is like a
 * slice. A slice at a time would take as many readings of the file.
 */

/** Long enough that no two texts share one by chance. */
export const SLICE_BYTES = 32;

export interface SliceSearch {
  /** Tells of each place where a slice begins. */
  find(bytes: Buffer, report: (at: number) => void): void;
}

/** The bytes that a step is decided by: as many as tell texts of sixteen digits apart. */
const BLOCK_BYTES = 8;
const TABLE_BITS = 22;
/** Where no slice has the block: so far on, none can have begun before. */
const FARTHEST = SLICE_BYTES - BLOCK_BYTES + 1;

/** @param slices each of `SLICE_BYTES` */
export function createSliceSearch(slices: readonly Buffer[]): SliceSearch {
  const steps = new Uint8Array(1 << TABLE_BITS).fill(FARTHEST);
  const texts = new Set<string>();
  for (const slice of slices) {
    texts.add(slice.toString('latin1'));
    for (let at = 0; at < FARTHEST; at++) {
      const key = keyOf(slice, at);
      steps[key] = Math.min(steps[key] ?? 0, FARTHEST - 1 - at);
    }
  }
  return {
    find(bytes, report) {
      const end = bytes.length - SLICE_BYTES;
      for (let at = 0; at <= end; ) {
        const step = steps[keyOf(bytes, at + FARTHEST - 1)] ?? 0;
        if (step > 0) at += step;
        else {
          if (texts.has(bytes.toString('latin1', at, at + SLICE_BYTES))) report(at);
          at++;
        }
      }
    },
  };
}

/** By multipliers of xxHash: blocks that differ in a byte are far from one another. */
function keyOf(bytes: Buffer, at: number): number {
  const low =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  const high =
    (bytes[at + 4] ?? 0) |
    ((bytes[at + 5] ?? 0) << 8) |
    ((bytes[at + 6] ?? 0) << 16) |
    ((bytes[at + 7] ?? 0) << 24);
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77)) >>> (32 - TABLE_BITS);
}
