/** What of a gate's requests names the action whose keys may prove them: the path, or the content where the gate's answers are of such a form. */
import { type ActionChoice, actionFrom, SetupError } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { namedAction, namesAction } from '../config/path-pattern.ts';
import { createParamsReader } from '../paths/read-params.ts';
import { answerStyle } from '../vendors/answer-styles.ts';

/**
 * Undefined where no key is bound to an action.
 * @throws SetupError where one is, and no request could name its action
 */
export function actionSource(gate: GateConfig): ActionChoice | undefined {
  const at = gate.keys.findIndex((key) => key.for !== undefined);
  if (at < 0) return undefined;
  const nameOf =
    gate.outcome.kind === 'answer' ? answerStyle(gate.outcome.as, gate.name).actionOf : undefined;
  if (nameOf !== undefined) return actionFrom('body', ({ body }) => nameOf(body));
  if (gate.segments.some(namesAction)) {
    const paramsOf = createParamsReader(gate.segments);
    return actionFrom('path', (request) => {
      const params = paramsOf(request);
      return params && namedAction(params);
    });
  }
  throw new SetupError(
    `gates.${gate.name}.keys[${at}].for`,
    'is given, and no request could say which action it asks for',
    'Put :action into the path, such as /ami/:action; a gate of one action needs no key that is bound to it.',
  );
}
