/** What a test measures memory with. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are held on the heap and outside of it, once garbage is collected. */
export function heldBytes(): number {
  // Twice: on a busy machine the first leaves buffers to be freed in the background.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
