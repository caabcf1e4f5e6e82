/** Plans and what was done of them, as the admin API and `--json` show them. */
import type { PushedRegistrationView, RegistrationStepView, RegistrationView } from '@countersign/api';
import type { Applied } from './apply.ts';
import type { RegistrationTarget } from './definitions.ts';
import { diffAction } from './diff-action.ts';
import { callsToApply, limitProblem, type Plan, type PlanStep } from './plan.ts';

/** An account and its plan. */
export function planView({ register, gates }: RegistrationTarget, plan: Plan): RegistrationView {
  const { steps, prune, actionsAfter } = plan;
  return {
    apiUrl: register.apiUrl,
    gates: gates.map(({ name }) => name),
    prune,
    steps: steps.map(stepView),
    actionsAfter,
    calls: callsToApply(plan),
    ...limitProblem(plan),
  };
}

/** An account and what was done there. */
export function appliedView(
  { register }: RegistrationTarget,
  { done, failed, notTried }: Applied,
): PushedRegistrationView {
  return {
    apiUrl: register.apiUrl,
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

function stepView(step: PlanStep): RegistrationStepView {
  const { name: action, kind } = step;
  if (kind === 'create') return { action, step: kind, after: step.draft };
  if (kind !== 'update') return { action, step: kind };
  return { action, step: kind, after: step.change, differences: diffAction(step.before, step.change) };
}
