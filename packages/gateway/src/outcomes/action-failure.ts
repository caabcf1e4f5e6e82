/** What became of an action that threw: the caller reads an ActionError's text, the log everything. */
import { ActionError } from '../actions/define-action.ts';
import type { ActionProblem, AnswerStyle } from '../answers/answer-style.ts';
import type { Call, Reply } from '../call.ts';

export function actionFailure(style: AnswerStyle, call: Call, error: unknown): Reply {
  const isMeant = error instanceof ActionError;
  const problem: ActionProblem = {
    reason: 'action-failed',
    // Another copy of this package, of another version, may have made the error.
    status: isMeant ? (error.status ?? 500) : 500,
    message: isMeant ? error.message : 'the action failed',
    issues: [],
  };
  return { answer: style.problem(problem, call), reason: 'action-failed', error };
}
