/** The outcome `answer`: validates the input, runs an action, replies with its result. */
import { SetupError } from '@countersign/core';
import { type Action, type ActionContext, ActionError } from '../actions.ts';
import { type ActionProblem, type AnswerStyle, appliedSchema } from '../answers/answer-style.ts';
import { flowentAnswers } from '../answers/flowent-answers.ts';
import { jsonAnswers } from '../answers/json-answers.ts';
import { pageAnswers } from '../answers/page-answers.ts';
import type { Call, HandshakeTest, Outcome, Reply } from '../call.ts';
import type { AnswerConfig, GateConfig } from '../config/config.ts';
import { findIssues, type InputIssue } from '../find-issues.ts';
import type { ObjectSchema } from '../input-schema.ts';
import type { PathParams } from '../path-table.ts';

export interface AnswerOptions {
  readonly gate: GateConfig;
  readonly config: AnswerConfig;
  readonly actions: readonly Action[];
  /** How long an action may take before its caller is told that it failed. */
  readonly timeoutMs: number;
}

interface LoadedAction {
  readonly action: Action;
  readonly schema: ObjectSchema;
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

/** @throws SetupError where the gate names an action that the module does not export, or names none of several. */
export function createAnswerOutcome({ gate, config, actions, timeoutMs }: AnswerOptions): Outcome {
  const style = styleOf(config, gate.name);
  const byName = new Map<string, LoadedAction>();
  for (const action of actions) {
    byName.set(action.name, { action, schema: appliedSchema(style, action.inputSchema) });
  }
  const fixed = fixedAction(gate, config, actions);
  /** The name that the gate or the path gives; the path is not signed, so a signed name must equal it. */
  const placeName = (params: PathParams): string | undefined => fixed ?? params['action'] ?? params['name'];
  const problem = (
    reason: ActionProblem,
    message: string,
    issues: readonly InputIssue[] = [],
    error?: unknown,
  ): Reply => ({
    answer: style.problem(reason, message, issues),
    reason,
    error,
  });
  const settle = (value: unknown): Reply => {
    const answer = style.result(value);
    if (answer !== undefined) return { answer };
    return problem(
      'action-failed',
      'the action failed',
      [],
      new TypeError('the action returned nothing that can be sent'),
    );
  };
  const fail = (error: unknown): Reply =>
    problem('action-failed', error instanceof ActionError ? error.message : 'the action failed', [], error);

  return {
    kind: 'answer',
    run(call) {
      const asked = style.read(call);
      if (!asked.ok) return problem('invalid-input', asked.message);
      const place = placeName(call.params);
      const name = asked.actionName ?? place;
      if (place !== undefined && name !== place)
        return problem('invalid-input', 'action_name differs from the path');
      const loaded = name === undefined ? undefined : byName.get(name);
      if (loaded === undefined) return problem('unknown-action', 'unknown action');
      const issues = findIssues(loaded.schema, asked.input);
      if (issues.length > 0) return problem('invalid-input', 'invalid parameters', issues);
      const context = new Context(call);
      let result: unknown;
      try {
        // The schema has let the input through, so it is of the type that the schema stands for.
        result = loaded.action.run(asked.input as Readonly<Record<string, unknown>>, context);
      } catch (error) {
        return fail(error);
      }
      if (!isThenable(result)) return settle(result);
      const settled = Promise.resolve(result).then(settle, fail);
      const timer = setTimeout(() => {
        const late = new ActionError('the action took too long');
        context.abort(late);
        call.answerEarly(fail(late));
      }, timeoutMs);
      return settled.finally(() => clearTimeout(timer));
    },
    refusal: style.refusal,
    handshake({ action, params, answer }: HandshakeTest) {
      const place = placeName(params);
      if (action === undefined) return { answer };
      if (place !== undefined && place !== action)
        return problem('invalid-input', 'action_name differs from the path');
      return byName.has(action) ? { answer } : problem('unknown-action', 'unknown action');
    },
    close: async () => {},
  };
}

function styleOf(config: AnswerConfig, gateName: string): AnswerStyle {
  if (config.as === 'flowent') return flowentAnswers;
  return config.as === 'page' ? pageAnswers(config.title ?? gateName) : jsonAnswers;
}

/** The one action of a gate whose path and content name none. */
function fixedAction(gate: GateConfig, config: AnswerConfig, actions: readonly Action[]): string | undefined {
  const option = `gates.${gate.name}.answer.action`;
  if (config.action !== undefined) {
    if (actions.some(({ name }) => name === config.action)) return config.action;
    const known = actions.map(({ name }) => name).join(', ');
    throw new SetupError(option, `no action is named "${config.action}"`, `The module exports ${known}.`);
  }
  const namedByPath = gate.segments.some(
    (segment) => segment.kind === 'param' && (segment.name === 'action' || segment.name === 'name'),
  );
  if (namedByPath || config.as === 'flowent') return undefined;
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Makes the abort signal on first use: most actions are over before anybody could abort them. */
class Context implements ActionContext {
  readonly requestId: string;
  readonly accepted: Call['accepted'];
  #controller: AbortController | undefined;

  constructor(call: Call) {
    this.requestId = call.requestId;
    this.accepted = call.accepted;
  }

  get fields(): ReadonlyMap<string, string> {
    return this.accepted?.fields ?? NO_FIELDS;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
