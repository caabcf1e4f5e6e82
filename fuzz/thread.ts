/** A search in a thread of its own, which is ended where an input never does or takes all memory. */
import { Worker } from 'node:worker_threads';
import { MOST_HELD_MEGABYTES } from './limits.ts';
import { inputCount, lastInput, sharedInput } from './shared-input.ts';
import type { Order, Report } from './worker.ts';

/** An input that takes longer is one that never ends. */
const LONGEST_INPUT_MS = 10_000;
const MOST_NOTED_BYTES = 64 * 1024;

export interface ThreadOptions {
  readonly worker: string;
  readonly longestInputMs?: number;
  readonly mostMegabytes?: number;
}

/** Runs the search to its end. @throws what the thread threw before its first input */
export function searchInThread(
  order: Omit<Order, 'shared'>,
  { worker: file, longestInputMs = LONGEST_INPUT_MS, mostMegabytes = MOST_HELD_MEGABYTES }: ThreadOptions,
): Promise<Report> {
  const shared = sharedInput(MOST_NOTED_BYTES);
  const worker = new Worker(file, {
    workerData: { ...order, shared } satisfies Order,
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  });
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const end = (text: string): void => {
      clearInterval(watch);
      void worker.terminate();
      const seconds = (performance.now() - startMs) / 1000;
      const fault = { input: lastInput(shared), text };
      resolve({ executions: inputCount(shared), seconds, branches: 0, allBranches: 0, inputs: 0, fault });
    };
    let lastCount = 0;
    const watch = setInterval(() => {
      const count = inputCount(shared);
      if (count > 0 && count === lastCount) end(`an input takes longer than ${longestInputMs / 1000} s`);
      lastCount = count;
    }, longestInputMs);
    worker.on('error', (error) => {
      clearInterval(watch);
      if (inputCount(shared) === 0) reject(error);
      else end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
    worker.on('message', (report: Report) => {
      clearInterval(watch);
      resolve(report);
    });
  });
}
