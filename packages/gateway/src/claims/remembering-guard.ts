/**
 * A replay guard for a store that one process owns: memory in front, the store behind. Memory holds the claims that this process
 * began and committed; the store is asked for a claim that memory does not hold.
 */
import { Buffer } from 'node:buffer';
import type { BeginResult, Claim, MaybePromise, MemoryReplayGuard } from '@countersign/core';
import type { ClaimStore, HeldClaim, Claim as StoredClaim } from '../stores/claim-store.ts';
import type { ClaimWriter } from './claim-writer.ts';
import type { AnswerVault } from './first-answer.ts';
import type { GateGuard } from './gate-guard.ts';

export interface RememberingGuardOptions {
  /** Of this gate; its room is shared. */
  readonly memory: MemoryReplayGuard;
  /** Whether a committed claim is forgotten at once, so that repeats run (`repeat: run`). */
  readonly forgets: boolean;
  /** Undefined: nothing outlives the process. */
  readonly store: GuardStore | undefined;
  /** Those of the guard that this one takes the place of, while its requests are under way. Default: none. */
  readonly storedEarly?: StoredEarlyClaims;
}

/** Claims that are in the store and not committed, by identity: handed from a guard to the one that takes its place. */
export type StoredEarlyClaims = Map<string, StoredEarly>;

/** A gate's claims in the store. */
export interface GuardStore {
  readonly gate: string;
  readonly claims: Pick<ClaimStore, 'find' | 'remember' | 'release'>;
  /** Writes behind the answers. */
  readonly writer: ClaimWriter;
  /** Where the gate gives first answers to repeats. */
  readonly answers: AnswerVault | undefined;
  /** A claim that was stored ahead was not freed there: its request is taken for a repeat. */
  readonly onUnfreed: (error: unknown) => void;
}

type Ends = Pick<Claim, 'untilMs' | 'freshUntilMs'>;

/** A claim that is written to the store before it is committed here, and not by the writer. */
interface StoredEarly extends Ends {
  /** Written before its request was acted on, so that an abort must remove it; false where the outcome writes it in its own transaction. */
  readonly isAhead: boolean;
}

export function createRememberingGuard(options: RememberingGuardOptions): GateGuard {
  return new RememberingGuard(options);
}

class RememberingGuard implements GateGuard {
  readonly #memory: MemoryReplayGuard;
  readonly #forgets: boolean;
  readonly #store: GuardStore | undefined;
  readonly #stored: StoredEarlyClaims;

  constructor({ memory, forgets, store, storedEarly = new Map() }: RememberingGuardOptions) {
    this.#memory = memory;
    this.#forgets = forgets;
    this.#store = store;
    this.#stored = storedEarly;
  }

