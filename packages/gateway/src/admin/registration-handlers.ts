/** What the routes answer that compare a gate's actions with those of its platform, and register them there. */
import type {
  InputOf,
  PushedRegistrationView,
  RegistrationApi,
  RegistrationPlanView,
} from '@countersign/api';
import {
  createGateRegistration,
  type GateRegistration,
  RegistrationFault,
} from '../flowent/registration/gate-registration.ts';
import type { AdminParts, Handlers } from './admin-parts.ts';
import { Problem } from './problem.ts';
import { createBench } from './take-turns.ts';
import { unknownGate } from './unknown-gate.ts';

type RegistrationParts = Pick<AdminParts, 'gates' | 'log'> & { readonly registration: GateRegistration };

/** At once: each costs calls of the platform’s hour. */
const LIMITS = { concurrency: 1, queue: 4 };

export function createRegistrationHandlers({
  gates,
  registration,
  log,
}: Pick<AdminParts, 'gates' | 'registration' | 'log'>): Handlers<RegistrationApi> {
  const inTurn = createBench(LIMITS);
  // Made here: its platform's client is loaded with the handlers, and not with a start.
  const parts: RegistrationParts = { gates, registration: createGateRegistration(registration), log };
  return {
    registration: (input) => inTurn(() => showPlan(parts, input)),
    pushRegistration: (input, caller) => inTurn(() => push(parts, input, caller.name)),
  };
}

async function showPlan(
  parts: RegistrationParts,
  { gate, prune = false }: InputOf<RegistrationApi['registration']>,
): Promise<RegistrationPlanView | Problem> {
  const plan = await parts.registration.plan(gate, prune);
  return plan instanceof RegistrationFault ? problemOf(parts, gate, plan) : plan;
}

async function push(
  parts: RegistrationParts,
  { gate, plan: hash, prune = false }: InputOf<RegistrationApi['pushRegistration']>,
  by: string,
): Promise<PushedRegistrationView | Problem> {
  const pushed = await parts.registration.push(gate, prune, hash);
  if (pushed instanceof RegistrationFault) return problemOf(parts, gate, pushed);
  const { apiUrl: platform, done, failed } = pushed;
  parts.log.info({ gate, platform, done, failed, by }, 'actions were registered');
  return pushed;
}

function problemOf(
  { gates }: RegistrationParts,
  gate: string,
  { code, sentence }: RegistrationFault,
): Problem {
  const names = gates.map(({ config }) => config.name);
  return unknownGate(gate, names) ?? new Problem(code, sentence);
}
