/** The step replay, around the act: what was claimed before is refused, and what is claimed is settled by what came of it. */
import { andThen } from './and-then.ts';
import { abortAll, beginAll, commitAll } from './claiming.ts';
import { Failed, type Received } from './gate.ts';
import { together } from './identity.ts';
import type { Accepted, Claim, MaybePromise, Repeat } from './model.ts';
import { objection } from './objection.ts';
import type { PipelineGate } from './pipeline-gate.ts';
import type { BeginResult } from './replay.ts';
import type { Passage } from './scheme.ts';
import { refuse } from './verdicts.ts';

/** A claim that another request holds or has committed. */
type Seen = Exclude<BeginResult, { readonly state: 'begun' | 'full' }>;

/** Claims the identity, acts, and commits or aborts the claim. @param nowMs the clock after whatever was waited for */
export function guard<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  act: Act<T>,
  nowMs: number,
  use = 0,
): MaybePromise<Received<T>> {
  if (!(nowMs < claim.untilMs)) {
    const stale = objection(
      'expired',
      'the request ceased to be fresh while it was judged',
      'It came at the end of its tolerance: look for a queue or retry on the way.',
    );
    return { kind: 'refused', verdict: refuse(gate, passage, stale) };
  }
  return andThen(
    gate.replay.begin(claim.identity, nowMs, gate.leaseMs),
    (begun): MaybePromise<Received<T>> => {
      if (begun.state === 'full') return noRoom(gate, passage);
      const seen = begun.state === 'begun' ? underWay(gate, claim) : begun;
      if (seen === undefined) return guardFurther(gate, passage, verdict, claim, act, nowMs);
      if (use + 1 < (gate.scheme.uses ?? 1)) {
        return guard(gate, passage, verdict, nextUse(claim, use + 1), act, nowMs, use + 1);
      }
      return andThen(lengthen(gate, verdict, claim, seen), () =>
        repeated(gate, passage, verdict, claim, seen),
      );
    },
  );
}

type Act<T> = (accepted: Accepted, claim: Claim) => MaybePromise<T | Failed<T>>;

/** What the request's other proofs cover is claimed with it: each of them could come alone. */
function guardFurther<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  act: Act<T>,
  nowMs: number,
): MaybePromise<Received<T>> {
  return andThen(gate.claims.further(passage, gate.keys), (others): MaybePromise<Received<T>> => {
    if (others.length === 0) return runOnce(gate, passage, verdict, claim, act);
    const all = together(claim, others);
    const { further = [] } = all;
    const busy = further.map((one) => underWay(gate, one)).find((seen) => seen !== undefined);
    return andThen(busy ?? beginAll(gate.replay, further, nowMs, gate.leaseMs), (begun) =>
      begun.state === 'begun'
        ? runOnce(gate, passage, verdict, all, act)
        : andThen(gate.replay.abort(claim.identity), () =>
            begun.state === 'full' ? noRoom(gate, passage) : repeated(gate, passage, verdict, claim, begun),
          ),
    );
  });
}

function noRoom<T>(gate: PipelineGate, passage: Passage): Received<T> {
  const full = objection('replay-guard-full', 'the replay guard remembers as many claims as it may');
  return { kind: 'refused', verdict: refuse(gate, passage, full) };
}

function repeated<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  seen: Seen,
): Received<T> {
  const replayed =
    seen.state === 'in-flight'
      ? objection(
          'replayed',
          'the same request came before, and the first has not ended',
          'The sender may send it again once the first has ended; retry-after says when.',
        )
      : objection('replayed', 'the same request came before, and was taken');
  const refused = refuse(gate, passage, replayed, repeatOf(gate, verdict, seen));
  return { kind: 'refused', verdict: { ...refused, claim } };
}

/**
 * The claim's outcome may be on its way although its lease has run out: the clock was set forward, or the process stood
 * still for long. This process still holds the claim then.
 */
function underWay({ leases, leaseMs }: PipelineGate, { identity }: Claim): Seen | undefined {
  return leases.holds(identity) ? { state: 'in-flight', retryAfterMs: leaseMs } : undefined;
}

/** A repeat under an id may be signed anew, and fresh for longer than the first: the claim is held as long. */
function lengthen(
  { replay, laterEnds }: PipelineGate,
  { id }: Accepted,
  claim: Claim,
  seen: Seen,
): MaybePromise<void> {
  if (id === undefined || !laterEnds.note(claim)) return;
  if (seen.state === 'committed') return replay.commit(claim.identity, claim.untilMs, seen.answer);
}

/** Acts, and settles the claims by what came of it. */
function runOnce<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  act: Act<T>,
): MaybePromise<Received<T>> {
  const { leases } = gate;
  const claims = claim.further ? [claim, ...claim.further] : [claim];
  let acted: MaybePromise<T | Failed<T>>;
  try {
    acted = act(verdict, claim);
  } catch (error) {
    return andThen(giveUp(gate, claims), () => {
      throw error;
    });
  }
  if (!isThenable(acted)) return settle(gate, verdict, claims, acted);
  for (const { identity } of claims) leases.hold(identity, passage.nowMs);
  const end = (): void => {
    for (const { identity } of claims) leases.release(identity);
  };
  return Promise.resolve(acted).then(
    (value) => {
      let settled: MaybePromise<Received<T>> | undefined;
      try {
        settled = settle(gate, verdict, claims, value);
      } finally {
        if (!(settled instanceof Promise)) end();
      }
      return settled instanceof Promise ? settled.finally(end) : settled;
    },
    async (error: unknown) => {
      try {
        await giveUp(gate, claims);
      } finally {
        end();
      }
      throw error;
    },
  );
}

function settle<T>(
  gate: PipelineGate,
  verdict: Accepted,
  claims: readonly Claim[],
  value: T | Failed<T>,
): MaybePromise<Received<T>> {
  const isFailed = value instanceof Failed;
  const settled = isFailed ? abortAll(gate.replay, claims) : commit(gate, claims);
  return andThen(settled, () => ({ kind: 'done', verdict, value: isFailed ? value.value : value }));
}

/** The act threw: nobody knows how far it came, so a proof that is for one request is used up. */
function giveUp(gate: PipelineGate, claims: readonly Claim[]): MaybePromise<void> {
  return gate.scheme.singleUse ? commit(gate, claims) : abortAll(gate.replay, claims);
}

function commit({ replay, laterEnds }: PipelineGate, claims: readonly Claim[]): MaybePromise<void> {
  return commitAll(
    replay,
    claims.map((one) => laterEnds.longest(one)),
  );
}

function repeatOf({ repeats }: PipelineGate, { id }: Accepted, begun: Seen): Repeat {
  if (begun.state === 'in-flight') return begun;
  return { ...begun, acknowledge: repeats === 'acknowledge' || (repeats === 'by-id' && id !== undefined) };
}

/** The claim of an identity's next use, where it may be used more than once: the number is mixed into its last two bytes. */
function nextUse({ identity, untilMs }: Claim, use: number): Claim {
  const next = identity.slice();
  const [high, low] = [next.length - 2, next.length - 1];
  const previous = use - 1;
  next[high] = (next[high] as number) ^ ((previous ^ use) >> 8);
  next[low] = (next[low] as number) ^ ((previous ^ use) & 0xff);
  return { identity: next, untilMs };
}

/** Whether it is a promise, of any library: its claim must not be committed before the promise has settled. */
function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
