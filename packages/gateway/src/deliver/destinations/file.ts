/** Deliveries to a file: one line of JSON each, on the disk before it is delivered. */
import { SetupError } from '@countersign/core/internal/setup-error';
import { closedDestination, endedBy } from '../attempt-failed.ts';
import type { AttemptResult, Destination } from '../destination.ts';
import { eventLine, LINE_START } from '../event-line.ts';
import { fileFailure } from '../file-faults.ts';
import { createFileTurns, type FileTurns } from '../file-turns.ts';
import { LineFile } from '../line-file.ts';

export interface FileDestinationOptions {
  /** Made where it is not there, readable by its owner only (mode 0600); its directory must be. */
  readonly path: string;
  /** Of all files of the gateway: several destinations may have one. Default: its own. */
  readonly turns?: FileTurns;
}

/** Written at once at most; a single line may be longer. */
const MAX_BATCH_BYTES = 8_388_608;

interface Waiting {
  /** In pieces. */
  readonly line: readonly Uint8Array[];
  readonly settle: (result: AttemptResult) => void;
}

/** Opens the file at the first send. @throws SetupError for a path that no file can have. */
export async function createFileDestination({
  path,
  turns = createFileTurns(),
}: FileDestinationOptions): Promise<Destination> {
  if (path === '' || path.includes('\0'))
    throw new SetupError(
      'path',
      'it is no path of a file',
      'Write where the lines shall go, e.g. ./events.jsonl.',
    );
  const file = new LineFile(path, LINE_START, turns);
  const waiting = new Set<Waiting>();
  let writing: Promise<void> | undefined;
  let isClosed = false;

  /** What comes while one batch is written is the next: they share one write and one fdatasync. */
  async function write(): Promise<void> {
    while (waiting.size > 0) {
      const batch = nextBatch(waiting);
      const result = await append(file, batch, path);
      for (const { settle } of batch) settle(result);
    }
    writing = undefined;
  }

  return {
    kind: 'file',
    send: async (message, signal) => {
      if (isClosed) return closedDestination();
      if (signal.aborted) return endedBy(signal);
      const line = await eventLine(message);
      if (isClosed) return closedDestination();
      if (signal.aborted) return endedBy(signal);
      return new Promise((resolve) => {
        const item: Waiting = {
          line,
          settle: (result) => {
            signal.removeEventListener('abort', onAbort);
            resolve(result);
          },
        };
        // A line that is being written may be in the file all the same, and comes once more.
        const onAbort = (): void => {
          waiting.delete(item);
          item.settle(endedBy(signal));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(item);
        // Not before those that are sent in the same turn of the loop are there.
        writing ??= Promise.resolve().then(write);
      });
    },
    close: async () => {
      isClosed = true;
      for (const { settle } of waiting) settle(closedDestination());
      waiting.clear();
      await writing;
      await file.close();
    },
  };
}

/** Takes the next of those that wait. */
function nextBatch(waiting: Set<Waiting>): readonly Waiting[] {
  const batch: Waiting[] = [];
  let bytes = 0;
  for (const item of waiting) {
    const lineBytes = item.line.reduce((sum, { length }) => sum + length, 0);
    if (bytes > 0 && bytes + lineBytes > MAX_BATCH_BYTES) break;
    bytes += lineBytes;
    batch.push(item);
    waiting.delete(item);
  }
  return batch;
}

async function append(file: LineFile, batch: readonly Waiting[], path: string): Promise<AttemptResult> {
  try {
    await file.append(batch.flatMap(({ line }) => line));
    return { ok: true };
  } catch (error) {
    return fileFailure(error, path);
  }
}
