/** A gate at work: judges each request, runs its outcome, counts. */
import {
  type Acted,
  done,
  failed,
  type Gate,
  type MaybePromise,
  type Received,
  type Refused,
} from '@countersign/core';
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Call, Handled, Outcome, Reply } from '../call.ts';
import { decodeAnswer, encodeAnswer } from '../claims/first-answer.ts';
import type { GateGuard } from '../claims/gate-guard.ts';
import type { GateConfig } from '../config/config.ts';
import { errorAnswer, type HttpAnswer } from '../http-answer.ts';
import { createGateDurations, type GateDurations, GateWatch } from '../metrics/gate-durations.ts';
import { VerdictCounts } from '../metrics/verdict-counts.ts';
import type { ReadyAction } from '../outcomes/action-table.ts';
import type { AnswerOutcome } from '../outcomes/answer.ts';
import type { GateRefusals } from '../refused/refused-requests.ts';

export interface OpenGate {
  readonly config: GateConfig;
  readonly maxBodyBytes: number;
  /** Whether a body is passed on while it comes: no verdict depends on it. */
  readonly streams: boolean;
  /** Undefined for `provider: none`. */
  readonly coreGate: Gate | undefined;
  readonly outcome: Outcome;
  /** What the gate can run now; empty where the outcome is not `answer`. */
  readonly actions: readonly ReadyAction[];
  /** Requests since the start. */
  readonly counts: VerdictCounts;
  readonly durations: GateDurations;
  /** Keeps its refused requests; undefined where it keeps none. */
  readonly refusals: GateRefusals | undefined;
  /** Refuses, before the body is read, what would be refused whatever it is. */
  refuseHead(call: Pick<OpenCall, 'request'>): Handled | undefined;
  /** Judges and acts; there at once where nothing has to be waited for. Does not throw and does not reject. */
  handle(call: OpenCall): MaybePromise<Handled>;
}

/** A call whose proof is yet to be judged. */
export interface OpenCall extends Call {
  accepted: Call['accepted'];
  claim: Call['claim'];
}

export interface OpenGateParts {
  readonly config: GateConfig;
  readonly coreGate: Gate | undefined;
  readonly outcome: Outcome | AnswerOutcome;
  readonly guard: GateGuard;
  readonly refusals: GateRefusals | undefined;
}

export function createOpenGate(parts: OpenGateParts): OpenGate {
  const { config, coreGate, outcome, refusals } = parts;
  const work = workOf(parts);
  return {
    config,
    maxBodyBytes: config.maxBodyBytes,
    streams: outcome.kind === 'forward' && coreGate?.scheme.readsBody !== true,
    coreGate,
    outcome,
    get actions() {
      return 'actions' in outcome ? outcome.actions : [];
    },
    counts: new VerdictCounts(),
    durations: work.durations,
    refusals,
    refuseHead({ request }) {
      const refused = coreGate?.refuseHead(request);
      return refused && refuse(work, refused);
    },
    handle(call) {
      try {
        const handled =
          coreGate === undefined ? handleUnsigned(work, call) : handleSigned(work, coreGate, call);
        return handled instanceof Promise ? handled.catch(crashOf) : handled;
      } catch (error) {
        return crashOf(error);
      }
    },
  };
}

/** What each step of a gate goes by. */
interface GateWork {
  readonly durations: GateDurations;
  readonly outcome: Outcome | AnswerOutcome;
  readonly guard: GateGuard;
  readonly isSingleUse: boolean;
  /** What is good for one request is held before anybody acts on it, whatever becomes of this process. */
  readonly storesAhead: boolean;
  /** Repeats get the first answer again. */
  readonly givesAgain: boolean;
  readonly keepsAnswers: boolean;
}

function workOf({ config, coreGate, outcome, guard }: OpenGateParts): GateWork {
  const isSingleUse = coreGate?.scheme.replay?.singleUse === true;
  const givesAgain = config.replay.repeat === 'first-answer';
  return {
    durations: createGateDurations(),
    outcome,
    guard,
    isSingleUse,
    storesAhead: isSingleUse && (outcome.kind === 'answer' || outcome.kind === 'forward'),
    givesAgain,
    keepsAnswers: givesAgain && outcome.kind === 'answer',
  };
}

function handleUnsigned(
  { outcome, isSingleUse, durations }: GateWork,
  call: OpenCall,
): MaybePromise<Handled> {
  const watch = new GateWatch(durations, 'outcome');
  const reply = outcome.run(call);
  const end = (value: Reply): Handled => {
    watch.end();
    return settle(isSingleUse, call, value);
  };
  return reply instanceof Promise ? reply.then(end) : end(reply);
}

