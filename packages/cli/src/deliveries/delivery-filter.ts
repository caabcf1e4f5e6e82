/** Which deliveries, as the command line says it. */

import { DELIVERY_CODE_WORDS, DELIVERY_STATE_WORDS, type DeliveryFilter } from '@countersign/api';
import type { OptionSpecs } from '../arguments.ts';
import type { Call } from '../command.ts';
import { checkedId, GATE_OPTION, readTime, TIME_OPTIONS } from '../day-options.ts';
import { readWord } from '../read-word.ts';

export const FILTER_OPTIONS: OptionSpecs = {
  destination: { short: 'd', value: 'NAME', description: 'only to this destination' },
  state: { value: 'STATE', description: `only these: ${DELIVERY_STATE_WORDS.join(', ')}` },
  ...GATE_OPTION,
  event: { value: 'ID', description: 'only of this event' },
  code: { value: 'CODE', description: 'only where the last attempt ended with this code, e.g. timeout' },
  ...TIME_OPTIONS,
};

export function readFilter({ args, io }: Pick<Call, 'args' | 'io'>): DeliveryFilter {
  const event = args.text('event');
  return {
    destination: args.text('destination'),
    state: readWord(args.text('state'), DELIVERY_STATE_WORDS, 'there is no state'),
    gate: args.text('gate'),
    event: event === undefined ? undefined : checkedId(event),
    code: readWord(args.text('code'), DELIVERY_CODE_WORDS, 'there is no code'),
    since: readTime(args, 'since', io.now()),
    until: readTime(args, 'until', io.now()),
  };
}
