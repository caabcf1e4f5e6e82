/** A gate at work: judges each request, runs its outcome, counts. */

import {
  type Acted,
  done,
  failed,
  type Gate,
  type MaybePromise,
  type Received,
  type TenantOptions,
} from '@countersign/core';
import type { Admission } from '../admission/admission.ts';
import type { Handled, OpenCall, Outcome, Reply } from '../call.ts';
import { encodeAnswer } from '../claims/first-answer.ts';
import type { GateGuard } from '../claims/gate-guard.ts';
import type { GateConfig } from '../config/config.ts';
import { createGateDurations, type GateDurations, GateWatch } from '../metrics/gate-durations.ts';
import { ProofCounts, VerdictCounts } from '../metrics/verdict-counts.ts';
import type { GateModes } from '../modes/gate-modes.ts';
import type { ActionRun } from '../outcomes/action-runs.ts';
import type { ReadyAction } from '../outcomes/action-table.ts';
import type { AnswerOutcome } from '../outcomes/answer.ts';
import type { Confirm } from '../outcomes/confirm-subscription.ts';
import type { GateRefusals } from '../refused/refused-requests.ts';
import type { AnswerSigner } from './answer-signer.ts';
import { crashOf } from './crash-of.ts';
import type { GateKeys } from './gate-keys.ts';
import { handleInModes } from './handle-in-modes.ts';
import type { KeyDelivery } from './key-delivery.ts';
import { refuse } from './refuse.ts';
import { commits, settle } from './settle.ts';

export interface OpenGate {
  readonly config: GateConfig;
  readonly maxBodyBytes: number;
  /** Whom it lets in before it looks at a proof. Undefined: anybody. */
  readonly admission: Admission | undefined;
  /** Whether a body is passed on while it comes: no verdict depends on it. */
  readonly streams: boolean;
  /** Undefined for `provider: none`. */
  readonly coreGate: Gate | undefined;
  /** What it is beyond one that enforces one proof. Undefined: nothing. */
  readonly modes: GateModes | undefined;
  /** What its keys are, and how they are changed. */
  readonly keys: GateKeys;
  /** Takes keys that its platform hands over. Undefined: it hands over none, or there is no storeKey to seal one with. */
  readonly keyDelivery: KeyDelivery | undefined;
  /** The source of its tenants’ keys, opened. Undefined: keys are of no tenant. */
  readonly keysOf: TenantOptions['keysOf'] | undefined;
  readonly outcome: Outcome;
  /** What the gate can run now; empty where the outcome is not `answer`. */
  readonly actions: readonly ReadyAction[];
  /** The last calls of its actions, the last first. */
  lastRuns(): readonly ActionRun[];
  /** Requests since the start. */
  readonly counts: VerdictCounts;
  /** By the key that proved them. */
  readonly proofs: ProofCounts;
  readonly durations: GateDurations;
  /** Keeps its refused requests; undefined where it keeps none. */
  readonly refusals: GateRefusals | undefined;
  /** Refuses, before the body is read, what would be refused whatever it is. */
  refuseHead(call: Pick<OpenCall, 'request'>): Handled | undefined;
  /** Signs what became of a request, where the gate signs its answers; else leaves it as it is. `handle` has done so. */
  readonly sign: AnswerSigner;
  /** Judges and acts; there at once where nothing has to be waited for. Does not throw and does not reject. */
  handle(call: OpenCall): MaybePromise<Handled>;
}

export interface OpenGateParts {
  readonly config: GateConfig;
  readonly coreGate: Gate | undefined;
  readonly keys: GateKeys;
  readonly outcome: Outcome | AnswerOutcome;
  readonly guard: GateGuard;
  readonly refusals: GateRefusals | undefined;
  /** Default: keys are of no tenant. */
  readonly keysOf?: TenantOptions['keysOf'] | undefined;
  /** Default: anybody may come in. */
  readonly admission?: Admission | undefined;
  /** Default: none. */
  readonly keyDelivery?: KeyDelivery | undefined;
  /** Calls what confirms a subscription. Default: such a request is one like any other. */
  readonly confirm?: Confirm | undefined;
  /** Default: none. */
  readonly modes?: GateModes | undefined;
  /** Default: answers are not signed. */
  readonly signer?: AnswerSigner | undefined;
  /** Of the gate whose place this one takes. Default: none yet. */
  readonly counts?: VerdictCounts;
  readonly proofs?: ProofCounts;
  readonly durations?: GateDurations;
}

