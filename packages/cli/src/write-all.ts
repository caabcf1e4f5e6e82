/** Writes to who may read slowly. */
import type { OutStream } from './io.ts';

/** Resolves once more may be written, or `signal` aborts: a reader who has stalled holds nobody who wants to stop. */
export async function writeAll(stream: OutStream, text: string, signal?: AbortSignal): Promise<void> {
  if (stream.write(text) || signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      signal?.removeEventListener('abort', end);
      resolve();
    };
    stream.once('drain', end);
    signal?.addEventListener('abort', end);
  });
}
