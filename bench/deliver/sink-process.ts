/** The receiver's process, as who started it sees it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What came on one path. */
export interface Arrivals {
  /** Different events, ever. */
  readonly number: number;
  /** Events that came again. */
  readonly twice: number;
  /** Whose signature is not right. */
  readonly forged: number;
  /** From when the event was sent to when it came, of those since the last question. */
  readonly latenciesMs: readonly number[];
}

export interface SinkQuestion {
  readonly path: string;
}

export interface SinkProcess {
  readonly port: number;
  arrivals(path: string): Promise<Arrivals>;
  end(): Promise<void>;
}

/** @param secret what deliveries are signed with. Undefined: they are not looked at */
export async function startSink(secret?: string): Promise<SinkProcess> {
  const child = fork(join(import.meta.dirname, 'sink.ts'), secret === undefined ? [] : [secret]);
  const [port] = (await once(child, 'message')) as [number];
  return {
    port,
    async arrivals(path) {
      child.send({ path } satisfies SinkQuestion);
      const [arrivals] = (await once(child, 'message')) as [Arrivals];
      return arrivals;
    },
    async end() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Waits until so many different events came there.
 * @throws Error where they do not come, one comes twice, or is not signed as it should be
 */
export async function arrived(sink: SinkProcess, path: string, number: number): Promise<readonly number[]> {
  const latenciesMs: number[] = [];
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const arrivals = await sink.arrivals(path);
    latenciesMs.push(...arrivals.latenciesMs);
    const { twice, forged } = arrivals;
    if (twice + forged > 0 || arrivals.number > number)
      throw new Error(
        `${path}: ${arrivals.number} of ${number} came, ${twice} twice, ${forged} signed wrongly`,
      );
    if (arrivals.number === number) return latenciesMs;
    await delay(POLL_MS);
  }
  throw new Error(`${path}: not all of ${number} events came within ${PATIENCE_MS / 1_000} s`);
}
