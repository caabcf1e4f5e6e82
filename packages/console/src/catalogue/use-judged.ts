/** The verdict of what stands in the fields, a moment after the last change. */
import { useEffect, useState } from 'react';
import type { Bench } from './bench.ts';
import { type Judged, judgeBench } from './judge-bench.ts';

/** Whoever types is not judged at each letter. */
const AFTER_MS = 150;

export interface JudgedBench {
  /** Of an earlier state while the next is on its way. */
  readonly judged: Judged | undefined;
  readonly isJudging: boolean;
}

export function useJudged(bench: Bench | undefined): JudgedBench {
  const [judged, setJudged] = useState<{ readonly bench: Bench; readonly judged: Judged }>();
  const [failure, setFailure] = useState<Error>();
  useEffect(() => {
    if (bench === undefined) return undefined;
    let isLatest = true;
    const timer = setTimeout(() => {
      const show = (result: Judged): void => {
        if (isLatest) setJudged({ bench, judged: result });
      };
      judgeBench(bench, show).then(show, (error: unknown) => {
        if (isLatest) setFailure(error instanceof Error ? error : new Error(String(error)));
      });
    }, AFTER_MS);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [bench]);
  // A bug: the page says so.
  if (failure !== undefined) throw failure;
  return { judged: judged?.judged, isJudging: judged?.bench !== bench };
}
