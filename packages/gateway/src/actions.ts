/** Actions: named, typed handlers that an answering gate runs for verified requests. */
import type { Accepted, MaybePromise } from '@countersign/core';
import { SetupError } from '@countersign/core/setup-error';
import type { InputOf, ObjectSchema } from './input-schema.ts';
import { checkSchema } from './input-schema.ts';

/** A handler with its name, its words and the shape of its input. */
export interface Action<S extends ObjectSchema = ObjectSchema> {
  /** `^[a-z0-9_]{1,100}$`. */
  readonly name: string;
  /** 1 to 500 characters. */
  readonly description: string;
  readonly inputSchema: S;
  /**
   * Runs after the request is verified and its input has passed the schema. A text or object is the answer;
   * on a page, `html` or `page({…})`. Throw `ActionError` for a failure whose text the caller may read;
   * any other error is logged and answered with a neutral text. After a failure the same request may be sent again.
   */
  run(input: InputOf<S>, context: ActionContext): MaybePromise<string | object>;
}

export interface ActionContext {
  readonly requestId: string;
  /** What proved the request; undefined at a gate with `provider: none`. */
  readonly accepted: Accepted | undefined;
  /** A form's verified fields; empty where the request is no signed form. */
  readonly fields: ReadonlyMap<string, string>;
  /** Aborts when the caller has been told that the action took too long. */
  readonly signal: AbortSignal;
}

/** A failure whose text the caller may read. */
export class ActionError extends Error {
  override readonly name = 'ActionError';

  /** By name: an actions module brings its own copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ActionError';
  }
}

const NAME = /^[a-z0-9_]{1,100}$/;
const MAX_DESCRIPTION = 500;

/**
 * Declares an action; its input's type follows from the schema.
 * @throws SetupError for a name, description or schema that cannot work.
 */
export function defineAction<const S extends ObjectSchema>(action: Action<S>): Action<S> {
  checkAction(action, 'action');
  return action;
}

/** Whether a module's export is meant as an action. */
export function looksLikeAction(value: unknown): value is Action {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';
}

/** @throws SetupError for a name, description or schema that cannot work. */
export function checkAction(action: Omit<Action, 'run'>, where: string): void {
  const { name, description, inputSchema } = action;
  if (typeof name !== 'string' || !NAME.test(name)) {
    const problem = `${JSON.stringify(name)} is no action name`;
    throw new SetupError(`${where}.name`, problem, 'Use 1 to 100 of a-z, 0-9 and _.');
  }
  if (typeof description !== 'string' || description.length === 0 || description.length > MAX_DESCRIPTION) {
    throw new SetupError(
      `${where}.description`,
      `action "${name}" has none of 1 to ${MAX_DESCRIPTION} characters`,
      'Say what it does.',
    );
  }
  checkSchema(inputSchema, `${where}.inputSchema`);
}
