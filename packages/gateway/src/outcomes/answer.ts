/** The outcome `answer`: finds the action, validates its input, waits for its turn, runs it, replies with its result. */
import type { Gate, MaybePromise } from '@countersign/core';
import type { Action } from '../actions/define-action.ts';
import type { ActionProblem, AnswerStyle } from '../answers/answer-style.ts';
import type { Call, HandshakeTest, Outcome, Reply } from '../call.ts';
import type { AnswerConfig, GateConfig } from '../config/config.ts';
import { namedAction } from '../config/path-pattern.ts';
import type { CheckedInput } from '../input/find-issues.ts';
import { RESTING } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { PathParams } from '../paths/path-table.ts';
import { createTurns, type TurnLimits, type Turns } from '../turns.ts';
import { answerStyle } from '../vendors/answer-styles.ts';
import { actionFailure } from './action-failure.ts';
import { ActionRuns } from './action-runs.ts';
import { type ActionTable, createActionTable, type ReadyAction } from './action-table.ts';
import { createActionRunner } from './run-action.ts';

export interface AnswerOptions {
  readonly gate: GateConfig;
  readonly config: AnswerConfig;
  /** Undefined where the gate takes unsigned requests. */
  readonly coreGate: Gate | undefined;
  /** Of the gate's older proofs. Default: it has none. */
  readonly older?: readonly Gate[];
  readonly actions: readonly Action[];
  readonly now: () => number;
  readonly log: Log;
}

export interface AnswerOutcome extends Outcome {
  readonly actions: readonly ReadyAction[];
  readonly runs: ActionRuns;
  /** Calls that are under way end as they began. @throws SetupError for actions that the gate cannot have: the old ones stay. */
  replaceActions(actions: readonly Action[]): Promise<void>;
}

/** @throws SetupError for an action that cannot work, or a gate that names none of its module's. */
export async function createAnswerOutcome(options: AnswerOptions): Promise<AnswerOutcome> {
  const style = answerStyle(options.config.as, options.config.title ?? options.gate.name);
  const turns = new SharedTurns();
  const load = (actions: readonly Action[]): Promise<ActionTable> =>
    loadTable({ ...options, actions }, style, turns);
  const runs = new ActionRuns();
  const runAction = createActionRunner({ ...options, gate: options.gate.name, style, runs });
  const work = { style, runAction, table: await load(options.actions) };
  return {
    ...RESTING,
    kind: 'answer',
    runs,
    get actions() {
      return work.table.list;
    },
    run: (call) => run(work, call),
    refusal: style.refusal,
    handshake: (test) => shakeHands(work, test),
    async replaceActions(actions) {
      work.table = await load(actions);
    },
    drain: () => turns.close(),
  };
}

/** What each call goes by. */
interface AnswerWork {
  readonly style: AnswerStyle;
  readonly runAction: ReturnType<typeof createActionRunner>;
  /** What the gate can run now. */
  readonly table: ActionTable;
}

/** Those of an action go on where its module is loaded again. */
class SharedTurns {
  readonly #turns = new Map<string, Turns>();

  of(name: string, limits: TurnLimits): Turns {
    const key = `${name} ${limits.concurrency} ${limits.queue}`;
    const turns = this.#turns.get(key) ?? createTurns(limits);
    this.#turns.set(key, turns);
    return turns;
  }

