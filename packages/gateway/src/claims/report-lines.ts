/** What guards report of one gate, as lines of the log: those beyond the limit are counted only. */
import type { Log } from '../log/log.ts';
import { createRateLimit } from '../rate-limit.ts';

const LINES = { requests: 1, perMs: 10_000 } as const;

export function createReportLines(
  gate: string,
  { log, monotonicMs }: { readonly log: Pick<Log, 'warn'>; readonly monotonicMs: () => number },
): (problem: string) => void {
  const lines = createRateLimit({ ...LINES, now: monotonicMs });
  let leftOut = 0;
  return (problem) => {
    if (lines.take('') > 0) leftOut++;
    else {
      log.warn({ gate, ...(leftOut > 0 && { leftOut }) }, problem);
      leftOut = 0;
    }
  };
}
