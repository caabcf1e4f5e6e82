/**
 * A clock that is set while a gateway runs by it: the system's as libfaketime (Debian: libfaketime) shows it to the process, or, without that
 * library, the gateway's option `now`. What measures how long something takes goes on as it is, as on a machine whose clock is set.
 */
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayOptions } from './gateway-process.ts';

export interface SteppedClock {
  /** By what the gateway has it. */
  readonly by: 'libfaketime' | 'now';
  /** How the gateway is started with it. */
  readonly gateway: Pick<GatewayOptions, 'env' | 'command'>;
  now(): number;
  /** Sets it so far from the true time. */
  set(offsetMs: number): void;
  /** How often it was set. */
  readonly steps: number;
}

const CLOCKED_GATEWAY = join(import.meta.dirname, 'clocked-gateway.ts');

export function createSteppedClock(folder: string): SteppedClock {
  const file = join(folder, 'clock');
  const library = fakeTimeLibrary();
  let offsetMs = 0;
  let steps = 0;
  // In one step: half a file would be another time.
  const write = (): void => {
    writeFileSync(`${file}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1_000}\n`);
    renameSync(`${file}.new`, file);
  };
  write();
  return {
    by: library === undefined ? 'now' : 'libfaketime',
    gateway:
      library === undefined
        ? {
            command: [process.execPath, '--conditions=countersign-source', CLOCKED_GATEWAY],
            env: { TORTURE_CLOCK: file },
          }
        : {
            env: {
              LD_PRELOAD: library,
              FAKETIME_TIMESTAMP_FILE: file,
              FAKETIME_NO_CACHE: '1',
              FAKETIME_DONT_FAKE_MONOTONIC: '1',
              DONT_FAKE_MONOTONIC: '1',
            },
          },
    now: () => Date.now() + offsetMs,
    set(newOffsetMs) {
      // Before and after: what is on its way meanwhile saw either.
      steps++;
      offsetMs = newOffsetMs;
      write();
      steps++;
    },
    get steps() {
      return steps;
    },
  };
}

function fakeTimeLibrary(): string | undefined {
  try {
    const folder = '/usr/lib';
    const machines = readdirSync(folder).filter((name) => name.endsWith('-linux-gnu'));
    return [...machines.map((name) => join(folder, name, 'faketime')), join(folder, 'faketime')]
      .flatMap((path) => (isFolder(path) ? [join(path, 'libfaketime.so.1')] : []))
      .at(0);
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  try {
    return readdirSync(path).includes('libfaketime.so.1');
  } catch {
    return false;
  }
}
