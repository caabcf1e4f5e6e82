/** A request beside a gate, as they are or a little otherwise: what a hypothesis changes, and what is judged. */

import type { BoundActions } from '../action-choice.ts';
import { type Gate, type OtherParts, rebuilt } from '../gate.ts';
import { ifBuildable } from '../if-buildable.ts';
import { writtenSpec } from '../keys/written-key.ts';
import type { KeySpec } from '../keys.ts';
import type { MaybePromise, SignedRequest, Verdict } from '../model.ts';
import { STEPS } from '../refusals.ts';
import type { Scheme } from '../scheme.ts';
import type { TracedMessage } from '../trace.ts';
import { createOnce, type Once } from './once.ts';
import { uncountedRing } from './uncounted-ring.ts';

export interface Trial {
  readonly request: SignedRequest;
  readonly scheme: Scheme;
  /** The gate’s keys as they were written; undefined where they are fetched. Secrets: no sentence may quote them. */
  readonly keys: readonly KeySpec[] | undefined;
  /** Keys that are bound to other actions than the one that the request asks for, with their ids. */
  readonly othersKeys: readonly OthersKey[];
  /** When it is judged, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Its search’s: what many rows read of one request. */
  readonly once: Once;
}

export interface OthersKey {
  readonly id: string;
  /** Undefined where it is bound to none, and others are. */
  readonly action: string | undefined;
  /** Bound to none, as a trial has it. */
  readonly spec: KeySpec;
}

/** What is otherwise. Members that are left out stay as they are. */
export type Change = Partial<Trial> & {
  /** What a sentence says of this change, e.g. the name of a header; a function where only the trial shows it. Holds no secret and no signature. */
  readonly detail?: string | (() => string);
};

/** Judges trials beside one gate: a gate is built once for each set of keys and scheme. */
export interface Judge {
  /** Undefined where no gate can be built so: a key that does not decode, a declaration that contradicts itself. */
  judge(trial: Trial): MaybePromise<Verdict | undefined>;
  /** What a proof was held to be of; undefined where none held, and of a token, which is its own message. */
  provedMessage(trial: Trial): Promise<TracedMessage | undefined>;
}

/** The request and the gate as they are, with the keys of the action that it asks for. */
export function firstTrial(gate: Gate, request: SignedRequest, nowMs: number): Trial {
  const { written } = gate.keys;
  const keys = written.map(writtenSpec);
  return {
    request,
    scheme: gate.scheme,
    keys: written.length === 0 ? undefined : keys,
    othersKeys: [],
    ...(gate.action && boundKeys(gate.action, request, keys)),
    nowMs,
    once: createOnce(),
  };
}

function boundKeys(
  actions: BoundActions,
  request: SignedRequest,
  keys: readonly KeySpec[],
): Pick<Trial, 'othersKeys'> & Partial<Pick<Trial, 'keys'>> {
  const asked = actions.asked(request);
  const named = keys.map(({ for: purpose, ...spec }, i): OthersKey & { readonly isOwn: boolean } => {
    const id = spec.id ?? `key-${i + 1}`;
    const isOwn = actions.isFor(purpose === undefined ? {} : { for: purpose }, asked);
    return { id, action: purpose?.action, spec: { ...spec, id }, isOwn };
  });
  const own = named.filter(({ isOwn }) => isOwn).map(({ spec }) => spec);
  const othersKeys = named.filter(({ isOwn }) => !isOwn);
  // Where keys are fetched, none is written.
  return keys.length === 0 ? { othersKeys } : { keys: own, othersKeys };
}

export function changed(trial: Trial, { detail: _, ...change }: Change): Trial {
  return { ...trial, ...change };
}

/** @param original the gate that the first trial is of */
export function createJudge(original: Gate): Judge {
  let last:
    | { readonly of: Pick<Trial, 'scheme' | 'keys' | 'nowMs'>; readonly gate: Gate | undefined }
    | undefined;
  const gateFor = (trial: Trial): Gate | undefined => {
    if (last === undefined || !isBuiltOf(last.of, trial)) last = { of: trial, gate: gateOf(original, trial) };
    return last.gate;
  };
  return {
    judge: (trial) => gateFor(trial)?.verify(trial.request),
    async provedMessage(trial) {
      const trace = await gateFor(trial)?.trace(trial.request);
      return trace?.match && trace.messages.at(-1);
    },
  };
}

function isBuiltOf(of: Pick<Trial, 'scheme' | 'keys' | 'nowMs'>, { scheme, keys, nowMs }: Trial): boolean {
  return of.scheme === scheme && of.keys === keys && of.nowMs === nowMs;
}

function gateOf(original: Gate, { scheme, keys, nowMs }: Trial): Gate | undefined {
  const other: OtherParts = { scheme, nowMs, ...(keys ? { keys } : { ring: uncountedRing(original.keys) }) };
  return ifBuildable(() => rebuilt(original, other));
}

/** Whether its proof holds: a request that is too old, or too early, was proved all the same. */
export function isProved(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && (verdict.ok || STEPS.indexOf(verdict.step) > STEPS.indexOf('compare'));
}