  begin(identity: Uint8Array, nowMs: number, leaseMs: number): MaybePromise<BeginResult> {
    const remembered = this.#isKnown(identity, nowMs)
      ? this.#memory.begin(identity, nowMs, leaseMs)
      : undefined;
    if (remembered !== undefined && !(remembered.state === 'committed' && this.#lacksAnswer(remembered)))
      return remembered;
    let held: MaybePromise<HeldClaim | undefined>;
    try {
      held = this.#store?.claims.find(this.#store.gate, identity, nowMs);
    } catch (error) {
      return remembered ?? unavailable(error);
    }
    const resultOf = (heldClaim: HeldClaim | undefined): BeginResult =>
      remembered === undefined && heldClaim === undefined
        ? this.#memory.begin(identity, nowMs, leaseMs)
        : this.#committed(identity, heldClaim);
    return held instanceof Promise
      ? held.then(resultOf, (error: unknown) => remembered ?? unavailable(error))
      : resultOf(held);
  }

  renew(identity: Uint8Array, nowMs: number, leaseMs: number): ReturnType<MemoryReplayGuard['renew']> {
    return this.#memory.renew(identity, nowMs, leaseMs);
  }

  commit(identity: Uint8Array, untilMs: number, answer?: Uint8Array, freshUntilMs?: number): void {
    const noted = this.#settle(identity);
    const store = this.#store;
    this.#memory.commit(identity, untilMs, answer, freshUntilMs);
    if (this.#forgets) this.#memory.release(identity);
    else if (store !== undefined) {
      const ends = endsOf(untilMs, freshUntilMs);
      const sealed = answer && store.answers?.seal(identity, answer);
      const isStored = noted !== undefined && isAsLong(noted, ends) && sealed === undefined;
      if (!isStored) store.writer.add(storedClaim(store.gate, identity, ends, sealed));
    }
  }

  abort(identity: Uint8Array): MaybePromise<void> {
    const store = this.#store;
    if (store === undefined || !this.#settle(identity)?.isAhead) return this.#memory.abort(identity);
    // In the store first: the next try stores it anew.
    return store.claims
      .release(store.gate, identity)
      .catch(store.onUnfreed)
      .then(() => this.#memory.abort(identity));
  }

  storeAhead(claim: Claim): Promise<void> | undefined {
    if (this.#store === undefined) return undefined;
    const { gate, claims } = this.#store;
    const all = this.#note(claim, true).map(({ identity, untilMs, freshUntilMs }) =>
      claims.remember(storedClaim(gate, identity, endsOf(untilMs, freshUntilMs))),
    );
    return Promise.all(all).then(() => {});
  }

  leaveToOutcome(claim: Claim): void {
    if (this.#store !== undefined) this.#note(claim, false);
  }

  async release(identity: Uint8Array): Promise<boolean> {
    const store = this.#store;
    if (store === undefined) return this.#memory.release(identity);
    // Its row is not a committed claim’s: its outcome is on its way, and nobody would write it again.
    if (this.#stored.has(keyOf(identity))) return false;
    // What was committed a moment ago is written first, or it would be there again after a restart.
    await store.writer.flush();
    const isReleased = await store.claims.release(store.gate, identity);
    return this.#memory.release(identity) || isReleased;
  }

  /** Whether memory decides. For a claim that was stored early the store must not be asked: its row does not mean that it was committed. */
  #isKnown(identity: Uint8Array, nowMs: number): boolean {
    return (
      (this.#stored.size > 0 && this.#stored.has(keyOf(identity))) || this.#memory.holds(identity, nowMs)
    );
  }

  /** Whether the store may have an answer that memory has not: it was given before the start, or there was no room for it. */
  #lacksAnswer({ answer }: Extract<BeginResult, { readonly state: 'committed' }>): boolean {
    return answer === undefined && this.#store?.answers !== undefined;
  }

  #committed(identity: Uint8Array, held: HeldClaim | undefined): BeginResult {
    const answer = held?.answer && this.#store?.answers?.open(identity, held.answer);
    return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
  }

  #note(claim: Claim, isAhead: boolean): readonly Claim[] {
    const claims = claim.further === undefined ? [claim] : [claim, ...claim.further];
    for (const { identity, untilMs, freshUntilMs } of claims)
      this.#stored.set(keyOf(identity), { ...endsOf(untilMs, freshUntilMs), isAhead });
    return claims;
  }

  /** Ends the note of a claim that is committed or aborted now, and returns it. */
  #settle(identity: Uint8Array): StoredEarly | undefined {
    if (this.#stored.size === 0) return undefined;
    const key = keyOf(identity);
    const noted = this.#stored.get(key);
    this.#stored.delete(key);
    return noted;
  }
}

function unavailable(error: unknown): BeginResult {
  return { state: 'unavailable', problem: error instanceof Error ? error.message : String(error) };
}

/** In whole milliseconds, as the store holds them. */
function endsOf(untilMs: number, freshUntilMs: number | undefined): Ends {
  const ends = { untilMs: Math.ceil(untilMs) };
  return freshUntilMs === undefined ? ends : { ...ends, freshUntilMs: Math.ceil(freshUntilMs) };
}

/** Whether what is noted ends no earlier, at either end. */
function isAsLong(noted: Ends, ends: Ends): boolean {
  return (
    noted.untilMs >= ends.untilMs &&
    (noted.freshUntilMs ?? noted.untilMs) >= (ends.freshUntilMs ?? ends.untilMs)
  );
}

function storedClaim(gate: string, identity: Uint8Array, ends: Ends, answer?: Uint8Array): StoredClaim {
  return { gate, identity, ...ends, ...(answer && { answer }) };
}

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1');
}
