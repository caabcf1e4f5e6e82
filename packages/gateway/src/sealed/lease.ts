/** Work that one gateway does at a time, of all that share a store: a row that says who does it, and until when. */
import type { RecordStore } from '../stores/record-store.ts';

/** Leases that gateways share. */
export interface Leases {
  /**
   * Waits until nobody holds the name, runs the work, and lets go. A holder that died is waited for until its lease ends.
   * @param signal ends the waiting.
   * @throws what the work threw; the signal's reason.
   */
  hold<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface LeasesOptions {
  readonly records: Pick<RecordStore, 'get' | 'put'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Longer than the work takes. */
  readonly leaseMs: number;
  /** Is told that the store failed: the work is done without a lease then. */
  readonly onProblem: (message: string, error: unknown) => void;
}

const SPACE = 'lease';
const POLL_MS = 50;
const HELD: Uint8Array = Uint8Array.of(1);

export function createLeases({ records, now, wait, leaseMs, onProblem }: LeasesOptions): Leases {
  /** The version of the row that is ours; undefined while another holds it; 0 where the store failed. */
  async function take(key: string): Promise<number | undefined> {
    try {
      if ((await records.get(SPACE, key)) !== undefined) return undefined;
      return await records.put({ space: SPACE, key, version: 0, bytes: HELD, untilMs: now() + leaseMs });
    } catch (error) {
      onProblem('a lease could not be taken; the work is done without it', error);
      return 0;
    }
  }

  async function release(key: string, version: number): Promise<void> {
    if (version === 0) return;
    try {
      await records.put({ space: SPACE, key, version, bytes: HELD, untilMs: now() });
    } catch (error) {
      onProblem('a lease could not be given back; it ends by itself', error);
    }
  }

  return {
    hold: async (name, work, signal) => {
      for (;;) {
        signal?.throwIfAborted();
        const version = await take(name);
        if (version === undefined) {
          await wait(POLL_MS, signal);
          continue;
        }
        try {
          return await work();
        } finally {
          await release(name, version);
        }
      }
    },
  };
}
