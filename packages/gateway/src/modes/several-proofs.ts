/**
 * A gate of several proofs, while senders migrate: its own, and older ones until their dates. Each is judged by a core gate, by the one
 * pipeline; here is only decided which of them a request is held against.
 *
 * A request that carries the gate's own proof stands or falls with it. Whatever else it carries and proves is claimed with it: whoever
 * captures the request could send it on with one of its proofs alone.
 */
import {
  type Accepted,
  type Acted,
  type BegunClaim,
  failed,
  type Gate,
  type MaybePromise,
  type Received,
  type RefusalReason,
  type Refused,
  type RequestHead,
  type SignedRequest,
  STEPS,
  type Step,
} from '@countersign/core';

/** One of the proofs that a gate takes. */
export interface TakenProof {
  /** Names it in verdicts and figures; unique at its gate. */
  readonly label: string;
  readonly gate: Gate;
  /** From then on it is as if it were not there: milliseconds since the epoch. Undefined: the gate's own, which has no end. */
  readonly untilMs: number | undefined;
}

/** What is done with a proved request. @param claim of all that it proves */
export type ActOnProved<T> = (
  accepted: Accepted,
  claim: BegunClaim | undefined,
  proof: TakenProof,
) => MaybePromise<Acted<T>>;

/** What the act came to; or why it was not done, though a proof held. */
type Inner<T> =
  | { readonly kind: 'acted'; readonly acted: Acted<T> }
  | { readonly kind: 'refused'; readonly verdict: Refused };

export interface SeveralProofs {
  readonly proofs: readonly TakenProof[];
  /** Those that are taken now; the gate's own is the first. */
  live(): readonly TakenProof[];
  /** As a core gate's: what each of them would refuse whatever the body is. */
  refuseHead(head: RequestHead): Refused | undefined;
  /** As a core gate's: `act` runs at most once for each identity that the request proves, by whichever proof. */
  receive<T>(
    request: SignedRequest,
    act: ActOnProved<T>,
    onStep?: (step: Step) => void,
  ): Promise<Received<T>>;
}

/** @param proofs the gate's own first */
export function createSeveralProofs(proofs: readonly TakenProof[], now: () => number): SeveralProofs {
  const live = (): readonly TakenProof[] => {
    const nowMs = now();
    return proofs.filter(({ untilMs }) => untilMs === undefined || nowMs < untilMs);
  };
  return {
    proofs,
    live,
    refuseHead(head) {
      const taken = live();
      const refusals: Refused[] = [];
      for (const [i, { gate }] of taken.entries()) {
        const refused = gate.refuseHead(head);
        if (refused === undefined) return undefined;
        if (decides(refused, i, taken)) return refused;
        refusals.push(refused);
      }
      return bestMatch(refusals);
    },
    receive: (request, act, onStep) => receive(live(), request, act, onStep),
  };
}

async function receive<T>(
  proofs: readonly TakenProof[],
  request: SignedRequest,
  act: ActOnProved<T>,
  onStep: ((step: Step) => void) | undefined,
): Promise<Received<T>> {
  const refusals: Refused[] = [];
  let handshake: Extract<Received<T>, { readonly kind: 'handshake' }> | undefined;
  for (const [i, proof] of proofs.entries()) {
    const others = proofs.slice(i + 1);
    const received = await proof.gate.receive<Inner<T>>(
      request,
      async (accepted, claim) => {
        const run: Run<T> = { request, proof, accepted, act };
        return outerOf(await actClaimed(run, others, claim));
      },
      onStep,
    );
    switch (received.kind) {
      case 'handshake':
        // An older proof may hold where the newer scheme sees a test without a signature.
        handshake ??= received;
        break;
      case 'refused':
        if (decides(received.verdict, i, proofs)) return received;
        refusals.push(received.verdict);
        break;
      default:
        return resultOf(received.verdict, received.value);
    }
  }
  return handshake ?? { kind: 'refused', verdict: bestMatch(refusals) };
}

/** One proved request. */
interface Run<T> {
  readonly request: SignedRequest;
  readonly proof: TakenProof;
  readonly accepted: Accepted;
  readonly act: ActOnProved<T>;
}

