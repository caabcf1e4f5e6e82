/** What an input may cost: the code under test is held to a number of times what a plain parser takes for as many bytes. */
import { excessOf } from '../bench/worst/cost.ts';
import type { Target } from './target.ts';

/** What takes no longer is not measured again: the nearest of two hundred words to a misspelt one takes two. */
export const FREE_MS = 5;

/** With counters in the code, which make it two to three times as slow. */
const TIMES_JSON_PARSE = 40;

/** Of memory, for an input of some kilobytes; and of what a whole search holds, beyond which its thread is ended. */
const MOST_MEGABYTES = 64;
export const MOST_HELD_MEGABYTES = 512;

/** What a neighbour of the machine takes is not the input's: the least of so many tries counts. */
const TRIES = 7;

/** @throws Error where the code takes too long for an input each time */
export async function judgeTime(target: Target, input: Uint8Array): Promise<void> {
  const excess = await excessOf(TRIES, async () => {
    const startMs = performance.now();
    await target.read(input);
    const ms = performance.now() - startMs;
    // What is quick needs no yardstick.
    return { ms, mostMs: ms <= FREE_MS ? FREE_MS : FREE_MS + TIMES_JSON_PARSE * parseMs(input.length) };
  });
  if (!excess) return;
  throw new Error(
    `an input of ${input.length} bytes takes ${excess.ms.toFixed(1)} ms, more than ${FREE_MS} ms and ${TIMES_JSON_PARSE} times JSON.parse`,
  );
}

/** @throws Error where it takes too much memory */
export async function judgeMemory(target: Target, input: Uint8Array): Promise<void> {
  const before = heldMegabytes();
  await target.read(input);
  const megabytes = heldMegabytes() - before;
  if (megabytes <= MOST_MEGABYTES) return;
  throw new Error(
    `an input of ${input.length} bytes takes ${megabytes.toFixed(0)} MB, more than ${MOST_MEGABYTES}`,
  );
}

const WORDS = 'The quick brown fox jumps over the lazy dog';

/** `JSON.parse` of a usual document of so many bytes. */
function parseMs(bytes: number): number {
  const text = JSON.stringify(Array.from({ length: Math.ceil(bytes / WORDS.length) }, () => WORDS));
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES; i++) {
    const startMs = performance.now();
    JSON.parse(text);
    least = Math.min(least, performance.now() - startMs);
  }
  return least;
}

function heldMegabytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
