/** Does what a plan says, one step at a time. */
import {
  type FlowentAction,
  type FlowentActionDraft,
  type FlowentApi,
  FlowentError,
  type FlowentErrorCode,
  isFlowentError,
} from '../flowent-api.ts';
import { changeOf, type Plan, type PlanStep, stepsToApply } from './plan.ts';

/** What became of a step. It may differ from what was planned, where the platform was changed meanwhile. */
export type Deed = 'created' | 'updated' | 'deleted' | 'unchanged';

export interface DoneStep {
  readonly step: PlanStep;
  readonly deed: Deed;
}

export interface FailedStep {
  readonly step: PlanStep;
  readonly error: FlowentError;
}

/** Called before a step and when it is over. */
export type Progress =
  | { readonly state: 'started'; readonly step: PlanStep }
  | ({ readonly state: 'done' } & DoneStep)
  | ({ readonly state: 'failed' } & FailedStep);

/** What was done of a plan. Planning again finds the rest: nothing is done twice. */
export interface Applied {
  readonly done: readonly DoneStep[];
  readonly failed: readonly FailedStep[];
  /** After an error that the other steps would have met as well, and after an abort. */
  readonly notTried: readonly PlanStep[];
}

export interface ApplyOptions {
  readonly api: FlowentApi;
  readonly plan: Plan;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends after the step in hand. */
  readonly signal?: AbortSignal;
}

/** Errors that are of one action; after any other the rest would fail as well, or wait as long. */
const OF_ONE_ACTION: ReadonlySet<FlowentErrorCode> = new Set([
  'invalid',
  'validation-failed',
  'conflict',
  'not-found',
]);

/**
 * Applies a plan; a plan that exceeds the platform's limit is not tried.
 * An action that appeared meanwhile is updated, one that vanished is created or counts as deleted.
 * Throws only what is no FlowentError, which is a bug.
 */
export async function applyPlan({ api, plan, onProgress, signal }: ApplyOptions): Promise<Applied> {
  const steps = stepsToApply(plan);
  const done: DoneStep[] = [];
  const failed: FailedStep[] = [];
  if (plan.exceedsLimit) return { done, failed, notTried: steps };
  for (const [index, step] of steps.entries()) {
    if (signal?.aborted === true) return { done, failed, notTried: steps.slice(index) };
    onProgress?.({ state: 'started', step });
    try {
      const taken = { step, deed: await take(api, step) };
      done.push(taken);
      onProgress?.({ state: 'done', ...taken });
    } catch (error) {
      if (!(error instanceof FlowentError)) throw error;
      const failure = { step, error };
      failed.push(failure);
      onProgress?.({ state: 'failed', ...failure });
      if (!OF_ONE_ACTION.has(error.code)) return { done, failed, notTried: steps.slice(index + 1) };
    }
  }
  return { done, failed, notTried: [] };
}

function take(api: FlowentApi, step: PlanStep): Promise<Deed> {
  switch (step.kind) {
    case 'create':
      return put(api, step.draft, undefined);
    case 'update':
      return put(api, step.draft, step.before);
    case 'delete':
      return remove(api, step.name);
    case 'unchanged':
      return Promise.resolve('unchanged');
  }
}

/** Somebody who creates and deletes the same action all the time is left to it. */
const MAX_TURNS = 3;

/** Creates or updates, whichever it takes. @param action as the platform is thought to have it. */
async function put(
  api: FlowentApi,
  draft: FlowentActionDraft,
  action: FlowentAction | undefined,
): Promise<Deed> {
  let before = action;
  for (let turn = 1; ; turn++) {
    try {
      if (before === undefined) {
        await api.create(draft);
        return 'created';
      }
      const change = changeOf(draft, before);
      if (change === undefined) return 'unchanged';
      await api.update(draft.name, change);
      return 'updated';
    } catch (error) {
      const surprise = before === undefined ? 'conflict' : 'not-found';
      if (!isFlowentError(error, surprise) || turn === MAX_TURNS) throw error;
    }
    before = before === undefined ? await api.get(draft.name) : undefined;
  }
}

async function remove(api: FlowentApi, name: string): Promise<Deed> {
  try {
    await api.delete(name);
  } catch (error) {
    if (!isFlowentError(error, 'not-found')) throw error;
  }
  return 'deleted';
}