function handleSigned(work: GateWork, gate: Gate, call: OpenCall): MaybePromise<Handled> {
  const watch = new GateWatch(work.durations, 'verify');
  const received = gate.receive<Reply>(call.request, (accepted, claim) => {
    call.accepted = accepted;
    call.claim = claim;
    watch.proved();
    return runHeld(work, call);
  });
  const end = (value: Received<Reply>): Handled => {
    watch.end();
    return finish(work, call, value);
  };
  return received instanceof Promise ? received.then(end) : end(received);
}

/** Runs the outcome under the call's claim, if it has one. */
function runHeld(work: GateWork, call: OpenCall): MaybePromise<Acted<Reply>> {
  const { outcome, guard, storesAhead } = work;
  const { claim } = call;
  if (claim !== undefined && outcome.kind === 'keep') guard.leaveToOutcome(claim);
  const storing = storesAhead && claim ? guard.storeAhead(claim) : undefined;
  const reply = storing === undefined ? outcome.run(call) : runOnceStored(outcome, call, storing);
  return reply instanceof Promise ? reply.then((value) => actedOf(work, value)) : actedOf(work, reply);
}

/** Nobody acts on what a restart would forget. */
async function runOnceStored(outcome: Outcome, call: OpenCall, storing: Promise<void>): Promise<Reply> {
  try {
    await storing;
  } catch (error) {
    return { answer: outcome.refusal({ reason: 'not-kept' }), reason: 'not-kept', error };
  }
  return outcome.run(call);
}

/** The outcome's reply, as the claim is told of it. */
function actedOf({ isSingleUse, keepsAnswers }: GateWork, reply: Reply): Acted<Reply> {
  if (!commits(isSingleUse, reply)) return failed(reply);
  return keepsAnswers && reply.reason === undefined ? done(reply, encodeAnswer(reply.answer)) : done(reply);
}

function finish(work: GateWork, call: OpenCall, received: Received<Reply>): Handled {
  if (received.kind === 'refused') return refuse(work, received.verdict);
  if (received.kind !== 'handshake') return settle(work.isSingleUse, call, received.value);
  const { action, status, contentType, body } = received.handshake;
  const reply = work.outcome.handshake({
    ...(action !== undefined && { action }),
    params: call.params,
    answer: { status, headers: ['content-type', contentType], body },
  });
  const { answer, reason, problem, remedy } = reply;
  return { answer, verdict: 'handshake', reason, problem, remedy };
}

function refuse({ outcome, givesAgain }: GateWork, verdict: Refused): Handled {
  const { reason, step, message: problem, remedy, repeat, claim } = verdict;
  const isRepeat = repeat?.state === 'committed';
  const answer = isRepeat && givesAgain ? firstAnswer(verdict) : outcome.refusal(verdict);
  return {
    answer,
    verdict: 'refused',
    reason,
    step,
    problem,
    remedy,
    ...(repeat && { claim: 'repeat', repeat, claimId: claim?.identity }),
  };
}

function firstAnswer({ repeat }: Refused): HttpAnswer {
  const kept = repeat?.state === 'committed' ? repeat.answer : undefined;
  // It was dropped since, or could not be kept: what it was is not made up.
  const acknowledged = { reason: 'replayed', repeat: { state: 'committed', acknowledge: true } } as const;
  return kept === undefined ? plainRefusal(acknowledged) : decodeAnswer(kept);
}

/** What became of a request whose outcome has run. */
function settle(isSingleUse: boolean, call: OpenCall, reply: Reply): Handled {
  const { accepted, claim } = call;
  const { answer, reason, problem, remedy, error } = reply;
  // Another gateway holds the claim: the store, which all share, has the last word.
  if (reason === 'replayed')
    return { answer, verdict: 'refused', reason, step: 'replay', claim: 'repeat', claimId: claim?.identity };
  return {
    answer,
    verdict: accepted === undefined ? 'unsigned' : 'accepted',
    reason,
    problem,
    remedy,
    keyId: accepted?.keyId,
    reading: accepted?.reading,
    claim: claim && (commits(isSingleUse, reply) ? 'committed' : 'aborted'),
    claimId: claim?.identity,
    error,
  };
}

function commits(isSingleUse: boolean, { reason, claim, passedOn }: Reply): boolean {
  return (
    (isSingleUse && passedOn === true) ||
    (claim ?? (reason === undefined ? 'committed' : 'aborted')) === 'committed'
  );
}

/** What becomes of a request that a bug has stopped: the sender learns nothing, the log everything. */
export function crashOf(error: unknown): Handled {
  return { answer: errorAnswer(500, 'internal error'), verdict: 'refused', error };
}
