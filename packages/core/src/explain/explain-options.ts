/** What `explain` is told beside the request, checked to the last member: untyped code and stores reach it. */
import { checkOptions, IS, type OptionRule, type OptionRules, required, word } from '../check-options.ts';
import { isPlain, memberOf } from '../given.ts';
import type { Refused } from '../model.ts';
import { REFUSALS, STEPS } from '../refusals.ts';
import type { Arrival, Circumstances, EarlierRequest } from './circumstances.ts';

export interface ExplainOptions extends Circumstances {
  /** How long the trials may take, in milliseconds. Default 250. */
  readonly budgetMs?: number;
  /** How it was refused, where judging it once more does not tell: a repeat, which only the replay guard knows. */
  readonly refused?: RefusedBefore;
}

/** The refusal to explain: a verdict’s, or the note that was kept of one. */
export type RefusedBefore = Pick<Refused, 'reason' | 'step' | 'message'> &
  Partial<Pick<Refused, 'remedy' | 'repeat'>>;

const RULES: OptionRules<ExplainOptions> = {
  budgetMs: IS.milliseconds,
  refused: IS.record,
  earlier: IS.record,
  lacksBody: IS.flag,
  neighbours: IS.list,
};

const REPEAT: OptionRule = {
  expected: '{ state: "in-flight", retryAfterMs } or { state: "committed", … }',
  isValid: (value) =>
    isPlain(value) &&
    (value['state'] === 'committed' ||
      (value['state'] === 'in-flight' && IS.milliseconds.isValid(value['retryAfterMs']))),
};

const REFUSED_RULES: OptionRules<RefusedBefore> = {
  reason: required(word(...Object.keys(REFUSALS))),
  step: required(word(...STEPS)),
  message: required(IS.text),
  remedy: IS.text,
  repeat: REPEAT,
};

const EARLIER_RULES: OptionRules<EarlierRequest> = { takenMs: IS.time, eventId: IS.text };

const ARRIVAL_RULES: OptionRules<Arrival> = {
  signedMs: required(IS.time),
  receivedMs: required(IS.time),
};

/** @throws SetupError naming the member that is wrong. */
export function checkExplainOptions(options: unknown): asserts options is ExplainOptions {
  checkOptions<ExplainOptions>(options, RULES);
  const { refused, earlier, neighbours = [] } = options;
  if (refused) checkMembers(refused, REFUSED_RULES, 'refused.');
  if (earlier) checkMembers(earlier, EARLIER_RULES, 'earlier.');
  for (const [i, arrival] of neighbours.entries()) checkMembers(arrival, ARRIVAL_RULES, `neighbours[${i}].`);
}

/** Whatever else it has: a verdict is more than a refusal, and a store’s claim more than an earlier request. */
function checkMembers<T>(value: unknown, rules: OptionRules<T>, path: string): void {
  const members = Object.keys(rules).map((name) => [name, memberOf(value, name)] as const);
  checkOptions<T>(isPlain(value) ? Object.fromEntries(members) : value, rules, path);
}
