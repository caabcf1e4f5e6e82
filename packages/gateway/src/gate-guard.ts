/** One gate's replay guard: remembers what was committed, and what it was answered. */
import { Buffer } from 'node:buffer';
import type { BeginResult, Claim, MaybePromise, ReplayGuard } from '@countersign/core';
import type { HttpAnswer } from './http-answer.ts';
import type { LoadedClaims } from './loaded-claims.ts';

export interface GateGuard extends ReplayGuard {
  /** Gives the answer to repeats, once the claim is committed. Streams cannot be given again. */
  keepAnswer(identity: Uint8Array, answer: HttpAnswer): void;
  /**
   * Stores a begun claim, and what is claimed with it, before its request is acted on: a process that is killed meanwhile knows it
   * when it starts again. Undefined where nothing outlives the process. Rejects where the store fails; what was stored is freed with the claim.
   */
  storeAhead(claim: Claim): Promise<void> | undefined;
  /** How often the request has failed here; forgotten when it succeeds, and where too many others failed since. */
  failuresOf(identity: Uint8Array): number;
}

/** A request that fails is tried again within minutes, if ever. */
const MAX_FAILURES = 10_000;

export interface GateGuardOptions {
  /** Of this gate; its room is shared. */
  readonly guard: ReplayGuard;
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
  /** Between the outcome and its commit. */
  const answers = new Map<string, Uint8Array>();
  const failures = new Map<string, number>();
  /** Until when the store holds what was stored ahead. */
  const stored = new Map<string, number>();
  /** Whose claims the outcome stores. */
  const underWay = storesClaims ? new Set<string>() : undefined;
  const countFailure = (key: string): void => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.delete(key);
    failures.set(key, count);
    if (failures.size > MAX_FAILURES) failures.delete(failures.keys().next().value ?? '');
  };
  const take = (identity: Uint8Array): Uint8Array | undefined => {
    if (answers.size === 0) return undefined;
    const key = keyOf(identity);
    const answer = answers.get(key);
    answers.delete(key);
    return answer;
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
      if (forgets) return guard.abort(identity);
      if (!underWay?.delete(keyOf(identity)) && !isStored(identity, untilMs)) onCommit(identity, untilMs);
      if (failures.size > 0) failures.delete(keyOf(identity));
      return guard.commit(identity, untilMs, take(identity) ?? answer);
    },
    abort(identity) {
      take(identity);
      underWay?.delete(keyOf(identity));
      countFailure(keyOf(identity));
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
    failuresOf: (identity) => (failures.size === 0 ? 0 : (failures.get(keyOf(identity)) ?? 0)),
    keepAnswer(identity, answer) {
      if (typeof answer.body === 'string') answers.set(keyOf(identity), encodeAnswer(answer));
    },
  };
}

/** The answer that `keepAnswer` was given. */
export function decodeAnswer(bytes: Uint8Array): HttpAnswer {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as HttpAnswer;
}

function encodeAnswer({ status, headers, body }: HttpAnswer): Uint8Array {
  return Buffer.from(JSON.stringify({ status, headers, body }));
}

function keyOf(identity: Uint8Array): string {
  return Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1');
}
