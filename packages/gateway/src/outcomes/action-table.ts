/** The actions of one gate, ready to run; replaced as a whole when their module changes. */
import { type Gate, nearMiss, SetupError } from '@countersign/core';
import type { Action } from '../actions/define-action.ts';
import type { AnswerStyle } from '../answers/answer-style.ts';
import type { AnswerConfig, GateConfig } from '../config/config.ts';
import { namesAction } from '../config/path-pattern.ts';
import { withinPatience } from '../config/sender-patience.ts';
import { type CompiledInput, compileInput } from '../input/compile-input.ts';
import type { TurnLimits, Turns } from '../turns.ts';
import { refuseUnsignedChoice } from './unsigned-choice.ts';

/** An action with its input compiled and its limits filled in. */
export interface ReadyAction {
  readonly action: Action;
  readonly input: CompiledInput;
  readonly turns: Turns;
  /** How long a call may take. */
  readonly deadlineMs: number;
}

export interface ActionTable {
  /** In the order in which the module exports them. */
  readonly list: readonly ReadyAction[];
  readonly byName: ReadonlyMap<string, ReadyAction>;
  /** The one action of a gate whose path and content name none. */
  readonly fixed: string | undefined;
}

const DEFAULT_DEADLINE_MS = 25_000;
const DEFAULT_CONCURRENCY = 100;
const DEFAULT_QUEUE = 1000;

export interface ActionTableOptions {
  readonly gate: GateConfig;
  readonly config: AnswerConfig;
  readonly style: AnswerStyle;
  /** Undefined where the gate takes unsigned requests. */
  readonly coreGate: Gate | undefined;
  /** Of the gate's older proofs. Default: it has none. */
  readonly older?: readonly Gate[];
  readonly actions: readonly Action[];
  /** The turns of an action, the same for the same limits: a new version of it shares them with the calls under way. */
  turnsOf(name: string, limits: TurnLimits): Turns;
}

/** @throws SetupError for an action that cannot work, or a gate that names none of its module's. */
export async function createActionTable(options: ActionTableOptions): Promise<ActionTable> {
  const { gate, style, actions, turnsOf } = options;
  const option = `gates.${gate.name}.answer.actions`;
  const patience = withinPatience(
    DEFAULT_DEADLINE_MS,
    gate.proof.kind === 'provider' ? gate.proof.id : undefined,
  );
  const list: ReadyAction[] = [];
  for (const action of actions) {
    const { input, jsonSchema, deadlineMs = patience } = action;
    const compiled = await compileInput({
      input,
      ...(jsonSchema !== undefined && { jsonSchema }),
      takesUnknownFields: style.takesUnknownFields,
      where: `${option}: ${action.name}.input`,
    });
    const { concurrency = DEFAULT_CONCURRENCY, queue = DEFAULT_QUEUE } = action;
    const turns = turnsOf(action.name, { concurrency, queue });
    list.push({ action, input: compiled, turns, deadlineMs });
  }
  const byName = new Map(list.map((ready) => [ready.action.name, ready]));
  refuseKeysOfNone(gate, byName);
  return { list, byName, fixed: fixedAction(options) };
}

function fixedAction({
  gate,
  config,
  style,
  coreGate,
  older = [],
  actions,
}: ActionTableOptions): string | undefined {
  const option = `gates.${gate.name}.answer.action`;
  if (config.action !== undefined) {
    if (actions.some(({ name }) => name === config.action)) return config.action;
    const names = actions.map(({ name }) => name).join(', ');
    throw new SetupError(option, `no action is named "${config.action}"`, `The module exports ${names}.`);
  }
  if (gate.segments.some(namesAction) || style.actionOf) {
    for (const proving of [coreGate, ...older]) refuseUnsignedChoice(gate, style, proving);
    return undefined;
  }
  const last = gate.segments.at(-1);
  const [only, second] = actions;
  const meant =
    second === undefined ? only : actions.find(({ name }) => last?.kind === 'literal' && last.text === name);
  if (meant !== undefined) return meant.name;
  throw new SetupError(
    option,
    'the module exports several actions and the path names none',
    'Name one, or put :action into the path.',
  );
}

/** A key for an action that is not there is one for another, misspelt. */
function refuseKeysOfNone({ name, keys }: GateConfig, byName: ActionTable['byName']): void {
  for (const [i, { for: purpose }] of keys.entries()) {
    if (purpose === undefined || byName.has(purpose.action)) continue;
    const names = [...byName.keys()];
    const meant = nearMiss(purpose.action, names);
    throw new SetupError(
      `gates.${name}.keys[${i}].for.action`,
      `no action is named "${purpose.action}"`,
      `${meant === undefined ? '' : `Did you mean ${meant}? `}The module exports ${names.join(', ')}.`,
    );
  }
}
