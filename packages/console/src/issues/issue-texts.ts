/** What an issue is of, in words. */
import type { IssueView } from '@countersign/api';
import type { Tone } from '../ui/tone.ts';
import { DELIVERY_CODES } from '../words/delivery-codes.ts';
import { ISSUES } from '../words/issues.ts';

export const STATE_TONES: Readonly<Record<IssueView['state'], Tone>> = {
  open: 'bad',
  acknowledged: 'warn',
  closed: 'good',
};

export function subjectOf({ gate, destination }: Pick<IssueView, 'gate' | 'destination'>): string {
  const { subject } = ISSUES;
  if (destination !== undefined) return subject.destination(destination);
  return gate === undefined ? subject.none : subject.gate(gate);
}

/** What its reason means, and what to do. */
export function meaningOf({ destination, gate, reason, remedy }: IssueView): string {
  const { detail } = ISSUES;
  if (reason === 'others') return detail.others;
  if (destination !== undefined) return DELIVERY_CODES[reason] ?? detail.unknownCode;
  return remedy ?? (gate === undefined ? detail.noGate : detail.stepText);
}

/** Why it is closed. Undefined where it is not. */
export function endOf({ state, ended, destination, changedBy = '' }: IssueView): string | undefined {
  if (state !== 'closed' || ended === undefined) return undefined;
  const { ended: words } = ISSUES;
  if (ended === 'healed') return destination === undefined ? words.healed.gate : words.healed.destination;
  return ended === 'quiet' ? words.quiet : words.operator(changedBy);
}
