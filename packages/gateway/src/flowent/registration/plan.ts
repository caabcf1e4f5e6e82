/** What has to be done so that the platform has the actions as they are here. Pure. */
import type { FlowentAction, FlowentActionChange, FlowentActionDraft } from '../flowent-api.ts';
import { MAX_ACTIONS } from '../limits.ts';
import { isSameSchema } from './canonical-schema.ts';

/** What to do about one action. */
export type PlanStep = CreateStep | UpdateStep | DeleteStep | UnchangedStep;

export interface CreateStep {
  readonly kind: 'create';
  readonly name: string;
  readonly draft: FlowentActionDraft;
}

export interface UpdateStep {
  readonly kind: 'update';
  readonly name: string;
  readonly draft: FlowentActionDraft;
  /** As the platform has it. */
  readonly before: FlowentAction;
  /** What differs, as it should be; at least one member. */
  readonly change: FlowentActionChange;
}

/** Only the platform has the action. */
export interface DeleteStep {
  readonly kind: 'delete';
  readonly name: string;
  readonly before: FlowentAction;
}

export interface UnchangedStep {
  readonly kind: 'unchanged';
  readonly name: string;
}

export interface Plan {
  /** In the order in which they are applied: the names' own within a kind. */
  readonly steps: readonly PlanStep[];
  /** Whether the actions that only the platform has are deleted. */
  readonly prune: boolean;
  /** How many actions the account has when the plan is done. */
  readonly actionsAfter: number;
  /** Whether that is more than the platform takes: then nothing is applied. */
  readonly exceedsLimit: boolean;
}

export interface PlanParts {
  /** Names are unique. */
  readonly desired: readonly FlowentActionDraft[];
  readonly existing: readonly FlowentAction[];
  /** Whether to delete what only the platform has. */
  readonly prune: boolean;
  /** The names of `desired` to do something about. Default: all. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** Compares. What only the platform has is a step of its own, applied where the plan prunes. */
export function planRegistration({ desired, existing, prune, only }: PlanParts): Plan {
  const onPlatform = new Map(existing.map((action) => [action.name, action]));
  const here = new Set(desired.map(({ name }) => name));
  const drafted = desired
    .filter(({ name }) => only === undefined || only.has(name))
    .map((draft) => stepFor(draft, onPlatform.get(draft.name)));
  const deletes = existing
    .filter(({ name }) => !here.has(name))
    .map((before): DeleteStep => ({ kind: 'delete', name: before.name, before }));
  const steps = [...drafted, ...deletes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const of = (kind: PlanStep['kind']): readonly PlanStep[] => steps.filter((step) => step.kind === kind);
  const creates = of('create');
  const actionsAfter = onPlatform.size + creates.length - (prune ? deletes.length : 0);
  // A renamed action is there under one of its names at any time, unless its new one finds no room.
  const needsRoom = prune && onPlatform.size + creates.length > MAX_ACTIONS;
  const order = needsRoom ? [of('delete'), creates] : [creates, of('delete')];
  return {
    steps: [...of('update'), ...order.flat(), ...of('unchanged')],
    prune,
    actionsAfter,
    exceedsLimit: creates.length > 0 && actionsAfter > MAX_ACTIONS,
  };
}

/** The steps that applying the plan takes; empty where there is nothing to do. */
export function stepsToApply({ steps, prune }: Pick<Plan, 'steps' | 'prune'>): readonly PlanStep[] {
  return steps.filter(({ kind }) => kind !== 'unchanged' && (kind !== 'delete' || prune));
}

/** How many calls of the platform's API applying the plan takes: one for the token, one for the list, one for each step. */
export function callsToApply(plan: Pick<Plan, 'steps' | 'prune'>): number {
  return 2 + stepsToApply(plan).length;
}

/** What has to change of an action on the platform; undefined where nothing has to. */
export function changeOf(draft: FlowentActionDraft, before: FlowentAction): FlowentActionChange | undefined {
  const { description, webhook_url, json_schema } = draft;
  const change: FlowentActionChange = {
    ...(description !== before.description && { description }),
    ...(webhook_url !== before.webhook_url && { webhook_url }),
    ...(!isSameSchema(json_schema, before.json_schema) && { json_schema }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function stepFor(draft: FlowentActionDraft, before: FlowentAction | undefined): PlanStep {
  const { name } = draft;
  if (before === undefined) return { kind: 'create', name, draft };
  const change = changeOf(draft, before);
  return change === undefined ? { kind: 'unchanged', name } : { kind: 'update', name, draft, before, change };
}

/** What is wrong, and what to do. */
export interface LimitProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Why a plan is not applied; undefined where it can be. */
export function limitProblem({ exceedsLimit, actionsAfter, prune, steps }: Plan): LimitProblem | undefined {
  if (!exceedsLimit) return undefined;
  const foreign = steps.filter(({ kind }) => kind === 'delete').length;
  const problem = `there would be ${actionsAfter} actions, and the platform allows ${MAX_ACTIONS} per account: nothing is registered`;
  const remedy =
    prune || foreign === 0
      ? 'Register fewer actions, or some with an account of their own.'
      : `Register fewer actions, or delete some of the ${foreign} that only the platform has: countersign actions push --prune.`;
  return { problem, remedy };
}
