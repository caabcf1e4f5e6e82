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
import { plainRefusal } from './answers/refusal-answer.ts';
import type { Call, Judged, Outcome, Reply } from './call.ts';
import { decodeAnswer, encodeAnswer } from './claims/first-answer.ts';
import type { GateGuard } from './claims/gate-guard.ts';
import type { GateConfig } from './config/config.ts';
import { errorAnswer, type HttpAnswer } from './http-answer.ts';
import type { ReadyAction } from './outcomes/action-table.ts';
import type { AnswerOutcome } from './outcomes/answer.ts';

/** Requests since the start. */
export interface GateCounts {
  accepted: number;
  handshakes: number;
  refused: number;
  /** By reason; failures after the proof held are among them. */
  readonly refusedBy: Map<string, number>;
}

export interface OpenGate {
  readonly config: GateConfig;
  readonly maxBodyBytes: number;
  /** Whether a body is passed on while it comes: no verdict depends on it. */
  readonly streams: boolean;
  /** Undefined for `provider: none`. */
  readonly engine: Gate | undefined;
  readonly outcome: Outcome;
  /** What the gate can run now; empty where the outcome is not `answer`. */
  readonly actions: readonly ReadyAction[];
  readonly counts: GateCounts;
  /** Refuses, before the body is read, what would be refused whatever it is. */
  refuseHead(call: Pick<OpenCall, 'request'>): Judged | undefined;
  /** Judges and acts; there at once where nothing has to be waited for. Does not throw and does not reject. */
  judge(call: OpenCall): MaybePromise<Judged>;
}

/** A call whose proof is yet to be judged. */
export interface OpenCall extends Call {
  accepted: Call['accepted'];
  claim: Call['claim'];
}

export interface OpenGateParts {
  readonly config: GateConfig;
  readonly engine: Gate | undefined;
  readonly outcome: Outcome | AnswerOutcome;
  readonly guard: GateGuard;
}

export function createOpenGate({ config, engine, outcome, guard }: OpenGateParts): OpenGate {
  const isSingleUse = engine?.scheme.claims?.singleUse === true;
  /** What is good for one request is held before anybody acts on it, whatever becomes of this process. */
  const storesAhead = isSingleUse && (outcome.kind === 'answer' || outcome.kind === 'forward');
  const givesAgain = config.replay.repeat === 'first-answer';
  const keepsAnswers = givesAgain && outcome.kind === 'answer';
  const firstAnswer = (refused: Refused): HttpAnswer => {
    const kept = refused.repeat?.state === 'committed' ? refused.repeat.answer : undefined;
    // It was dropped since, or could not be kept: what it was is not made up.
    const acknowledged = { reason: 'replayed', repeat: { state: 'committed', acknowledge: true } } as const;
    return kept === undefined ? plainRefusal(acknowledged) : decodeAnswer(kept);
  };
  const refuse = (verdict: Refused): Judged => {
    const { reason, step, message, remedy, repeat, claim } = verdict;
    const isRepeat = repeat?.state === 'committed';
    const answer = isRepeat && givesAgain ? firstAnswer(verdict) : outcome.refusal(verdict);
    return {
      answer,
      verdict: 'refused',
      reason,
      step,
      message,
      remedy,
      ...(repeat && { claim: 'repeat', claimId: claim?.identity }),
    };
  };
  const commits = ({ reason, claim, passedOn }: Reply): boolean =>
    (isSingleUse && passedOn === true) ||
    (claim ?? (reason === undefined ? 'committed' : 'aborted')) === 'committed';
  const settle = (call: OpenCall, reply: Reply): Judged => {
    const { accepted, claim } = call;
    const verdict = accepted === undefined ? 'unsigned' : 'accepted';
    const { answer, reason, message, error } = reply;
    // Another gateway holds the claim: the store, which all share, has the last word.
    if (reason === 'replayed')
      return {
        answer,
        verdict: 'refused',
        reason,
        step: 'replay',
        claim: 'repeat',
        claimId: claim?.identity,
      };
    const state = claim && (commits(reply) ? 'committed' : 'aborted');
    return {
      answer,
      verdict,
      reason,
      message,
      keyId: accepted?.keyId,
      reading: accepted?.reading,
      claim: state,
      claimId: claim?.identity,
      error,
    };
  };
  const finish = (call: OpenCall, received: Received<Reply>): Judged => {
    if (received.kind === 'refused') return refuse(received.verdict);
    if (received.kind !== 'handshake') return settle(call, received.value);
    const { action, status, contentType, body } = received.handshake;
    const reply = outcome.handshake({
      ...(action !== undefined && { action }),
      params: call.params,
      answer: { status, headers: ['content-type', contentType], body },
    });
    return { answer: reply.answer, verdict: 'handshake', reason: reply.reason, message: reply.message };
  };
  const hold = (reply: Reply): Acted<Reply> => {
    if (!commits(reply)) return failed(reply);
    return keepsAnswers && reply.reason === undefined ? done(reply, encodeAnswer(reply.answer)) : done(reply);
  };
  /** Nobody acts on what a restart would forget. */
  const runOnceStored = async (call: OpenCall, storing: Promise<void>): Promise<Reply> => {
    try {
      await storing;
    } catch (error) {
      return { answer: outcome.refusal({ reason: 'not-kept' }), reason: 'not-kept', error };
    }
    return outcome.run(call);
  };
  const judgeUnsigned = (call: OpenCall): MaybePromise<Judged> => {
    const reply = outcome.run(call);
    return reply instanceof Promise ? reply.then((value) => settle(call, value)) : settle(call, reply);
  };
  const judgeSigned = (gate: Gate, call: OpenCall): MaybePromise<Judged> => {
    const received = gate.receive<Reply>(call.request, (accepted, claim) => {
      call.accepted = accepted;
      call.claim = claim;
      if (claim !== undefined && outcome.kind === 'keep') guard.leaveToOutcome(claim);
      const storing = storesAhead && claim ? guard.storeAhead(claim) : undefined;
      const reply = storing === undefined ? outcome.run(call) : runOnceStored(call, storing);
      return reply instanceof Promise ? reply.then((value) => hold(value)) : hold(reply);
    });
    return received instanceof Promise
      ? received.then((value) => finish(call, value))
      : finish(call, received);
  };
  return {
    config,
    maxBodyBytes: config.maxBodyBytes,
    streams: outcome.kind === 'forward' && engine?.scheme.readsBody !== true,
    engine,
    outcome,
    get actions() {
      return 'actions' in outcome ? outcome.actions : [];
    },
    counts: { accepted: 0, handshakes: 0, refused: 0, refusedBy: new Map() },
    refuseHead({ request }) {
      const refused = engine?.refuseHead(request);
      return refused && refuse(refused);
    },
    judge(call) {
      try {
        const judged = engine === undefined ? judgeUnsigned(call) : judgeSigned(engine, call);
        return judged instanceof Promise ? judged.catch(crashed) : judged;
      } catch (error) {
        return crashed(error);
      }
    },
  };
}

/** Adds a request to a gate's counts. */
export function count(counts: GateCounts, { verdict, reason }: Pick<Judged, 'verdict' | 'reason'>): void {
  if (reason !== undefined) counts.refusedBy.set(reason, (counts.refusedBy.get(reason) ?? 0) + 1);
  if (verdict === 'refused') counts.refused++;
  else if (verdict === 'handshake') counts.handshakes++;
  else counts.accepted++;
}

/** What becomes of a request that a bug has stopped: the sender learns nothing, the log everything. */
export function crashed(error: unknown): Judged {
  return { answer: errorAnswer(500, 'internal error'), verdict: 'refused', error };
}
