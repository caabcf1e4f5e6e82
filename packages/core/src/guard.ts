/** The step replay, around the act: what was claimed before is refused, and what is claimed is settled by what came of it. */
import type { Acted } from './acted.ts';
import { andThen, orUndo, ownPromise } from './and-then.ts';
import type { Received } from './gate.ts';
import { describeGiven } from './given.ts';
import { freshEnd, together } from './identity.ts';
import type { Seen } from './leases.ts';
import type { Accepted, BegunClaim, Claim, MaybePromise, Repeat, SignedRequest } from './model.ts';
import { type Objection, objection } from './objection.ts';
import type { PipelineGate } from './pipeline-gate.ts';
import type { BeginResult } from './replay.ts';
import type { Passage, Scheme } from './scheme.ts';
import { SetupError } from './setup-error.ts';
import { refuse } from './verdicts.ts';

/** What the caller does with a proved request; without a claim where the scheme tells none apart. */
export type Act<T> = (
  accepted: Accepted,
  claim: BegunClaim | undefined,
  request: SignedRequest,
) => MaybePromise<Acted<T>>;

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
  // From that end on the guard may have forgotten the first of several copies.
  if (!(nowMs < freshEnd(claim))) {
    const stale = objection(
      'expired',
      'the request ceased to be fresh while it was judged',
      'It came at the end of its tolerance: look for a queue or retry on the way.',
    );
    return { kind: 'refused', verdict: refuse(gate, passage, stale) };
  }
  return andThen(gate.leases.begin(claim, nowMs), (begun): MaybePromise<Received<T>> => {
    if (begun.state === 'begun') {
      return guardFurther(gate, passage, verdict, begunClaim(claim, begun.attempt), act, nowMs);
    }
    if (isSeen(begun) && use + 1 < (gate.scheme.replay?.uses ?? 1)) {
      return guard(gate, passage, verdict, nextUse(claim, use + 1), act, nowMs, use + 1);
    }
    const rest = begun.state === 'committed' ? gate.claims.rest(passage) : undefined;
    return rest === undefined || begun.state !== 'committed'
      ? repeated(gate, passage, verdict, claim, begun)
      : andThen(rest, (restClaim) =>
          compareRest(gate, passage, verdict, { claim, begun, rest: restClaim }, nowMs),
        );
  });
}

function repeated<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  begun: Exclude<BeginResult, { readonly state: 'begun' }>,
): MaybePromise<Received<T>> {
  // What has no id is the same request to the last signed byte, and no fresher than the first.
  const lengthened =
    isSeen(begun) && verdict.id !== undefined ? gate.leases.lengthen(claim, begun) : undefined;
  return andThen(lengthened, () => notBegun(gate, passage, verdict, claim, begun));
}

/** What is known of a request whose id came before. */
interface SeenId {
  readonly claim: Claim;
  readonly begun: Seen;
  /** Held since the first with that id, if it was the same request. */
  readonly rest: Claim;
}

/** Under an id that came before: whether it is the same request. What was asked for first is neither done again nor given to another. */
function compareRest<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  { claim, begun, rest }: SeenId,
  nowMs: number,
): MaybePromise<Received<T>> {
  return andThen(gate.leases.begin(rest, nowMs), (result): MaybePromise<Received<T>> => {
    if (result.state === 'begun') {
      const other: Received<T> = { kind: 'refused', verdict: refuse(gate, passage, OTHER_UNDER_ID) };
      return andThen(gate.leases.abort([rest]), () => other);
    }
    if (!isSeen(result)) return notBegun(gate, passage, verdict, claim, result);
    return andThen(gate.leases.lengthen(rest, result), () => repeated(gate, passage, verdict, claim, begun));
  });
}

/** Of a request that is no repeat: what came before has its id. */
export const OTHER_UNDER_ID: Objection = objection(
  'replayed',
  'another request came before under the same id',
  'The sender must give each request an id of its own, and send the same bytes again where it tries again.',
);

/** What the request's other proofs cover is claimed with it: each of them could come alone. */
function guardFurther<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: BegunClaim,
  act: Act<T>,
  nowMs: number,
): MaybePromise<Received<T>> {
  if (gate.scheme.replay?.further === undefined) return runOnce(gate, passage, verdict, claim, act);
  const giveBack = (): MaybePromise<void> => gate.leases.abort([claim]);
  const further = orUndo(() => gate.claims.further(passage, gate.keys), giveBack);
  return andThen(further, (others): MaybePromise<Received<T>> => {
    if ('reason' in others) {
      const refused: Received<T> = { kind: 'refused', verdict: refuse(gate, passage, others) };
      return andThen(giveBack(), () => refused);
    }
    if (others.length === 0) return runOnce(gate, passage, verdict, claim, act);
    const all = together(claim, others);
    const allBegun = orUndo(() => gate.leases.beginAll(all.further ?? [], nowMs), giveBack);
    return andThen(allBegun, (begun) =>
      begun.state === 'begun'
        ? runOnce(gate, passage, verdict, { ...all, attempt: claim.attempt }, act)
        : andThen(giveBack(), () =>
            begun.state === 'committed' && gate.scheme.replay?.areParts
              ? { kind: 'refused', verdict: refuse(gate, passage, PART_BEFORE) }
              : notBegun(gate, passage, verdict, claim, begun),
          ),
    );
  });
}

