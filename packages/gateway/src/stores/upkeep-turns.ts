/** Works on a store as a whole, one at a time, until it is closed. */
import { StoreError } from './store.ts';

export interface UpkeepTurns {
  /** A second waits for the first. @param signal the caller's; the work's own is also aborted by `stop` */
  run<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export function createUpkeepTurns(assertOpen: () => void): UpkeepTurns {
  const stopped = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(signal, work) {
      const result = last.then(() => {
        assertOpen();
        stopped.signal.throwIfAborted();
        return work(signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal]));
      });
      last = result.catch(() => {});
      return result;
    },
    async stop() {
      stopped.abort(new StoreError('closed', 'The store is closed.'));
      await last;
    },
  };
}
