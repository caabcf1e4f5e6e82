/** One gate's replay guard: remembers what was committed, and what it was answered. */
import { Buffer } from 'node:buffer';
import type { BeginResult, Claim, MaybePromise, MemoryReplayGuard, ReplayGuard } from '@countersign/core';
import type { HttpAnswer } from './http-answer.ts';
import type { LoadedClaims } from './loaded-claims.ts';

export interface GateGuard extends ReplayGuard {
  /**
   * Stores a begun claim, and what is claimed with it, before its request is acted on: a process that is killed meanwhile knows it
   * when it starts again. Undefined where nothing outlives the process. Rejects where the store fails; what was stored is freed with the claim.
   */
  storeAhead(claim: Claim): Promise<void> | undefined;
}

export interface GateGuardOptions {
  /** Of this gate; its room is shared. */
  readonly guard: MemoryReplayGuard;
  /** Whether a committed claim is freed at once, so that repeats run (`repeat: run`). */
  readonly forgets: boolean;
  /** Called with each committed claim, so that a restart remembers it. */
  readonly onCommit: (identity: Uint8Array, untilMs: number) => void;
  /** Whether the outcome stores the claims that it was begun with, so that only what is held for longer is told. Default false. */
  readonly storesClaims?: boolean;
  /** Claims of before the start. Default: none. */
  readonly loaded?: Pick<LoadedClaims, 'holds'>;
  /** What `storeAhead` stores with. Default: nothing outlives the process. */
  readonly ahead?: ClaimsAhead;
}

export interface ClaimsAhead {
  remember(identity: Uint8Array, untilMs: number): Promise<void>;
  /** Frees what was remembered. Does not reject. */
  release(identity: Uint8Array): Promise<void>;
}

export function createGateGuard({
  guard,
  forgets,
  onCommit,
  storesClaims,
  loaded,
  ahead,
}: GateGuardOptions): GateGuard {
  /** Until when the store holds what was stored ahead. */
  const stored = new Map<string, number>();
  /** Whose claims the outcome stores. */
  const underWay = storesClaims ? new Set<string>() : undefined;
  /** It ended well, and is forgotten: an abort would count it as a failure. */
  const forget = (identity: Uint8Array, untilMs: number): void => {
    guard.commit(identity, untilMs);
    guard.release(identity);
  };
  /** Whether it was stored ahead, for as long. */
  const isStored = (identity: Uint8Array, untilMs: number): boolean => {
    if (stored.size === 0) return false;
    const key = keyOf(identity);
    const storedMs = stored.get(key);
    stored.delete(key);
    return storedMs !== undefined && storedMs >= untilMs;
  };
  return {
    begin(identity, nowMs, leaseMs): MaybePromise<BeginResult> {
      if (loaded?.holds(identity, nowMs)) return { state: 'committed' };
      const begun = guard.begin(identity, nowMs, leaseMs);
      if (!underWay) return begun;
      const note = (result: BeginResult): BeginResult => {
        if (result.state === 'begun') underWay.add(keyOf(identity));
        return result;
      };
      return begun instanceof Promise ? begun.then(note) : note(begun);
    },
    renew: (identity, nowMs, leaseMs) => guard.renew(identity, nowMs, leaseMs),
    commit(identity, untilMs, answer) {
      if (forgets) return forget(identity, untilMs);
      if (!underWay?.delete(keyOf(identity)) && !isStored(identity, untilMs)) onCommit(identity, untilMs);
      return guard.commit(identity, untilMs, answer);
    },
    abort(identity) {
      underWay?.delete(keyOf(identity));
      // In the store first: the next try stores it anew.
      if (ahead === undefined || !stored.delete(keyOf(identity))) return guard.abort(identity);
      return ahead.release(identity).then(() => guard.abort(identity));
    },
    storeAhead(claim) {
      if (ahead === undefined) return undefined;
      const claims = claim.further === undefined ? [claim] : [claim, ...claim.further];
      const all = claims.map(({ identity, untilMs }) => {
        stored.set(keyOf(identity), untilMs);
        return ahead.remember(identity, untilMs);
      });
      return Promise.all(all).then(() => {});
    },
  };
}

/** The answer that `encodeAnswer` was given. */
export function decodeAnswer(bytes: Uint8Array): HttpAnswer {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as HttpAnswer;
}

/** An answer to be given again. Undefined: a stream cannot be. */
export function encodeAnswer({ status, headers, body }: HttpAnswer): Uint8Array | undefined {
  if (typeof body !== 'string') return undefined;
  return Buffer.from(JSON.stringify({ status, headers, body }));
}

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1');
}