/** Of a request that is no repeat: what came before has one of its items. */
export const PART_BEFORE: Objection = objection(
  'replayed',
  'an item of the request came before, with others or alone',
  'The sender must send again what it sent first, and no other items with it.',
);

/** The refusal of a request whose claim was not to be had. */
function notBegun<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  result: Exclude<BeginResult, { readonly state: 'begun' }>,
): Received<T> {
  switch (result.state) {
    case 'full': {
      const full = objection('replay-guard-full', 'the replay guard is full');
      return { kind: 'refused', verdict: refuse(gate, passage, full) };
    }
    case 'unavailable': {
      const away = objection(
        'replay-guard-unavailable',
        `the replay guard could not be asked: ${result.problem}`,
      );
      return { kind: 'refused', verdict: refuse(gate, passage, away) };
    }
    case 'in-flight':
    case 'committed': {
      const repeat = repeatOf(gate, verdict, result);
      const refused = refuse(gate, passage, replayed(repeat), repeat);
      return { kind: 'refused', verdict: { ...refused, claim } };
    }
  }
}

function replayed(repeat: Repeat): ReturnType<typeof objection> {
  if (repeat.state === 'in-flight') {
    return objection(
      'replayed',
      'the same request came before, and the first has not ended',
      'The sender may send it again once the first has ended; retry-after says when.',
    );
  }
  const problem = 'the same request came before, and was taken';
  return repeat.acknowledge
    ? objection('replayed', problem, 'Nothing to do: the sender hears that it was received.')
    : objection('replayed', problem);
}

function isSeen(result: BeginResult): result is Seen {
  return result.state === 'in-flight' || result.state === 'committed';
}

/** Acts, and settles the claims by what came of it. */
function runOnce<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: BegunClaim,
  act: Act<T>,
): MaybePromise<Received<T>> {
  const claims = claim.further ? [claim, ...claim.further] : [claim];
  let acted: MaybePromise<Acted<T>>;
  try {
    acted = ownPromise(act(verdict, claim, passage.request));
    if (!(acted instanceof Promise)) checkActed(acted);
  } catch (error) {
    return giveUp(gate, claims, error);
  }
  if (!(acted instanceof Promise)) return settle(gate, verdict, claims, acted);
  gate.leases.hold(claims, passage.nowMs);
  return acted.then(checkActed).then(
    (value) => settle(gate, verdict, claims, value),
    (error: unknown) => giveUp(gate, claims, error),
  );
}

function settle<T>(
  { leases, scheme }: PipelineGate,
  verdict: Accepted,
  claims: readonly Claim[],
  acted: Acted<T>,
): MaybePromise<Received<T>> {
  const settled = acted.kind === 'failed' ? leases.abort(claims) : leases.commit(claims, acted.answer);
  return andThen(settled, () => receivedAs(scheme, verdict, acted));
}

/** What a request came to that was acted on. */
export function receivedAs<T>(
  { acknowledgement }: Pick<Scheme, 'acknowledgement'>,
  verdict: Accepted,
  { kind, value }: Acted<T>,
): Received<T> {
  return acknowledgement === undefined ? { kind, verdict, value } : { kind, verdict, value, acknowledgement };
}

/** The act threw: nobody knows how far it came, so a proof that is for one request is used up. */
function giveUp(
  { leases, scheme }: PipelineGate,
  claims: readonly Claim[],
  error: unknown,
): MaybePromise<never> {
  return andThen(scheme.replay?.singleUse ? leases.commit(claims) : leases.abort(claims), () => {
    throw error;
  });
}

/** What an act comes to, for a request that claims nothing too. @throws SetupError for anything else, which says nothing of the claim */
export function checkActed<T>(acted: Acted<T>): Acted<T> {
  const kind: unknown = acted?.kind;
  if (kind === 'done' || kind === 'failed') return acted;
  throw new SetupError(
    'act',
    `it returned ${describeGiven(acted)}`,
    'Return done(value) where the request ended well, or failed(value) where the sender should try again.',
  );
}

function repeatOf({ repeats }: PipelineGate, { id }: Accepted, begun: Seen): Repeat {
  if (begun.state === 'in-flight') return begun;
  return { ...begun, acknowledge: repeats === 'acknowledge' || (repeats === 'by-id' && id !== undefined) };
}

function begunClaim({ identity, untilMs, freshUntilMs }: Claim, attempt: number): BegunClaim {
  return freshUntilMs === undefined
    ? { identity, untilMs, attempt }
    : { identity, untilMs, freshUntilMs, attempt };
}

/** The claim of an identity's next use, where it may be used more than once: the number is mixed into its last two bytes. */
function nextUse({ identity, ...ends }: Claim, use: number): Claim {
  const next = identity.slice();
  const [high, low] = [next.length - 2, next.length - 1];
  const previous = use - 1;
  next[high] = (next[high] as number) ^ ((previous ^ use) >> 8);
  next[low] = (next[low] as number) ^ ((previous ^ use) & 0xff);
  return { identity: next, ...ends };
}
