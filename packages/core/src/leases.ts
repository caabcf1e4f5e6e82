/**
 * The claims that requests hold here: taken, held while their outcome is on its way, committed or given back. The one place that
 * knows whether a claim is under way.
 */
import { andThen, orUndo, ownPromise } from './and-then.ts';
import { messageOf } from './given.ts';
import type { Claim, MaybePromise } from './model.ts';
import type { BeginResult, ReplayGuard } from './replay.ts';
import { uint32At } from './text/bytes.ts';

export interface Leases {
  /** Takes a claim. One whose outcome is on its way here is in flight, whatever the guard's clock says of its lease. */
  begin(claim: Claim, nowMs: number): MaybePromise<BeginResult>;
  /** Takes every claim, or none: what the first says that is not free. Where the guard throws, those that were taken are free again. */
  beginAll(claims: readonly Claim[], nowMs: number): MaybePromise<BeginResult>;
  /** The outcome goes on beyond this turn: the leases are renewed until it is committed or given back. @param begunMs the clock of `begin` */
  hold(claims: readonly Claim[], begunMs: number): void;
  /** The outcome cannot be lost. @param answer for repeats of the first of the claims */
  commit(claims: readonly Claim[], answer?: Uint8Array): MaybePromise<void>;
  /** Nothing came of it. */
  abort(claims: readonly Claim[]): MaybePromise<void>;
  /** A repeat under an id may be signed anew, and fresh for longer than the first: the claim is held as long. */
  lengthen(claim: Claim, seen: Seen): MaybePromise<void>;
}

/** A claim that another request holds or has committed. */
export type Seen = Extract<BeginResult, { readonly state: 'in-flight' | 'committed' }>;

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

/** The leases of one gate. Where the process ends, so do they. */
export function createLeases({ replay, leaseMs, now, report }: LeasesOptions): Leases {
  const laterEnds = new LaterEnds();
  const renewed = createRenewals({ replay, leaseMs, now, report });

  const begin = (claim: Claim, nowMs: number): MaybePromise<BeginResult> => {
    const begun = ownPromise(replay().begin(claim.identity, nowMs, leaseMs));
    return andThen(begun, unlessStillHeld, claim);
  };
  /** A lease may have run out before its outcome: the clock was set forward, or the process stood still for long. */
  const unlessStillHeld = (result: BeginResult, { identity }: Claim): BeginResult =>
    result.state === 'begun' && renewed.has(identity)
      ? { state: 'in-flight', retryAfterMs: leaseMs }
      : result;

  const beginAll = (claims: readonly Claim[], nowMs: number, at = 0): MaybePromise<BeginResult> => {
    const claim = claims[at];
    if (claim === undefined) return { state: 'begun', attempt: 1 };
    const giveBack = (): MaybePromise<void> => abort(claims.slice(0, at));
    const oneBegun = orUndo(() => begin(claim, nowMs), giveBack);
    return andThen(oneBegun, (begun) =>
      begun.state === 'begun' ? beginAll(claims, nowMs, at + 1) : andThen(giveBack(), () => begun),
    );
  };
  const abort = (claims: readonly Claim[]): MaybePromise<void> => {
    // Before the guard: a lease that is taken anew from now on is the next one's.
    renewed.end(claims);
    return inTurn(claims, ({ identity }) => ownPromise(replay().abort(identity)));
  };
  return {
    begin,
    beginAll,
    hold: renewed.start,
    commit(claims, answer) {
      const [first] = claims;
      let committed: MaybePromise<void>;
      try {
        committed = inTurn(claims, (claim) => {
          const { identity, untilMs } = laterEnds.longest(claim);
          return ownPromise(replay().commit(identity, untilMs, claim === first ? answer : undefined));
        });
      } catch (error) {
        renewed.end(claims);
        throw error;
      }
      if (committed instanceof Promise) return committed.finally(() => renewed.end(claims));
      return renewed.end(claims);
    },
    abort,
    lengthen(claim, seen) {
      if (!laterEnds.note(claim) || seen.state === 'in-flight') return;
      return ownPromise(replay().commit(claim.identity, claim.untilMs, seen.answer));
    },
  };
}

/**
 * Ends are remembered for this many ids. Somebody who has captured requests of more ids can make the guard write once
 * for each repeat that he sends, and no more than that.
 */
const MAX_ENDS = 1000;

/**
 * One signed id may come under several times (a redelivery is signed anew), each of which could be repeated until it is
 * stale: the claim of the id is held until the last of them.
 */
class LaterEnds {
  readonly #ends = new Map<string, number>();

  /** Whether the claim ends later than any that was noted of its identity. */
  note({ identity, untilMs }: Claim): boolean {
    const key = String.fromCharCode(...identity);
    if ((this.#ends.get(key) ?? 0) >= untilMs) return false;
    this.#ends.delete(key);
    this.#ends.set(key, untilMs);
    if (this.#ends.size > MAX_ENDS) this.#ends.delete(this.#ends.keys().next().value ?? '');
    return true;
  }

  /** The claim, until the latest end that was noted of its identity. */
  longest(claim: Claim): Claim {
    if (this.#ends.size === 0) return claim;
    const untilMs = this.#ends.get(String.fromCharCode(...claim.identity)) ?? 0;
    return untilMs > claim.untilMs ? { ...claim, untilMs } : claim;
  }
}

interface Renewals {
  has(identity: Uint8Array): boolean;
  start(claims: readonly Claim[], begunMs: number): void;
  end(claims: readonly Claim[]): void;
}

/**
 * One interval for all claims of a gate: a timer for each request would cost more than the request. It starts with the first
 * outcome that is waited for, ends when it finds none, and does not keep the process alive.
 */
function createRenewals({ replay, leaseMs, now, report }: LeasesOptions): Renewals {
  const held = new Map<number, Uint8Array>();
  const everyMs = Math.min(MAX_DELAY_MS, Math.max(1, leaseMs / RENEWALS));
  let timer: ReturnType<typeof setInterval> | undefined;

  const failed = (error: unknown): void => {
    report(`a lease was not renewed, so another gateway may run its request again: ${messageOf(error)}`);
  };
  const renew = (identity: Uint8Array): void => {
    try {
      const renewed = ownPromise(replay().renew(identity, now(), leaseMs));
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
    has: (identity) => held.size > 0 && held.has(keyOf(identity)),
    start(claims, begunMs) {
      for (const { identity } of claims) held.set(keyOf(identity), identity);
      if (timer === undefined) {
        timer = setInterval(tick, everyMs);
        unref(timer);
      }
      // The proof took its time: keys were fetched, or a key set was searched.
      if (now() - begunMs >= everyMs) for (const { identity } of claims) renew(identity);
    },
    end(claims) {
      if (held.size > 0) for (const { identity } of claims) held.delete(keyOf(identity));
    },
  };
}

function inTurn(
  claims: readonly Claim[],
  each: (claim: Claim) => MaybePromise<void>,
  first = 0,
): MaybePromise<void> {
  for (let at = first; at < claims.length; at++) {
    const ended = each(claims[at] as Claim);
    if (ended instanceof Promise) return ended.then(() => inTurn(claims, each, at + 1));
  }
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