  close(): void {
    for (const turns of this.#turns.values()) turns.close();
  }
}

async function loadTable(
  options: AnswerOptions,
  style: AnswerStyle,
  turns: SharedTurns,
): Promise<ActionTable> {
  const { gate, log } = options;
  const turnsOf = (name: string, limits: TurnLimits): Turns => turns.of(name, limits);
  const loaded = await createActionTable({ ...options, style, turnsOf });
  for (const { action, input } of loaded.list) {
    for (const { path, message } of input.unchecked)
      log.warn({ gate: gate.name, action: action.name, path }, message);
  }
  return loaded;
}

function run(work: AnswerWork, call: Call): MaybePromise<Reply> {
  const { style, table } = work;
  const asked = style.read(call);
  if (!asked.ok) return refuse(style, call, { reason: 'invalid-input', ...asked });
  const place = placeName(table, call.params);
  const name = asked.actionName ?? place;
  if (place !== undefined && name !== place) return refuse(style, call, OTHER_ACTION);
  const ready = name === undefined ? undefined : table.byName.get(name);
  if (ready === undefined) return refuse(style, call, UNKNOWN_ACTION);
  // Both are read by one code; were they ever read otherwise, the key would still decide.
  const proved = call.accepted?.action;
  if (proved !== undefined && proved !== ready.action.name) return refuse(style, call, OTHER_KEY);
  call.trace?.step('validate');
  try {
    const checked = ready.input.check(asked.input);
    if (!(checked instanceof Promise)) return act(work, ready, call, checked);
    return checked.then(
      (value) => act(work, ready, call, value),
      (error) => actionFailure(style, call, error),
    );
  } catch (error) {
    return actionFailure(style, call, error);
  }
}

function act(
  { style, runAction }: AnswerWork,
  ready: ReadyAction,
  call: Call,
  checked: CheckedInput,
): MaybePromise<Reply> {
  if (checked.ok) {
    call.trace?.step('act');
    return runAction(ready, checked.value, call);
  }
  return refuse(style, call, {
    reason: 'invalid-input',
    message: 'invalid parameters',
    issues: checked.issues,
  });
}

function shakeHands({ style, table }: AnswerWork, { action, params, answer }: HandshakeTest): Reply {
  const place = placeName(table, params);
  if (action === undefined) return { answer };
  if (place !== undefined && place !== action) return refuse(style, undefined, OTHER_ACTION);
  return table.byName.has(action) ? { answer } : refuse(style, undefined, UNKNOWN_ACTION);
}

/** The name that the gate or the path gives; the path is not signed, so a signed name must equal it. */
function placeName(table: ActionTable, params: PathParams): string | undefined {
  return table.fixed ?? namedAction(params);
}

/** Why an action is not run. */
interface NotRun extends Pick<ActionProblem, 'message'>, Partial<Pick<ActionProblem, 'issues'>> {
  readonly reason: 'unknown-action' | 'invalid-input';
  /** Absent: what the reason's row says. */
  readonly remedy?: string;
}

const UNKNOWN_ACTION: NotRun = { reason: 'unknown-action', message: 'unknown action' };

const OTHER_KEY: NotRun = {
  reason: 'unknown-action',
  message: 'unknown action',
  remedy:
    'The key that proved the request is bound to another action: have the caller use the key of this one.',
};

const OTHER_ACTION: NotRun = {
  reason: 'invalid-input',
  message: 'action_name differs from the path',
  remedy:
    'Have the caller name in action_name the action that the path, or answer.action of the gate, names.',
};

function refuse(
  style: AnswerStyle,
  call: Call | undefined,
  { reason, message, remedy, issues = [] }: NotRun,
): Reply {
  const status = reason === 'unknown-action' ? 404 : 400;
  const answer = style.problem({ reason, status, message, issues }, call);
  return { answer, reason, problem: loggedMessage(message, issues), remedy };
}

/** Longer names are no action’s fields, and a log’s line is not for its sender to fill. */
const MAX_LOGGED_PATH = 100;

/** The places alone: what stands there is the sender’s, and what a schema says of it may quote it. */
function loggedMessage(message: string, issues: ActionProblem['issues']): string {
  const places = [...new Set(issues.map(({ path }) => path.slice(0, MAX_LOGGED_PATH)))];
  if (places.length === 0) return message;
  return `${message}: ${places.map((path) => (path === '' ? 'the input itself' : path)).join(', ')}`;
}
