/** A gate's actions beside those of its platform, for whoever looks at the plan before it is pushed. */
import { createHash } from 'node:crypto';
import type { PushedRegistrationView, RegistrationPlanView } from '@countersign/api';
import { SetupError } from '@countersign/core';
import type { Config } from '../../config/config.ts';
import type { TokenCache } from '../../sealed/token-cache.ts';
import { type FlowentApi, FlowentError } from '../flowent-api.ts';
import { createFlowentClient } from '../flowent-client.ts';
import { applyPlan } from './apply.ts';
import {
  type DescribedAction,
  gatesOfAccount,
  type RegistrationTarget,
  registeringGates,
  targetsOf,
} from './definitions.ts';
import { limitProblem, type Plan, planRegistration } from './plan.ts';
import { appliedView, planView } from './registration-view.ts';

/** Why there is no plan, or nothing was pushed. */
export class RegistrationFault {
  readonly code: 'no-registration' | 'not-registrable' | 'platform-failed' | 'changed-meanwhile';
  /** What happened, and what to do. */
  readonly sentence: string;

  constructor(code: RegistrationFault['code'], sentence: string) {
    this.code = code;
    this.sentence = sentence;
  }
}

export interface GateRegistration {
  plan(gate: string, prune: boolean): Promise<RegistrationPlanView | RegistrationFault>;
  /** Pushes the plan of this hash; where it is another by now, nothing. */
  push(gate: string, prune: boolean, hash: string): Promise<PushedRegistrationView | RegistrationFault>;
}

export interface GateRegistrationParts {
  /** The configuration at work. */
  readonly config: () => Config;
  /** The actions that a gate serves now, by its name. */
  readonly actionsOf: (gate: string) => readonly DescribedAction[];
  /** Where the platforms’ tokens outlive a call. Undefined: each call exchanges anew. */
  readonly cache: TokenCache | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Nobody waits longer for a platform: the calls are broken off. */
const LOOK_MS = 30_000;
const PUSH_MS = 120_000;
/** After so long a push takes no further step. */
const LAST_STEP_MS = 60_000;

export function createGateRegistration(parts: GateRegistrationParts): GateRegistration {
  return {
    plan: (gate, prune) =>
      unlessRefused(async () => {
        const account = await readAccount(parts, gate, prune, AbortSignal.timeout(LOOK_MS));
        if (account instanceof RegistrationFault) return account;
        return { ...planView(account.target, account.plan), hash: hashOf(account) };
      }),
    push: (gate, prune, hash) =>
      unlessRefused(async () => {
        const account = await readAccount(parts, gate, prune, AbortSignal.timeout(PUSH_MS));
        if (account instanceof RegistrationFault) return account;
        if (hashOf(account) !== hash) return PLAN_CHANGED;
        const { target, api, plan } = account;
        const limit = limitProblem(plan);
        if (limit !== undefined)
          return new RegistrationFault('not-registrable', `${limit.problem}. ${limit.remedy}`);
        return appliedView(target, await applyPlan({ api, plan, signal: AbortSignal.timeout(LAST_STEP_MS) }));
      }),
  };
}

const PLAN_CHANGED = new RegistrationFault(
  'changed-meanwhile',
  'the plan is another by now: look at it again, and push it with its new hash',
);

/** An account, and what has to be done there. */
interface Account {
  readonly target: RegistrationTarget;
  readonly api: FlowentApi;
  readonly plan: Plan;
}

/** Says all of what would be done, and of what the platform has now. */
function hashOf({ target, plan }: Account): string {
  const state = JSON.stringify([target.register.apiUrl, plan]);
  return createHash('sha256').update(state).digest('base64url').slice(0, 22);
}

async function readAccount(
  { config: configOf, actionsOf, cache, fetch, now }: GateRegistrationParts,
  name: string,
  prune: boolean,
  signal: AbortSignal,
): Promise<Account | RegistrationFault> {
  const config = configOf();
  const isRegistering = config.gates.some(
    ({ name: other, outcome }) =>
      other === name && outcome.kind === 'answer' && outcome.register !== undefined,
  );
  if (!isRegistering) return NO_REGISTRATION;
  const [target] = targetsOf(config, gatesOfAccount(registeringGates(config), name), actionsOf);
  if (target === undefined) return NO_REGISTRATION;
  const { apiUrl, apiToken } = target.register;
  const api = createFlowentClient({ apiUrl, apiToken, cache, fetch, now, signal });
  const own = target.gates.find((gate) => gate.name === name)?.drafts ?? [];
  const only = new Set(own.map((draft) => draft.name));
  const plan = planRegistration({ desired: target.drafts, existing: await api.list(), prune, only });
  return { target, api, plan };
}

const NO_REGISTRATION = new RegistrationFault(
  'no-registration',
  'the gate registers its actions with no platform',
);

/** What cannot be registered, and what a platform did not do, is told as a fault. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | RegistrationFault> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FlowentError)
      return new RegistrationFault('platform-failed', `${error.message}. ${error.remedy}`);
    if (error instanceof SetupError)
      return new RegistrationFault('not-registrable', `${error.option}: ${error.problem}. ${error.remedy}`);
    if (error instanceof DOMException && error.name === 'TimeoutError') return NOT_IN_TIME;
    throw error;
  }
}

const NOT_IN_TIME = new RegistrationFault(
  'platform-failed',
  'the platform did not answer in time: look at the plan again for what was done',
);
