/** How an answering gate reads what is asked and words what it answers: one interface, three styles. */
import type { Call, Refusing } from '../call.ts';
import type { InputIssue } from '../find-issues.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { ObjectSchema } from '../input-schema.ts';

/** What a verified request asks for. */
export interface Asked {
  readonly ok: true;
  /** The action that the signed content names; undefined where only the path or the gate's options do. */
  readonly actionName: string | undefined;
  readonly input: unknown;
}

/** A verified request that asks for nothing that can be understood. */
export interface Unreadable {
  readonly ok: false;
  readonly message: string;
}

export type ActionProblem = 'unknown-action' | 'invalid-input' | 'action-failed';

export interface AnswerStyle {
  /** Whether input fields that the action does not declare are let through. */
  readonly takesUnknownFields: boolean;
  read(call: Call): Asked | Unreadable;
  /** Undefined where the value cannot be sent. */
  result(value: unknown): HttpAnswer | undefined;
  /** `message` and `issues` may be read by the sender, whose request was verified. */
  problem(problem: ActionProblem, message: string, issues: readonly InputIssue[]): HttpAnswer;
  refusal(refused: Refusing): HttpAnswer;
}

/** The schema that a style applies. */
export function appliedSchema(style: AnswerStyle, schema: ObjectSchema): ObjectSchema {
  return style.takesUnknownFields ? { ...schema, additionalProperties: true } : schema;
}
