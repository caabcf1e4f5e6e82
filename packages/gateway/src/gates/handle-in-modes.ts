/** A request at a gate with modes: held against each proof that is taken, let through where the gate monitors, offered to the shadow. */
import type { Accepted, Acted, BegunClaim, Gate, MaybePromise, Received, Refused } from '@countersign/core';
import type { Handled, OpenCall, Outcome, Reply } from '../call.ts';
import type { GateWatch } from '../metrics/gate-durations.ts';
import type { ProofCounts } from '../metrics/verdict-counts.ts';
import type { GateModes } from '../modes/gate-modes.ts';

/** What a gate does with any request. */
export interface GateSteps {
  /** Times the request. */
  readonly watch: GateWatch;
  readonly outcome: Pick<Outcome, 'run'>;
  /** By the gate's keys. */
  readonly proofs: Pick<ProofCounts, 'count'>;
  /** Runs the outcome under the call's claim. */
  act(): MaybePromise<Acted<Reply>>;
  finish(received: Received<Reply>): Handled;
  refuse(refused: Refused): Handled;
}

export async function handleInModes(
  modes: GateModes,
  gate: Gate,
  call: OpenCall,
  steps: GateSteps,
): Promise<Handled> {
  const { several, shadow, senders, acceptedByProof, sharingKeys } = modes;
  const { request, requestId, trace } = call;
  call.isMonitored = modes.monitors();
  const act = (
    accepted: Accepted,
    claim: BegunClaim | undefined,
    proving: Gate = gate,
  ): MaybePromise<Acted<Reply>> => {
    call.accepted = accepted;
    call.claim = claim;
    if (proving === gate || sharingKeys.includes(proving)) steps.proofs.count(accepted);
    steps.watch.proved();
    return steps.act();
  };
  const received = await (several === undefined
    ? gate.receive<Reply>(request, (accepted, claim) => act(accepted, claim), trace?.step)
    : several.receive<Reply>(
        request,
        (accepted, claim, { label, gate: proving, untilMs }) => {
          call.proof = { label, scheme: proving.scheme };
          acceptedByProof.set(label, (acceptedByProof.get(label) ?? 0) + 1);
          if (untilMs !== undefined) senders.count(label, accepted, accepted.evidence.nowMs);
          return act(accepted, claim, proving);
        },
        trace?.step,
      ));
  const handled =
    received.kind === 'refused' && call.isMonitored && modes.letsThrough(received.verdict)
      ? await letThrough(call, received.verdict, steps)
      : steps.finish(received);
  steps.watch.end();
  shadow?.offer(request, requestId, handled);
  return handled;
}

/** Hands on what is refused: with its label, and without a claim, so that nobody uses up a genuine request's by a forged one. */
async function letThrough(call: OpenCall, refused: Refused, steps: GateSteps): Promise<Handled> {
  call.accepted = undefined;
  call.claim = undefined;
  call.refused = refused;
  steps.watch.proved();
  call.trace?.step('act');
  const { answer, reason, problem, eventId, error } = await steps.outcome.run(call);
  const after = reason === undefined ? '' : `; it was let through, and then: ${problem ?? reason}`;
  // Its sender was not told no, and something was done: no probe of theirs that went as it should.
  const { isProbe: _, ...forged } = refused;
  return {
    ...steps.refuse(forged),
    answer,
    problem: refused.message + after,
    letThrough: true,
    eventId,
    error,
  };
}
