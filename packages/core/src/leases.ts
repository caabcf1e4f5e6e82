/**
 * The claims that requests hold here: taken, held while their outcome is on its way, committed or given back. The one place that
 * knows whether a claim is under way.
 */
import { andThen, orUndo, ownPromise } from './and-then.ts';
import { messageOf } from './given.ts';
import { lasting } from './identity.ts';
import type { Claim, MaybePromise } from './model.ts';
import { unref } from './pause.ts';
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
export function createLeases(options: LeasesOptions): Leases {
  return new GateLeases(options);
}

class GateLeases implements Leases {
  readonly #replay: () => ReplayGuard;
  readonly #leaseMs: number;
  readonly #laterEnds: LaterEnds;
  readonly #renewals: Renewals;

  constructor(options: LeasesOptions) {
    this.#replay = options.replay;
    this.#leaseMs = options.leaseMs;
    this.#renewals = new Renewals(options);
    this.#laterEnds = new LaterEnds(this.#renewals);
  }

  begin(claim: Claim, nowMs: number): MaybePromise<BeginResult> {
    const begun = ownPromise(this.#replay().begin(claim.identity, nowMs, this.#leaseMs));
    return andThen(begun, unlessStillHeld, this.#renewals, claim);
  }

  beginAll(claims: readonly Claim[], nowMs: number): MaybePromise<BeginResult> {
    return this.#beginFrom(0, claims, nowMs);
  }

  #beginFrom(at: number, claims: readonly Claim[], nowMs: number): MaybePromise<BeginResult> {
    const claim = claims[at];
    if (claim === undefined) return { state: 'begun', attempt: 1 };
    const giveBack = (): MaybePromise<void> => this.abort(claims.slice(0, at));
    const oneBegun = orUndo(() => this.begin(claim, nowMs), giveBack);
    return andThen(oneBegun, (begun) =>
      begun.state === 'begun' ? this.#beginFrom(at + 1, claims, nowMs) : andThen(giveBack(), () => begun),
    );
  }

  hold(claims: readonly Claim[], begunMs: number): void {
    this.#renewals.start(claims, begunMs);
  }

  commit(claims: readonly Claim[], answer?: Uint8Array): MaybePromise<void> {
    let committed: MaybePromise<void>;
    try {
      committed = this.#commitFrom(0, claims, answer);
    } catch (error) {
      this.#renewals.end(claims);
      throw error;
    }
    if (committed instanceof Promise) return committed.finally(() => this.#renewals.end(claims));
    return this.#renewals.end(claims);
  }

  /** One after the other; no promise and no closure where the guard makes no promise. */
  #commitFrom(first: number, claims: readonly Claim[], answer: Uint8Array | undefined): MaybePromise<void> {
    for (let at = first; at < claims.length; at++) {
      const claim = this.#laterEnds.longest(claims[at] as Claim);
      const ended = this.#commitOne(claim, at === 0 ? answer : undefined);
      if (ended instanceof Promise) return ended.then(() => this.#commitFrom(at + 1, claims, answer));
    }
  }

  #commitOne({ identity, untilMs, freshUntilMs }: Claim, answer: Uint8Array | undefined): MaybePromise<void> {
    return ownPromise(this.#replay().commit(identity, untilMs, answer, freshUntilMs));
  }

  abort(claims: readonly Claim[]): MaybePromise<void> {
    // Before the guard: a lease that is taken anew from now on is the next one's.
    this.#renewals.end(claims);
    return this.#abortFrom(0, claims);
  }

  #abortFrom(first: number, claims: readonly Claim[]): MaybePromise<void> {
    for (let at = first; at < claims.length; at++) {
      const ended = ownPromise(this.#replay().abort((claims[at] as Claim).identity));
      if (ended instanceof Promise) return ended.then(() => this.#abortFrom(at + 1, claims));
    }
  }

  lengthen(claim: Claim, seen: Seen): MaybePromise<void> {
    if (!this.#laterEnds.note(claim) || seen.state === 'in-flight') return;
    return this.#commitOne(claim, seen.answer);
  }
}

/** A lease may have run out before its outcome: the clock was set forward, or the process stood still for long. */
function unlessStillHeld(result: BeginResult, renewals: Renewals, { identity }: Claim): BeginResult {
  return result.state === 'begun' && renewals.has(identity)
    ? { state: 'in-flight', retryAfterMs: renewals.leaseMs }
    : result;
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
  readonly #ends = new Map<string, Claim>();
  readonly #renewed: Renewals;

  constructor(renewed: Renewals) {
    this.#renewed = renewed;
  }

  /** Whether the claim ends later than any that was noted of its identity. */
  note(claim: Claim): boolean {
    const key = String.fromCharCode(...claim.identity);
    const noted = this.#ends.get(key);
    const longest = noted === undefined ? claim : lasting(noted, claim);
    if (longest === noted) return false;
    this.#ends.delete(key);
    this.#ends.set(key, longest);
    if (this.#ends.size > MAX_ENDS) this.#dropOldest();
    return true;
  }

  /** The claim, until the latest ends that were noted of its identity. */
  longest(claim: Claim): Claim {
    if (this.#ends.size === 0) return claim;
    const noted = this.#ends.get(String.fromCharCode(...claim.identity));
    return noted === undefined ? claim : lasting(claim, noted);
  }

  /** One under way stays, for nothing else knows of its later end: two are looked at, so that the others become no more. */
  #dropOldest(): void {
    let looked = 0;
    for (const [key, noted] of this.#ends) {
      if (this.#ends.size <= MAX_ENDS || ++looked > 2) return;
      this.#ends.delete(key);
      if (this.#renewed.has(noted.identity)) this.#ends.set(key, noted);
    }
  }
}

/**
 * One interval for all claims of a gate: a timer for each request would cost more than the request. It starts with the first
 * outcome that is waited for, ends when it finds none, and does not keep the process alive.
 */
class Renewals {
  readonly leaseMs: number;
  readonly #replay: () => ReplayGuard;
  readonly #now: () => number;
  readonly #report: (problem: string) => void;
  readonly #everyMs: number;
  readonly #held = new Map<number, Uint8Array>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor({ replay, leaseMs, now, report }: LeasesOptions) {
    this.leaseMs = leaseMs;
    this.#replay = replay;
    this.#now = now;
    this.#report = report;
    this.#everyMs = Math.min(MAX_DELAY_MS, Math.max(1, leaseMs / RENEWALS));
  }

  has(identity: Uint8Array): boolean {
    return this.#held.size > 0 && this.#held.has(keyOf(identity));
  }

  /** @param begunMs the clock when the leases were taken */
  start(claims: readonly Claim[], begunMs: number): void {
    for (const { identity } of claims) this.#held.set(keyOf(identity), identity);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#renewAll(), this.#everyMs);
      unref(this.#timer);
    }
    // The proof took its time: keys were fetched, or a key set was searched.
    if (this.#now() - begunMs >= this.#everyMs) for (const { identity } of claims) this.#renew(identity);
  }

  end(claims: readonly Claim[]): void {
    if (this.#held.size > 0) for (const { identity } of claims) this.#held.delete(keyOf(identity));
  }

  #renewAll(): void {
    if (this.#held.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    for (const identity of this.#held.values()) this.#renew(identity);
  }

  #renew(identity: Uint8Array): void {
    try {
      const renewed = ownPromise(this.#replay().renew(identity, this.#now(), this.leaseMs));
      if (renewed instanceof Promise) renewed.catch((error: unknown) => this.#tellFailure(error));
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  #tellFailure(error: unknown): void {
    this.#report(
      `a lease was not renewed, so another gateway may run its request again: ${messageOf(error)}`,
    );
  }
}

/** 53 bits of a digest: two that meet by chance make one of them wait, and a text of all 16 bytes takes ten times as long. */
function keyOf(identity: Uint8Array): number {
  const high = (uint32At(identity, 0) >>> 11) * 0x1_0000_0000;
  return high + uint32At(identity, 4);
}
