/** What the platform takes of one account, and what to say when that is not enough. @see WIRE §1 */
import type { Plan } from './plan.ts';

export const MAX_ACTIONS = 100;
export const MAX_CALLS_AN_HOUR = 1000;

/** What is wrong, and what to do. */
export interface LimitProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Why a plan is not applied; undefined where it can be. */
export function limitProblem({ exceedsLimit, actionsAfter, prune, steps }: Plan): LimitProblem | undefined {
  if (!exceedsLimit) return undefined;
  const foreign = steps.filter(({ kind }) => kind === 'delete').length;
  const problem = `there would be ${actionsAfter} actions, and the platform takes ${MAX_ACTIONS} of an account: nothing is registered`;
  const remedy =
    prune || foreign === 0
      ? 'Register fewer actions, or some with an account of their own.'
      : `Register fewer actions, or delete some of the ${foreign} that only the platform has: countersign actions push --prune.`;
  return { problem, remedy };
}
