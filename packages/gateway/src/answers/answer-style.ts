/** How an answering gate reads what is asked and words what it answers: one interface, three styles. */
import type { Refusing } from '@countersign/core';
import type { Call } from '../call.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { InputIssue } from '../input/find-issues.ts';

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
  /** For the log: what an operator should do. */
  readonly remedy: string;
}

/** A verified request that came to nothing. The sender may read all of it. */
export interface ActionProblem {
  readonly reason: 'unknown-action' | 'invalid-input' | 'action-failed';
  /** That of the reason, or the one that an ActionError chose. */
  readonly status: number;
  readonly message: string;
  readonly issues: readonly InputIssue[];
}

export interface AnswerStyle {
  /** Whether input fields that the action does not declare are let through. */
  readonly takesUnknownFields: boolean;
  /** The action that the content names, for all that is proved of it; absent where content of this form names none. */
  readonly actionOf?: (body: Uint8Array) => string | undefined;
  read(call: Call): Asked | Unreadable;
  /** @throws TypeError where the platform cannot take such a value; its text is for the log. */
  result(value: unknown, call: Call): HttpAnswer;
  problem(problem: ActionProblem, call: Call | undefined): HttpAnswer;
  refusal(refused: Refusing): HttpAnswer;
}
