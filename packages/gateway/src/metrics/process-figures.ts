/** What the process tells of itself. */
import { readdir, readFile } from 'node:fs/promises';
import type { PerformanceObserver } from 'node:perf_hooks';
import { Histogram } from './histogram.ts';

/** As they are when somebody asks. */
export interface ProcessFigures {
  /** Since the epoch. */
  readonly startedSeconds: number;
  readonly residentBytes: number;
  /** Of all threads, in user and kernel. */
  readonly cpuSeconds: number;
  /** How late a timer was, ten times a second. */
  readonly lag: Histogram;
  /** How long the event loop was not waiting. */
  readonly busySeconds: number;
  readonly heapUsedBytes: number;
  /** That V8 has taken for its heap. */
  readonly heapBytes: number;
  /** Of buffers and what else is outside the heap. */
  readonly externalBytes: number;
  /** Collections of garbage since somebody asked first, by their kind. */
  readonly collections: Readonly<Record<CollectionKind, Histogram>>;
  /** Undefined where the system does not tell: outside Linux. */
  readonly openFiles: number | undefined;
  /** That may be open; undefined where the system does not tell, or sets no bound. */
  readonly maxFiles: number | undefined;
}

export type CollectionKind = 'minor' | 'major' | 'incremental' | 'weakcb';

export interface OpenProcessFigures {
  read(): Promise<ProcessFigures>;
  close(): void;
}

/** A turn of the loop that takes as long is seen for certain, a shorter one by chance: ten looks a second cost nothing that can be measured. */
const LOOK_MS = 100;

/** NODE_PERFORMANCE_GC_… */
const KINDS: Readonly<Record<number, CollectionKind>> = {
  1: 'minor',
  4: 'major',
  8: 'incremental',
  16: 'weakcb',
};

export function openProcessFigures(): OpenProcessFigures {
  const startedSeconds = Date.now() / 1000 - process.uptime();
  const lag = new Histogram();
  const collections = {
    minor: new Histogram(),
    major: new Histogram(),
    incremental: new Histogram(),
    weakcb: new Histogram(),
  };
  let dueMs = performance.now() + LOOK_MS;
  const look = (): void => {
    const nowMs = performance.now();
    lag.observe(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + LOOK_MS;
    timer = setTimeout(look, LOOK_MS).unref();
  };
  let timer = setTimeout(look, LOOK_MS).unref();
  let observer: PerformanceObserver | undefined;
  return {
    async read() {
      // Loaded when somebody asks: a start does without it, and who never asks pays for no observer.
      const hooks = process.getBuiltinModule('node:perf_hooks');
      observer ??= observeCollections(collections, hooks);
      const [openFiles, maxFiles] = await Promise.all([countOpenFiles(), readMaxFiles()]);
      const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      return {
        startedSeconds,
        lag,
        residentBytes: rss,
        heapUsedBytes: heapUsed,
        heapBytes: heapTotal,
        externalBytes: external,
        cpuSeconds: (user + system) / 1e6,
        busySeconds: hooks.performance.eventLoopUtilization().active / 1000,
        collections,
        openFiles,
        maxFiles,
      };
    },
    close() {
      clearTimeout(timer);
      observer?.disconnect();
    },
  };
}

function observeCollections(
  collections: ProcessFigures['collections'],
  { PerformanceObserver }: typeof import('node:perf_hooks'),
): PerformanceObserver {
  const observer = new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as readonly CollectionEntry[]) {
      const kind = KINDS[detail?.kind ?? 0];
      if (kind !== undefined) collections[kind].observe(duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return observer;
}

/** Of `gc`: the types of Node leave `detail` open. */
interface CollectionEntry {
  readonly duration: number;
  readonly detail?: { readonly kind?: number };
}

async function countOpenFiles(): Promise<number | undefined> {
  try {
    // One of them is the folder that is read.
    return (await readdir('/proc/self/fd')).length - 1;
  } catch {
    return undefined;
  }
}

async function readMaxFiles(): Promise<number | undefined> {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(await readFile('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
