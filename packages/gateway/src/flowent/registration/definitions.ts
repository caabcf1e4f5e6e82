/** What a configuration's actions are to be registered as, and with which accounts. */
import { SetupError } from '@countersign/core';
import { duration } from '@countersign/core/internal/amounts';
import { loadActions } from '../../actions/load-actions.ts';
import type { AnswerConfig, Config, GateConfig, RegisterConfig } from '../../config/config.ts';
import { isLoopback } from '../../config/read-text.ts';
import type { JsonSchema } from '../../input/action-input.ts';
import { compileInput } from '../../input/compile-input.ts';
import type { FlowentActionDraft } from '../flowent-api.ts';
import { MAX_ACTIONS, MAX_CALLS_AN_HOUR } from '../limits.ts';
import { webhookUrls } from './webhook-urls.ts';

/** A gate that registers its actions. */
export interface RegisteringGate {
  readonly gate: GateConfig;
  readonly answer: AnswerConfig;
  readonly register: RegisterConfig;
}

/** An account at a platform, and what it should have. */
export interface RegistrationTarget {
  /** Of its gates, the one that looks most often. */
  readonly register: RegisterConfig;
  /** At least one, in the order of the file. */
  readonly gates: readonly GateDrafts[];
  /** Those of all its gates; names are unique. */
  readonly drafts: readonly FlowentActionDraft[];
}

export interface GateDrafts {
  readonly name: string;
  readonly drafts: readonly FlowentActionDraft[];
}

/** An action as registration sees it. */
export interface DescribedAction {
  readonly name: string;
  readonly description: string;
  /** Undefined where its input says none of itself. */
  readonly jsonSchema: JsonSchema | undefined;
}

/** A platform that takes 1000 calls an hour must have some left for whoever pushes. */
const MIN_EVERY_MS = 10_000;

/**
 * The gates that register their actions, in the order of the file.
 * @throws SetupError where there is none.
 */
export function registeringGates(config: Config): readonly RegisteringGate[] {
  const registering = config.gates.flatMap((gate): readonly RegisteringGate[] => {
    const { outcome } = gate;
    if (outcome.kind !== 'answer' || outcome.register === undefined) return [];
    return [{ gate, answer: outcome, register: outcome.register }];
  });
  if (registering.length > 0) return registering;
  throw new SetupError(
    'gates',
    'no gate registers its actions',
    'Write answer: { …, register: { apiUrl, apiToken } } at the gate whose actions a platform should know.',
  );
}

/** The gates that register with the same account as the gate of this name; empty where no gate of this name registers. */
export function gatesOfAccount(
  gates: readonly RegisteringGate[],
  gateName: string,
): readonly RegisteringGate[] {
  const named = gates.find(({ gate }) => gate.name === gateName);
  return gates.filter(
    ({ register }) => named !== undefined && accountOf(register) === accountOf(named.register),
  );
}

/** Holds the token: a key for a moment, never a name. */
function accountOf({ apiUrl, apiToken }: RegisterConfig): string {
  return `${apiUrl}\n${apiToken.reveal()}`;
}

/**
 * Loads the actions of gates that register, as files have them.
 * @param gates of `registeringGates`.
 * @throws SetupError for actions that do not load, or that cannot be registered.
 */
export async function loadTargets(
  config: Config,
  gates: readonly RegisteringGate[],
): Promise<readonly RegistrationTarget[]> {
  const described = new Map<string, readonly DescribedAction[]>();
  for (const { gate, answer } of gates) described.set(gate.name, await describeActions(gate, answer));
  return targetsOf(config, gates, (name) => described.get(name) ?? []);
}

/**
 * What is to be registered, by account.
 * @param actionsOf the actions of a gate, by its name.
 * @throws SetupError for actions that cannot be registered.
 */
export function targetsOf(
  config: Config,
  gates: readonly RegisteringGate[],
  actionsOf: (gate: string) => readonly DescribedAction[],
): readonly RegistrationTarget[] {
  const byAccount = new Map<string, RegisteringGate[]>();
  for (const gate of gates) {
    const account = accountOf(gate.register);
    const together = byAccount.get(account);
    if (together === undefined) byAccount.set(account, [gate]);
    else together.push(gate);
  }
  return [...byAccount.values()].map((together) => targetOf(config, together, actionsOf));
}

