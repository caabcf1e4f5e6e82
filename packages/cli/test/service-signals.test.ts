/** Who is watched, and who is let be, over as many looks as one likes: time is the test's. */
import { EventEmitter } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listenForService, type StopCause } from '../src/service-signals.ts';

const NPM = { npm_execpath: '/usr/bin/npm', npm_lifecycle_event: 'npx' };

interface Watched {
  readonly process: NodeJS.Process & { ppid: number };
  readonly stops: (StopCause | undefined)[];
}

function watched(env: NodeJS.ProcessEnv, ppid: number): Watched {
  vi.useFakeTimers();
  // A pid that no process has: it is in nobody's session.
  const process = Object.assign(new EventEmitter(), { env, ppid, pid: 2 ** 30, platform: 'linux' });
  const stops: (StopCause | undefined)[] = [];
  const listener = { stop: (cause?: StopCause) => void stops.push(cause), hungUp: () => {} };
  const close = listenForService(process as unknown as Watched['process'], listener);
  onTestFinished(() => {
    close();
    vi.useRealTimers();
  });
  return { process: process as unknown as Watched['process'], stops };
}

/** Many times the time between two looks. */
const LONG_MS = 60_000;

it('what npm has started stops with it, once', () => {
  const { process, stops } = watched(NPM, 4_000_000);
  vi.advanceTimersByTime(LONG_MS);
  expect(stops).toEqual([]);
  process.ppid = 1;
  vi.advanceTimersByTime(LONG_MS);
  expect(stops).toEqual(['parent-ended']);
});

it.each([
  ['that no npm has started', {}, 4_000_000],
  ['that a script of npm had put into the background before it was ready', NPM, 1],
] as const)('a command stays %s', (_, env, ppid) => {
  const { process, stops } = watched(env, ppid);
  process.ppid = ppid === 1 ? 2 : 1;
  vi.advanceTimersByTime(LONG_MS);
  expect(stops).toEqual([]);
});

it('a command stays that was hung up on before, as by nohup', () => {
  const { process, stops } = watched(NPM, 4_000_000);
  process.emit('SIGHUP', 'SIGHUP');
  process.ppid = 1;
  vi.advanceTimersByTime(LONG_MS);
  expect(stops.filter((cause) => cause === 'parent-ended')).toEqual([]);
});
