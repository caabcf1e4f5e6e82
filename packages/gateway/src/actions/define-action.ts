/** Actions: named, typed handlers that an answering gate runs for verified requests. */

import type { Accepted, MaybePromise, Refused } from '@countersign/core';
import {
  checkOptions,
  describeGiven,
  IS,
  type OptionRule,
  type OptionRules,
  required,
} from '@countersign/core/internal/check-options';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { ActionInput, InputOf, JsonSchema } from '../input/action-input.ts';
import { MAX_TIMER_MS } from '../timer-delay.ts';
import { placeOf, rememberPlace } from './places-of-actions.ts';

/** A handler with its name, its words and the shape of its input. */
export interface Action<S extends ActionInput = ActionInput> {
  /** `^[a-z0-9_]{1,100}$`. */
  readonly name: string;
  /** 1 to 500 characters. */
  readonly description: string;
  /**
   * A Standard Schema (zod, valibot, arktype, …) or a JSON Schema. Fields that it does not declare are refused,
   * unless it says that it takes them.
   */
  readonly input: S;
  /** What platforms are told of the input. Default: what `input` says of itself. */
  readonly jsonSchema?: JsonSchema;
  /** How long a call may take, waiting included. Default: a little less than the platform waits; 25 s where that is not known. */
  readonly deadlineMs?: number;
  /** How many calls may run at once. Default 100. */
  readonly concurrency?: number;
  /** How many calls may wait for their turn; one more is answered 503 with `Retry-After`. Default 1000. */
  readonly queue?: number;
  /**
   * Runs after the request is verified and its input has passed the schema. A text or an object is the answer;
   * `html`, `page`, `redirect`, `file`, `stream` and `progress` make others, where the platform can take them.
   * Throw `ActionError` for a failure whose text the caller may read; any other error is logged and answered with a
   * neutral text. After a failure the same request may be sent again.
   */
  run(input: InputOf<S>, context: ActionContext): MaybePromise<string | object>;
}

/** What an action knows of its call. */
export interface ActionContext {
  /** The gate's name. */
  readonly gate: string;
  /** As in the log. */
  readonly requestId: string;
  /** The sender's id of the event where the signature covers one, else `requestId`. */
  readonly eventId: string;
  /** The same for each try of one request, and for no other request: made of signed content. */
  readonly idempotencyKey: string;
  /** 1, and one more for each time that this request failed here before. */
  readonly attempt: number;
  /** What proved the request; undefined at a gate with `provider: none` and where a gate that monitors let a refused one through, as is `keyId`. */
  readonly verdict: Accepted | undefined;
  /** Why the gate, which monitors, would have refused the request: then nobody has proved it. Undefined: it was not refused. */
  readonly refused: Pick<Refused, 'reason' | 'step' | 'message'> | undefined;
  readonly keyId: string | undefined;
  /** Whose key proved the request, where the gate looks keys up by tenant. Undefined: keys are of no tenant. */
  readonly tenant: string | undefined;
  /** A form's verified fields; empty where the request is no signed form. */
  readonly fields: ReadonlyMap<string, string>;
  /** W3C Trace Context of this call, to be sent as the header `traceparent` to what the action calls. Undefined where `telemetry` is off. */
  readonly traceparent: string | undefined;
  /** Aborts when the deadline has passed and the caller was told so, and when the caller of a stream has left. */
  readonly signal: AbortSignal;
  /** When the caller is told that the call took too long, in milliseconds since the epoch. */
  readonly deadlineAtMs: number;
  readonly log: ActionLog;
}

/** Writes to the gateway's log, with the gate, the action and the request id. */
export interface ActionLog {
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** A failure whose text the caller may read. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  /** 400 to 599. */
  readonly status: number;

  /** By name: an actions module brings its own copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ActionError';
  }

  /** @throws RangeError for a status that is none of 400 to 599. */
  constructor(message: string, { status = 500, ...options }: ActionErrorOptions = {}) {
    super(message, options);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`the status of an ActionError is 400 to 599, not ${status}`);
    }
    this.status = status;
  }
}

export interface ActionErrorOptions extends ErrorOptions {
  /** Default 500. */
  readonly status?: number;
}

const ANY: OptionRule = { expected: 'a value', isValid: () => true };
const NAME = /^[a-z0-9_]{1,100}$/;
const MAX_DESCRIPTION = 500;

/**
 * Declares an action; its input's type follows from the schema.
 * @throws SetupError, with the file and line, for a name, description or limit that cannot work.
 */
export function defineAction<const S extends ActionInput>(action: Action<S>): Action<S> {
  checkMembers(action);
  rememberPlace(action, new Error().stack);
  checkAction(action, 'action');
  return action;
}

const MEMBERS: OptionRules<Action> = {
  name: ANY,
  description: ANY,
  input: ANY,
  jsonSchema: IS.object,
  deadlineMs: ANY,
  concurrency: ANY,
  queue: ANY,
  run: required(IS.function),
};

/** Names, and that it runs; `checkAction` says the rest better. */
function checkMembers(action: unknown): void {
  checkOptions<Action>(action, MEMBERS, 'action.', (name) =>
    /schema$/i.test(name) ? 'The schema of the input is called input.' : undefined,
  );
}

/** Whether a module's export is meant as an action. */
export function looksLikeAction(value: unknown): value is Action {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';
}

/** @throws SetupError for a name, description or limit that cannot work. */
export function checkAction(action: Action | Omit<Action, 'run'>, option: string): void {
  if (typeof action !== 'object' || action === null) {
    throw new SetupError(option, `it is ${describeGiven(action)}`, 'Give what defineAction returns.');
  }
  const { name, description, input } = action;
  const place = placeOf(action);
  const at = place === undefined ? '' : `${place}: `;
  if (typeof name !== 'string' || !NAME.test(name)) {
    const problem = `${at}${JSON.stringify(name)} is not an action name`;
    throw new SetupError(`${option}.name`, problem, 'Use 1 to 100 of a-z, 0-9 and _.');
  }
  if (typeof description !== 'string' || description.length === 0 || description.length > MAX_DESCRIPTION) {
    throw new SetupError(
      `${option}.description`,
      `${at}action "${name}" has no description of 1 to ${MAX_DESCRIPTION} characters`,
      'Say what it does.',
    );
  }
  if ((typeof input !== 'object' && typeof input !== 'function') || input === null) {
    throw new SetupError(
      `${option}.input`,
      `${at}action "${name}" has no input schema`,
      "Give a zod, valibot or arktype schema, or a JSON Schema; { type: 'object' } for no input.",
    );
  }
  const limits = { deadlineMs: [1, MAX_TIMER_MS], concurrency: [1, 1e6], queue: [0, 1e6] } as const;
  for (const [limit, [min, max]] of Object.entries(limits)) {
    const value = action[limit as keyof typeof limits];
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) continue;
    throw new SetupError(
      `${option}.${limit}`,
      `${at}action "${name}" cannot have a ${limit} of ${value}`,
      `Give a whole number from ${min} to ${max}.`,
    );
  }
}
