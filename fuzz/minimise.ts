/** A corpus made small: few inputs, each as short as it can be, that together reach all that the search has reached. */
import type { Target } from './target.ts';

export interface MinimiseOptions {
  readonly target: Target;
  readonly counters: Uint32Array;
  /** Longer inputs are left out. */
  readonly mostBytes: number;
  /** Called before each input is run: one that is cut down may be a fault itself. */
  readonly onInput: (input: Uint8Array) => void;
}

/** How often a branch was come to is told apart as: once, up to three times, up to fifteen, more often. */
const KINDS = 4;

/** The shortest inputs first, each cut down to what it alone adds. */
export async function minimised(
  inputs: readonly Uint8Array[],
  options: MinimiseOptions,
): Promise<readonly Uint8Array[]> {
  const kept: Uint8Array[] = [];
  const covered = new Set<number>();
  const sorted = inputs
    .filter(({ length }) => length <= options.mostBytes)
    .sort((a, b) => a.length - b.length);
  for (const input of sorted) {
    const added = [...(await reachedBy(input, options))].filter((feature) => !covered.has(feature));
    if (added.length === 0) continue;
    const reachesThem = async (shorter: Uint8Array): Promise<boolean> => {
      const reached = await reachedBy(shorter, options);
      return added.every((feature) => reached.has(feature));
    };
    kept.push(await shortened(input, reachesThem));
    for (const feature of added) covered.add(feature);
  }
  return kept;
}

/** Cuts pieces out of an input, halves first and single bytes last, as long as it stays what it must be. */
export async function shortened(
  input: Uint8Array,
  isStill: (shorter: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let bytes = input;
  for (let size = Math.ceil(bytes.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < bytes.length; ) {
      const shorter = Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + size)]);
      if (await isStill(shorter)) bytes = shorter;
      else start += size;
    }
  }
  return bytes;
}

async function reachedBy(
  input: Uint8Array,
  { target, counters, onInput }: MinimiseOptions,
): Promise<ReadonlySet<number>> {
  onInput(input);
  counters.fill(0);
  await target.judge(input, await target.read(input));
  const features = new Set<number>();
  for (const [i, count] of counters.entries()) {
    if (count === 0) continue;
    features.add(i * KINDS + (count === 1 ? 0 : count < 4 ? 1 : count < 16 ? 2 : 3));
  }
  return features;
}
