/** The claims of one request, taken and given back together; and the ends that repeats of it would have. */
import type { Claim, MaybePromise } from './model.ts';
import type { BeginResult, ReplayGuard } from './replay.ts';

/** Takes every claim, or none: what the first says that is not free. */
export function beginAll(
  replay: ReplayGuard,
  claims: readonly Claim[],
  nowMs: number,
  leaseMs: number,
  at = 0,
): MaybePromise<BeginResult> {
  const claim = claims[at];
  if (!claim) return { state: 'begun' };
  const next = (begun: BeginResult): MaybePromise<BeginResult> => {
    if (begun.state === 'begun') return beginAll(replay, claims, nowMs, leaseMs, at + 1);
    const aborted = abortAll(replay, claims.slice(0, at));
    return aborted instanceof Promise ? aborted.then(() => begun) : begun;
  };
  const begun = replay.begin(claim.identity, nowMs, leaseMs);
  return begun instanceof Promise ? begun.then(next) : next(begun);
}

export function commitAll(replay: ReplayGuard, claims: readonly Claim[]): MaybePromise<void> {
  return inTurn(claims, ({ identity, untilMs }) => replay.commit(identity, untilMs));
}

export function abortAll(replay: ReplayGuard, claims: readonly Claim[]): MaybePromise<void> {
  return inTurn(claims, ({ identity }) => replay.abort(identity));
}

function inTurn(
  claims: readonly Claim[],
  each: (claim: Claim) => MaybePromise<void>,
  first = 0,
): MaybePromise<void> {
  for (let at = first; at < claims.length; at++) {
    const done = each(claims[at] as Claim);
    if (done instanceof Promise) return done.then(() => inTurn(claims, each, at + 1));
  }
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
export class LaterEnds {
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
