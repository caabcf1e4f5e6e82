/** Long work beside requests: it holds the loop for a slice of time, and lets the others go before the next. */
/** Who waits for a turn, the longest first. It is the process’s, as the loop is. */
const waiting: (() => void)[] = [];

/**
 * Waits until the loop has looked at its connections. One at a time goes on: of a hundred searches at once each would have its slice in the
 * same turn, and requests would wait for all of them.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(giveTurn);
  });
}

function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(giveTurn);
}

/** How long nobody else runs. */
const SLICE_MS = 3;

/** Call the function between pieces of the work: it waits for a turn of the loop where the slice is used up. */
export function createSlices(sliceMs: number = SLICE_MS): () => Promise<void> {
  let beganMs = performance.now();
  return async () => {
    if (performance.now() - beganMs < sliceMs) return;
    await nextTurn();
    beganMs = performance.now();
  };
}

/** Work that yields where others may have their turn: after a millisecond at most. */
export type Sliced<Result> = Generator<undefined, Result, undefined>;

/** Bytes that are read, or copied, one by one between two turns. */
export const SLICE_BYTES: number = 128 * 1024;

/** The first slice at once, each other one in a later turn of the loop. */
export async function inTurns<Result>(work: Sliced<Result>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}
