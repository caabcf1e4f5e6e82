/**
 * A replay guard for a store that one process owns: memory in front, the store behind. Memory holds the claims that this process
 * began and committed; the store is asked for a claim that memory does not hold.
 */
import { Buffer } from 'node:buffer';
import type { BeginResult, Claim, MaybePromise, MemoryReplayGuard } from '@countersign/core';
import type { ClaimStore, HeldClaim } from '../stores/claim-store.ts';
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
}

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

/** A claim that is written to the store before it is committed here, and not by the writer. */
interface StoredEarly {
  readonly untilMs: number;
  /** Written before its request was acted on, so that an abort must remove it; false where the outcome writes it in its own transaction. */
  readonly isAhead: boolean;
}

export function createRememberingGuard({ memory, forgets, store }: RememberingGuardOptions): GateGuard {
  const stored = new Map<string, StoredEarly>();

  /** Whether memory decides. For a claim that was stored early the store must not be asked: its row does not mean that it was committed. */
  const isKnown = (identity: Uint8Array, nowMs: number): boolean =>
    (stored.size > 0 && stored.has(keyOf(identity))) || memory.holds(identity, nowMs);

  /** Reads the claim from the store: whether there is one, and its first answer. */
  const ask = (identity: Uint8Array, nowMs: number): MaybePromise<HeldClaim | undefined> =>
    store?.claims.find(store.gate, identity, nowMs);
  const committed = (identity: Uint8Array, held: HeldClaim | undefined): BeginResult => {
    const answer = held?.answer && store?.answers?.open(identity, held.answer);
    return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
  };

  const begin = (identity: Uint8Array, nowMs: number, leaseMs: number): MaybePromise<BeginResult> => {
    const remembered = isKnown(identity, nowMs) ? memory.begin(identity, nowMs, leaseMs) : undefined;
    if (remembered !== undefined && !(remembered.state === 'committed' && lacksAnswer(remembered)))
      return remembered;
    let held: MaybePromise<HeldClaim | undefined>;
    try {
      held = ask(identity, nowMs);
    } catch (error) {
      return remembered ?? unavailable(error);
    }
    const judge = (heldClaim: HeldClaim | undefined): BeginResult =>
      remembered === undefined && heldClaim === undefined
        ? memory.begin(identity, nowMs, leaseMs)
        : committed(identity, heldClaim);
    return held instanceof Promise
      ? held.then(judge, (error: unknown) => remembered ?? unavailable(error))
      : judge(held);
  };
  /** Whether the store may have an answer that memory has not: it was given before the start, or there was no room for it. */
  const lacksAnswer = ({ answer }: Extract<BeginResult, { readonly state: 'committed' }>): boolean =>
    answer === undefined && store?.answers !== undefined;

  const note = (claim: Claim, isAhead: boolean): readonly Claim[] => {
    const claims = claim.further === undefined ? [claim] : [claim, ...claim.further];
    for (const { identity, untilMs } of claims) stored.set(keyOf(identity), { untilMs, isAhead });
    return claims;
  };
  /** Ends the note of a claim that is committed or aborted now, and returns it. */
  const settle = (identity: Uint8Array): StoredEarly | undefined => {
    if (stored.size === 0) return undefined;
    const key = keyOf(identity);
    const noted = stored.get(key);
    stored.delete(key);
    return noted;
  };

  return {
    begin,
    renew: (identity, nowMs, leaseMs) => memory.renew(identity, nowMs, leaseMs),
    commit(identity, untilMs, answer) {
      const noted = settle(identity);
      memory.commit(identity, untilMs, answer);
      if (forgets) memory.release(identity);
      else if (store !== undefined) {
        const sealed = answer && store.answers?.seal(identity, answer);
        const isStored = noted !== undefined && noted.untilMs >= untilMs && sealed === undefined;
        if (!isStored) store.writer.add(storedClaim(store.gate, identity, untilMs, sealed));
      }
    },
    abort(identity) {
      if (store === undefined || !settle(identity)?.isAhead) return memory.abort(identity);
      // In the store first: the next try stores it anew.
      return store.claims
        .release(store.gate, identity)
        .catch(store.onUnfreed)
        .then(() => memory.abort(identity));
    },
    storeAhead(claim) {
      if (store === undefined) return undefined;
      const { gate, claims } = store;
      const all = note(claim, true).map(({ identity, untilMs }) =>
        claims.remember(storedClaim(gate, identity, untilMs)),
      );
      return Promise.all(all).then(() => {});
    },
    leaveToOutcome(claim) {
      if (store !== undefined) note(claim, false);
    },
    async release(identity) {
      if (store === undefined) return memory.release(identity);
      // What was committed a moment ago is written first, or it would be there again after a restart.
      await store.writer.flush();
      const isReleased = await store.claims.release(store.gate, identity);
      return memory.release(identity) || isReleased;
    },
  };
}

function unavailable(error: unknown): BeginResult {
  return { state: 'unavailable', problem: error instanceof Error ? error.message : String(error) };
}

function storedClaim(gate: string, identity: Uint8Array, untilMs: number, answer?: Uint8Array) {
  return { gate, identity, untilMs: Math.ceil(untilMs), ...(answer && { answer }) };
}

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1');
}