/** Claims what the other proofs of the request cover, one inside the other, and acts within all of them. */
async function actClaimed<T>(
  run: Run<T>,
  others: readonly TakenProof[],
  claim: BegunClaim | undefined,
): Promise<Inner<T>> {
  const [other, ...rest] = others;
  if (other === undefined) return { kind: 'acted', acted: await run.act(run.accepted, claim, run.proof) };
  if (other.gate.refuseHead(run.request) !== undefined) return actClaimed(run, rest, claim);
  const received = await other.gate.receive<Inner<T>>(run.request, async (_, further) =>
    outerOf(await actClaimed(run, rest, joined(claim, further))),
  );
  if (received.kind === 'done' || received.kind === 'failed') return received.value;
  if (received.kind === 'refused') {
    const { verdict } = received;
    if (LEAVES_CLAIMS_OPEN.has(verdict.reason)) return { kind: 'refused', verdict };
    // The same content by another proof: the claim that is held there is this request's own.
    if (verdict.reason === 'replayed' && !isHeld(claim, verdict)) return { kind: 'refused', verdict };
  }
  return actClaimed(run, rest, claim);
}

/** What else the request proves cannot be told, or not be claimed: alone it could come once more. */
const LEAVES_CLAIMS_OPEN: ReadonlySet<RefusalReason> = new Set([
  'keys-unavailable',
  'replay-guard-full',
  'replay-guard-unavailable',
]);

/** The claim commits where the act has ended well. */
function outerOf<T>(inner: Inner<T>): Acted<Inner<T>> {
  if (inner.kind === 'refused') return failed(inner);
  const { acted } = inner;
  return { ...acted, value: inner };
}

function resultOf<T>(accepted: Accepted, inner: Inner<T>): Received<T> {
  if (inner.kind === 'refused') return inner;
  const { kind, value } = inner.acted;
  return { kind, verdict: accepted, value };
}

function joined(claim: BegunClaim | undefined, further: BegunClaim | undefined): BegunClaim | undefined {
  if (claim === undefined || further === undefined) return claim ?? further;
  const { further: furthest = [], attempt: _, ...own } = further;
  return { ...claim, further: [...(claim.further ?? []), own, ...furthest] };
}

function isHeld(claim: BegunClaim | undefined, { claim: repeated }: Refused): boolean {
  if (claim === undefined || repeated === undefined) return false;
  const identity = Buffer.from(repeated.identity);
  return [claim, ...(claim.further ?? [])].some((held) => identity.equals(held.identity));
}

/** The request carries nothing of the proof. */
const NOT_CARRIED: ReadonlySet<RefusalReason> = new Set(['missing-signature', 'missing-token']);

/**
 * Whether no later proof is asked. A proof that held, and was refused for a repeat, is one; so is one that a request carries at a place of
 * its own. At a place that two proofs share only a key can tell which of them it is.
 */
function decides(refused: Refused, at: number, proofs: readonly TakenProof[]): boolean {
  const { reason, step } = refused;
  if (step === 'receive' || step === 'replay' || reason === 'keys-unavailable') return true;
  const proof = proofs[at];
  if (NOT_CARRIED.has(reason) || proof === undefined) return false;
  return proofs.slice(at + 1).every((other) => standApart(proof.gate, other.gate));
}

/** Whether two proofs share no header, and both stand in headers. */
function standApart({ proofHeaders: some }: Gate, { proofHeaders: others }: Gate): boolean {
  return some.length > 0 && others.length > 0 && !some.some((name) => others.includes(name));
}

/** The refusal of the proof that was carried: the one that came furthest, and of several the newest. */
function bestMatch(refusals: readonly Refused[]): Refused {
  const [first, ...rest] = refusals;
  if (first === undefined) throw new TypeError('a request was judged by no proof');
  return rest.reduce((best, refused) => (progress(refused) > progress(best) ? refused : best), first);
}

function progress({ reason, step }: Refused): number {
  return NOT_CARRIED.has(reason) ? -1 : STEPS.indexOf(step);
}