export function createOpenGate(parts: OpenGateParts): OpenGate {
  const { config, coreGate, keys, outcome, refusals, modes, signer } = parts;
  const work = workOf(parts);
  return {
    config,
    maxBodyBytes: config.maxBodyBytes,
    admission: parts.admission,
    streams:
      outcome.kind === 'forward' &&
      config.keysFrom?.tenant.kind !== 'body' &&
      coreGate?.scheme.readsBody !== true &&
      modes?.coreGates.some(({ scheme }) => scheme.readsBody) !== true,
    coreGate,
    modes,
    keys,
    keyDelivery: parts.keyDelivery,
    keysOf: parts.keysOf,
    outcome,
    get actions() {
      return 'actions' in outcome ? outcome.actions : [];
    },
    counts: work.counts,
    lastRuns: () => ('runs' in outcome ? outcome.runs.list() : []),
    proofs: work.proofs,
    durations: work.durations,
    refusals,
    refuseHead({ request }) {
      const refused = (modes?.several ?? coreGate)?.refuseHead(request);
      return refused === undefined || modes?.letsThrough(refused) ? undefined : refuse(work, refused);
    },
    sign: signer ?? ((_call, handled) => handled),
    handle(call) {
      try {
        const handled =
          coreGate === undefined
            ? handleUnsigned(work, call)
            : modes === undefined
              ? handleSigned(work, coreGate, call)
              : inModes(work, modes, coreGate, call);
        if (signer !== undefined) return signer(call, handled);
        return handled instanceof Promise ? handled.catch(crashOf) : handled;
      } catch (error) {
        return crashOf(error);
      }
    },
  };
}

/** What each step of a gate goes by. */
interface GateWork {
  readonly counts: VerdictCounts;
  readonly proofs: ProofCounts;
  readonly durations: GateDurations;
  readonly outcome: Outcome | AnswerOutcome;
  readonly guard: GateGuard;
  readonly confirm: Confirm | undefined;
  readonly isSingleUse: boolean;
  /** What is good for one request is held before anybody acts on it, whatever becomes of this process. */
  readonly storesAhead: boolean;
  /** Repeats get the first answer again. */
  readonly givesAgain: boolean;
  readonly keepsAnswers: boolean;
}

function workOf({
  config,
  coreGate,
  outcome,
  guard,
  modes,
  confirm,
  counts,
  proofs,
  durations,
}: OpenGateParts): GateWork {
  // Of several proofs the strictest decides: which of them a request carries is its sender's choice.
  const isSingleUse = [coreGate, ...(modes?.several?.proofs.map(({ gate }) => gate) ?? [])].some(
    (gate) => gate?.scheme.replay?.singleUse === true,
  );
  const givesAgain = config.replay.repeat === 'first-answer';
  return {
    durations: durations ?? createGateDurations(),
    counts: counts ?? new VerdictCounts(),
    proofs: proofs ?? new ProofCounts(),
    outcome,
    guard,
    confirm,
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
  call.trace?.step('act');
  const reply = outcome.run(call);
  const end = (value: Reply): Handled => {
    watch.end();
    return settle(isSingleUse, call, value);
  };
  return reply instanceof Promise ? reply.then(end) : end(reply);
}

function handleSigned(work: GateWork, gate: Gate, call: OpenCall): MaybePromise<Handled> {
  const watch = new GateWatch(work.durations, 'verify');
  const received = gate.receive<Reply>(
    call.request,
    (accepted, claim) => {
      call.accepted = accepted;
      call.claim = claim;
      work.proofs.count(accepted);
      watch.proved();
      return runHeld(work, call);
    },
    call.trace?.step,
  );
  const end = (value: Received<Reply>): Handled => {
    watch.end();
    return finish(work, call, value);
  };
  return received instanceof Promise ? received.then(end) : end(received);
}

function inModes(work: GateWork, modes: GateModes, gate: Gate, call: OpenCall): Promise<Handled> {
  const watch = new GateWatch(work.durations, 'verify');
  return handleInModes(modes, gate, call, {
    watch,
    outcome: work.outcome,
    proofs: work.proofs,
    act: () => runHeld(work, call),
    finish: (received) => finish(work, call, received),
    refuse: (refused) => refuse(work, refused),
  });
}

/** Runs the outcome under the call's claim, if it has one. */
function runHeld(work: GateWork, call: OpenCall): MaybePromise<Acted<Reply>> {
  const { outcome, guard, confirm, storesAhead } = work;
  const { claim } = call;
  const confirmUrl = call.accepted?.confirmUrl;
  call.trace?.step('act');
  if (confirm !== undefined && confirmUrl !== undefined)
    return confirm(call, confirmUrl).then((value) => actedOf(work, value));
  if (claim !== undefined && outcome.kind === 'keep') guard.leaveToOutcome(claim);
  if (claim !== undefined && guard.isUnchecked !== undefined) call.isUnchecked = guard.isUnchecked(claim);
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

const NO_SNIFFING = ['x-content-type-options', 'nosniff'];

function finish(work: GateWork, call: OpenCall, received: Received<Reply>): Handled {
  if (received.kind === 'refused') return refuse(work, received.verdict);
  if (received.kind !== 'handshake') return settle(work.isSingleUse, call, received.value);
  const { action, status, contentType, body, headers = {} } = received.handshake;
  const reply = work.outcome.handshake({
    ...(action !== undefined && { action }),
    params: call.params,
    answer: {
      status,
      headers: [...Object.entries(headers).flat(), ...NO_SNIFFING, 'content-type', contentType],
      body,
    },
  });
  const { answer, reason, problem, remedy } = reply;
  return { answer, verdict: 'handshake', reason, problem, remedy };
}
