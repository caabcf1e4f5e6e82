/** Which deliveries, as the command line says it. */
import { DELIVERY_CODE_WORDS, DELIVERY_STATE_WORDS, type DeliveryFilter } from '@countersign/api';
import type { OptionSpecs } from '../arguments.ts';
import type { Call } from '../command.ts';
import { checkedId, GATE_OPTION, readTime, TIME_OPTIONS } from '../day-options.ts';
import { didYouMean } from '../near-miss.ts';
import { UsageError } from '../usage-error.ts';

export const FILTER_OPTIONS: OptionSpecs = {
  destination: { short: 'd', value: 'NAME', description: 'only to this destination' },
  state: { value: 'STATE', description: `only these: ${DELIVERY_STATE_WORDS.join(', ')}` },
  ...GATE_OPTION,
  event: { value: 'ID', description: 'only of this event' },
  code: { value: 'CODE', description: 'only where the last attempt ended so, e.g. timeout' },
  ...TIME_OPTIONS,
};

export function readFilter({ args, io }: Pick<Call, 'args' | 'io'>): DeliveryFilter {
  const event = args.text('event');
  return {
    destination: args.text('destination'),
    state: readState(args.text('state')),
    gate: args.text('gate'),
    event: event === undefined ? undefined : checkedId(event),
    code: readCode(args.text('code')),
    from: readTime(args, 'from', io.now()),
    until: readTime(args, 'until', io.now()),
  };
}

function readState(text: string | undefined): DeliveryFilter['state'] {
  const state = DELIVERY_STATE_WORDS.find((word) => word === text);
  if (text === undefined || state !== undefined) return state;
  throw new UsageError(
    `there is no state ${JSON.stringify(text)}`,
    `${didYouMean(text, DELIVERY_STATE_WORDS)}One of ${DELIVERY_STATE_WORDS.join(', ')}.`,
  );
}

function readCode(text: string | undefined): string | undefined {
  if (text === undefined || DELIVERY_CODE_WORDS.includes(text)) return text;
  throw new UsageError(
    `there is no code ${JSON.stringify(text)}`,
    `${didYouMean(text, DELIVERY_CODE_WORDS)}One of ${DELIVERY_CODE_WORDS.join(', ')}.`,
  );
}
