/** Nothing that the sender's signature does not cover may choose what is run, or who signed for one thing has signed for all. */
import { type CoveredPart, type Gate, SetupError } from '@countersign/core';
import type { AnswerStyle } from '../answers/answer-style.ts';
import type { GateConfig } from '../config/config.ts';

/**
 * For a gate whose requests name their action. Where the content names it, the path may only repeat it. Keys that are bound to actions
 * leave nothing to choose, and core has judged them.
 * @throws SetupError where a signature covers neither. A token covers nothing of the request: it lets its bearer choose.
 */
export function refuseUnsignedChoice(
  gate: Pick<GateConfig, 'name'>,
  style: Pick<AnswerStyle, 'actionOf'>,
  coreGate: Gate | undefined,
): void {
  const chooser: CoveredPart = style.actionOf ? 'body' : 'path';
  if (coreGate?.action !== undefined) return;
  if (coreGate?.scheme.proof !== 'signature' || coreGate.coverage.covered.includes(chooser)) return;
  throw new SetupError(
    `gates.${gate.name}.${chooser === 'path' ? 'path' : 'answer.as'}`,
    `the ${chooser} names the action, and the signature does not cover the ${chooser}: a request that was signed for one action would run any other`,
    chooser === 'path'
      ? 'Give each action a secret of its own, and bind each key to its action: keys: [{ secret, for: { action: show_it } }]; or, where the message is yours to choose, put {path} into it.'
      : 'Put {body} into the message, or name the one action with answer: { action }.',
  );
}
