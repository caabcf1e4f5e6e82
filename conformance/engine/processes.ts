/** Shares the jobs of a search out among processes: each asks for the next as it is done with one. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Done } from '../worker.ts';
import type { SearchOptions } from './search.ts';

export interface ProcessOptions {
  readonly search: SearchOptions;
  readonly processes: number;
  /** Numbers of the jobs that are still to be done. */
  readonly jobs: readonly number[];
  readonly onDone: (done: Done) => void;
}

/** @throws Error where a process ends before it is done: an error that nothing caught is a finding by itself. */
export async function runInProcesses({ search, processes, jobs, onDone }: ProcessOptions): Promise<void> {
  const rest = [...jobs].reverse();
  const workers = Math.min(processes, Math.max(1, jobs.length));
  await Promise.all(Array.from({ length: workers }, () => runWorker(search, rest, onDone)));
}

function runWorker(search: SearchOptions, rest: number[], onDone: ProcessOptions['onDone']): Promise<void> {
  const child = fork(join(import.meta.dirname, '../worker.ts'), [JSON.stringify(search)], {
    serialization: 'advanced',
  });
  let job: number | undefined;
  const next = (): void => {
    job = rest.pop();
    if (job === undefined) child.disconnect();
    else child.send(job);
  };
  child.on('message', (message: 'ready' | Done) => {
    if (message !== 'ready') onDone(message);
    next();
  });
  return ended(child, () => job);
}

function ended(child: ChildProcess, jobOf: () => number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const job = jobOf();
      if (job === undefined) resolve();
      else reject(new Error(`a process of the search ended with ${signal ?? code} in job ${job}`));
    });
  });
}
