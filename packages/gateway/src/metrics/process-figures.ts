/** What the process tells of itself. */
import { Histogram } from './histogram.ts';

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
}

export interface OpenProcessFigures {
  readonly figures: ProcessFigures;
  close(): void;
}

/** A turn of the loop that takes as long is seen for certain, a shorter one by chance: ten looks a second cost nothing that can be measured. */
const LOOK_MS = 100;

export function openProcessFigures(): OpenProcessFigures {
  const startedSeconds = Date.now() / 1000 - process.uptime();
  const lag = new Histogram();
  let dueMs = performance.now() + LOOK_MS;
  const look = (): void => {
    const nowMs = performance.now();
    lag.observe(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + LOOK_MS;
    timer = setTimeout(look, LOOK_MS).unref();
  };
  let timer = setTimeout(look, LOOK_MS).unref();
  return {
    figures: {
      startedSeconds,
      lag,
      get residentBytes() {
        return process.memoryUsage.rss();
      },
      get cpuSeconds() {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      get busySeconds() {
        // Loaded when somebody asks: a start does without it.
        return process.getBuiltinModule('node:perf_hooks').performance.eventLoopUtilization().active / 1000;
      },
    },
    close: () => clearTimeout(timer),
  };
}
