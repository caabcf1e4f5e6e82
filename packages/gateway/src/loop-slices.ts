/** Long work beside requests: it holds the loop for a slice of time, and lets the others go before the next. */
import { setImmediate as nextTurn } from 'node:timers/promises';

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
