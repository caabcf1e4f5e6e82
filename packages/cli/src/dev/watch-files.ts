/** Notices that files were changed, also by editors that write another and rename it. */
import { watch } from 'node:fs';

/** An editor writes in several steps. */
const SETTLED_MS = 100;

/**
 * Calls `changed` once a while after any file of these names was written.
 * @returns ends it
 */
export function watchFiles(folder: string, names: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { persistent: false }, (_, name) => {
    // Some systems do not say which.
    if (name !== null && !names.includes(name)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLED_MS);
  });
  // A folder that is taken away is no longer watched.
  watcher.on('error', () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
