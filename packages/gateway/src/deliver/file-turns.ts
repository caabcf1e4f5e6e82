/** One writer at a time to each file, by whatever names its destinations know it: what one appends is one piece. */
import type { Stats } from 'node:fs';

export interface FileTurns {
  /** Does the work once all earlier work on that file is over. */
  inTurn<Result>(file: Pick<Stats, 'dev' | 'ino'>, work: () => Promise<Result>): Promise<Result>;
}

/** Of all files of the gateway. */
export function createFileTurns(): FileTurns {
  /** The last work on each file that is being written; none of these rejects. */
  const last = new Map<string, Promise<void>>();
  return {
    inTurn: ({ dev, ino }, work) => {
      const file = `${dev}:${ino}`;
      const result = (last.get(file) ?? Promise.resolve()).then(work);
      const ended = result.then(
        () => {},
        () => {},
      );
      last.set(file, ended);
      void ended.then(() => {
        if (last.get(file) === ended) last.delete(file);
      });
      return result;
    },
  };
}
