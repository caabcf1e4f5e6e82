/** All examples, and the one of a finding. */
import { HYPOTHESES } from '../table.ts';
import { ADDRESS_NODE } from './address-node.ts';
import { ADDRESS_OTHERS } from './address-others.ts';
import { CLOCK } from './clock.ts';
import type { Example, Framework } from './example.ts';
import { KEYS } from './keys.ts';
import { MESSAGES } from './messages.ts';
import { RAW_BODY_NODE } from './raw-body-node.ts';
import { RAW_BODY_OTHERS } from './raw-body-others.ts';
import { SIGNATURES } from './signatures.ts';
import { TOKENS } from './tokens.ts';

export const EXAMPLES: readonly Example[] = [
  ...RAW_BODY_NODE,
  ...RAW_BODY_OTHERS,
  ...KEYS,
  ...ADDRESS_NODE,
  ...ADDRESS_OTHERS,
  ...SIGNATURES,
  ...MESSAGES,
  ...TOKENS,
  ...CLOCK,
];

/** In the order of the table, the first of a framework. @param topic of a hypothesis’ `example` */
export function examplesOf(topic: string): readonly Example[] {
  return EXAMPLES.filter(({ topics }) => topics.includes(topic));
}

/** The code that mends what was found; undefined where there is none for that framework. @param id the finding’s: of two at once the first that has any */
export function exampleFor(id: string, framework: Framework): Example | undefined {
  const topics = id.split('+').map((part) => HYPOTHESES.find((row) => row.id === part)?.example);
  const examples = topics.flatMap((topic) => (topic === undefined ? [] : examplesOf(topic)));
  return examples.find(({ frameworks }) => frameworks.includes(framework));
}