function targetOf(
  config: Config,
  together: readonly RegisteringGate[],
  actionsOf: (gate: string) => readonly DescribedAction[],
): RegistrationTarget {
  const gates = together.map((registering): GateDrafts => {
    const { name } = registering.gate;
    return { name, drafts: draftsOf(config, registering, actionsOf(name)) };
  });
  checkNames(gates);
  const drafts = gates.flatMap((gate) => gate.drafts);
  if (drafts.length > MAX_ACTIONS) {
    throw new SetupError(
      `gates.${gates.at(-1)?.name}.answer.actions`,
      `${drafts.length} actions are to be registered, and the platform allows ${MAX_ACTIONS} per account`,
      'Register some with an account of their own, or make fewer of them.',
    );
  }
  const byInterval = [...together].sort((a, b) => a.register.everyMs - b.register.everyMs);
  const { gate, register } = byInterval[0] as RegisteringGate;
  if (register.everyMs < MIN_EVERY_MS) {
    throw new SetupError(
      `gates.${gate.name}.answer.register.every`,
      `${duration(register.everyMs)} is too often: the platform takes ${MAX_CALLS_AN_HOUR} calls an hour, and each look is one`,
      `Give ${MIN_EVERY_MS / 1000}s or more.`,
    );
  }
  return { register, gates, drafts };
}

function draftsOf(
  config: Config,
  { gate, answer, register }: RegisteringGate,
  all: readonly DescribedAction[],
): readonly FlowentActionDraft[] {
  // Of a gate that names its action, the others cannot be called.
  const actions = all.filter(({ name }) => answer.action === undefined || name === answer.action);
  const publicUrl = checkPublicUrl(config, gate.name, register);
  const urlOf = webhookUrls({ publicUrl, gate, count: actions.length });
  return actions.map(({ name, description, jsonSchema }) => ({
    name,
    description,
    webhook_url: urlOf(name),
    json_schema: schemaToSend(jsonSchema, name, `gates.${gate.name}.answer.actions`),
  }));
}

function checkPublicUrl({ publicUrl }: Config, gate: string, { apiUrl }: RegisterConfig): string {
  if (publicUrl === undefined) {
    throw new SetupError(
      'publicUrl',
      `is missing, and the gate ${gate} registers its actions: the platform must know where to call them`,
      'Set it to where the gateway is reached from outside, e.g. publicUrl: https://gate.example.com.',
    );
  }
  const isAtHome = isLoopback({ host: new URL(apiUrl).hostname.replace(/^\[|\]$/g, '') });
  if (!publicUrl.startsWith('https:') && !isAtHome) {
    throw new SetupError(
      'publicUrl',
      `${publicUrl} is not https, and the platform at ${apiUrl} calls over the network`,
      'Give an https URL; http is for a platform on this machine.',
    );
  }
  return publicUrl;
}

function schemaToSend(schema: JsonSchema | undefined, action: string, option: string): JsonSchema {
  if (schema !== undefined) return schema;
  throw new SetupError(
    option,
    `the input of "${action}" says no JSON Schema of itself, and the platform wants one`,
    'Give the action a jsonSchema, or a schema that has one: zod and arktype have; valibot with toStandardJsonSchema of @valibot/to-json-schema.',
  );
}

function checkNames(gates: readonly GateDrafts[]): void {
  const gateOf = new Map<string, string>();
  for (const { name: gate, drafts } of gates) {
    for (const { name } of drafts) {
      const other = gateOf.get(name);
      if (other !== undefined) {
        throw new SetupError(
          `gates.${gate}.answer.actions`,
          `"${name}" is an action of the gate ${other} too, and both register with one account`,
          'Rename one, or register one of the gates with another account.',
        );
      }
      gateOf.set(name, gate);
    }
  }
}

async function describeActions(gate: GateConfig, answer: AnswerConfig): Promise<readonly DescribedAction[]> {
  const option = `gates.${gate.name}.answer.actions`;
  const described: DescribedAction[] = [];
  for (const { name, description, input, jsonSchema } of await loadActions(answer.actionsFile, option)) {
    const compiled = await compileInput({
      input,
      ...(jsonSchema !== undefined && { jsonSchema }),
      takesUnknownFields: false,
      where: `${option}: ${name}.input`,
    });
    described.push({ name, description, jsonSchema: compiled.jsonSchema });
  }
  return described;
}
