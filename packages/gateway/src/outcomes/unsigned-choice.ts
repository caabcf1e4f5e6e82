/** Nothing that the sender's signature does not cover may choose what is run, or who signed for one thing has signed for all. */
import { type CoveredPart, type Gate, SetupError } from '@countersign/core';
import type { AnswerStyle } from '../answers/answer-style.ts';
import type { GateConfig } from '../config/config.ts';

/**
 * For a gate whose requests name their action. Where the content names it, the path may only repeat it.
 * @throws SetupError where a signature covers neither. A token covers nothing of the request: it lets its bearer choose.
 */
export function refuseUnsignedChoice(
  gate: Pick<GateConfig, 'name'>,
  style: Pick<AnswerStyle, 'namesAction'>,
  coreGate: Gate | undefined,
): void {
  const chooser: CoveredPart = style.namesAction ? 'body' : 'path';
  if (coreGate?.scheme.proof !== 'signature' || coreGate.coverage.covered.includes(chooser)) return;
  throw new SetupError(
    `gates.${gate.name}.${chooser === 'path' ? 'path' : 'answer.as'}`,
    `the ${chooser} names the action, and the signature does not cover the ${chooser}: a request that was signed for one action would run any other`,
    chooser === 'path'
      ? 'Give each action a gate of its own, with a secret of its own and a path that ends in the action’s name, such as /ami/show_it; or, where the message is yours to choose, put {path} into it.'
      : 'Put {body} into the message, or name the one action with answer: { action }.',
  );
}
