/** The sink of a load test, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Address } from '../engine/connection.ts';
import type { Arrivals } from './sink-process.ts';

export interface LoadSink {
  readonly address: Address;
  /** When each request first came, in microseconds of `nowUs`, by its number. */
  readonly firstUs: ReadonlyMap<number, number>;
  /** Deliveries in all: more than requests, where some came twice. */
  readonly deliveries: number;
  /** Resolves once all of these have come; false where none has come for so long. */
  hasAll(numbers: readonly number[], patienceMs: number): Promise<boolean>;
  close(): void;
}

export async function openLoadSink(): Promise<LoadSink> {
  const child = fork(join(import.meta.dirname, 'sink-process.ts'), { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  return listenTo(child, port);
}

function listenTo(child: ChildProcess, port: number): LoadSink {
  const firstUs = new Map<number, number>();
  let deliveries = 0;
  let news = Promise.withResolvers<void>();
  child.on('message', (arrivals: Arrivals) => {
    for (let i = 0; i < arrivals.length; i += 2) {
      const n = arrivals[i] ?? Number.NaN;
      deliveries++;
      if (!firstUs.has(n)) firstUs.set(n, arrivals[i + 1] ?? Number.NaN);
    }
    news.resolve();
    news = Promise.withResolvers();
  });
  return {
    address: { host: '127.0.0.1', port },
    firstUs,
    get deliveries() {
      return deliveries;
    },
    async hasAll(numbers, patienceMs) {
      while (numbers.some((n) => !firstUs.has(n))) {
        const timer = Promise.withResolvers<'late'>();
        const timeout = setTimeout(() => timer.resolve('late'), patienceMs);
        const end = await Promise.race([news.promise, timer.promise]);
        clearTimeout(timeout);
        if (end === 'late') return false;
      }
      return true;
    },
    close: () => child.kill(),
  };
}
