/** The claims whose outcome is on its way: no lease ends before its outcome. */
import type { ReplayGuard } from './replay.ts';
import { uint32At } from './text/bytes.ts';

export interface Leases {
  /** Whether an outcome of this identity is on its way here, whatever the guard's clock says. */
  holds(identity: Uint8Array): boolean;
  /** The outcome goes on beyond this turn. @param begunMs the clock that `begin` was given. */
  hold(identity: Uint8Array, begunMs: number): void;
  /** The outcome has come: the claim is committed or aborted. */
  release(identity: Uint8Array): void;
}

export interface LeasesOptions {
  readonly replay: () => ReplayGuard;
  readonly leaseMs: number;
  readonly now: () => number;
  readonly report: (problem: string) => void;
}

/** Renewals a lease: a late one, or one that fails, leaves time for another. */
const RENEWALS = 3;
/** A longer delay is taken for 1 ms by every runtime (HTML, "timers"). */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One interval for all claims of a gate: a timer for each request would cost more than the request. It starts with the first
 * outcome that is waited for, ends when it finds none, and does not keep the process alive. Where the process ends, so do its leases.
 */
export function createLeases({ replay, leaseMs, now, report }: LeasesOptions): Leases {
  const held = new Map<number, Uint8Array>();
  const everyMs = Math.min(MAX_DELAY_MS, Math.max(1, leaseMs / RENEWALS));
  let timer: ReturnType<typeof setInterval> | undefined;

  const failed = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    report(`a lease was not renewed, so another gateway may run its request again: ${reason}`);
  };
  const renew = (identity: Uint8Array): void => {
    try {
      const renewed = replay().renew(identity, now(), leaseMs);
      if (renewed instanceof Promise) renewed.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
  const tick = (): void => {
    if (held.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const identity of held.values()) renew(identity);
  };
  return {
    holds: (identity) => held.size > 0 && held.has(keyOf(identity)),
    hold(identity, begunMs) {
      held.set(keyOf(identity), identity);
      if (timer === undefined) {
        timer = setInterval(tick, everyMs);
        unref(timer);
      }
      // The proof took its time: keys were fetched, or a key set was searched.
      if (now() - begunMs >= everyMs) renew(identity);
    },
    release(identity) {
      held.delete(keyOf(identity));
    },
  };
}

/** 53 bits of a digest: two that meet by chance make one of them wait, and a text of all 16 bytes takes ten times as long. */
function keyOf(identity: Uint8Array): number {
  const high = (uint32At(identity, 0) >>> 11) * 0x1_0000_0000;
  return high + uint32At(identity, 4);
}

/** Only Node's timers keep a process alive, and only they can be told not to. */
function unref(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return;
  if (typeof timer.unref === 'function') timer.unref();
}
