/** Plans and what was done of them, for `--json`. */
import {
  type Applied,
  callsToApply,
  diffAction,
  limitProblem,
  type PlanStep,
} from '@countersign/gateway/flowent';
import type { Account } from './accounts.ts';

/** An account and its plan. */
export function planView({ target, plan }: Account): object {
  const { steps, prune, actionsAfter } = plan;
  return {
    apiUrl: target.register.apiUrl,
    gates: target.gates.map(({ name }) => name),
    prune,
    steps: steps.map(stepView),
    actionsAfter,
    calls: callsToApply(plan),
    ...limitProblem(plan),
  };
}

/** An account and what was done there. */
export function appliedView({ target }: Account, { done, failed, notTried }: Applied): object {
  return {
    apiUrl: target.register.apiUrl,
    done: done.map(({ step, deed }) => ({ action: step.name, deed })),
    failed: failed.map(({ step, error }) => ({
      action: step.name,
      step: step.kind,
      code: error.code,
      error: error.message,
      remedy: error.remedy,
    })),
    notTried: notTried.map(({ name, kind }) => ({ action: name, step: kind })),
  };
}

function stepView(step: PlanStep): object {
  const { name: action, kind } = step;
  if (kind === 'create') return { action, step: kind, after: step.draft };
  if (kind !== 'update') return { action, step: kind };
  return { action, step: kind, after: step.change, differences: diffAction(step.before, step.change) };
}
