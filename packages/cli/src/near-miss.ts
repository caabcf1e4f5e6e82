/** Remedies where a word is not known. */
import { nearMiss } from '@countersign/core';
import { listed } from '@countersign/core/internal/amounts';

/** The first sentence, where a known word was probably meant: `Did you mean --key? `, or empty. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearMiss(word, words);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}

/** More gates than these are counted, not named. */
const MAX_NAMED = 20;

/** The whole remedy, where no gate has the name. */
export function otherGates(name: string, names: readonly string[]): string {
  return names.length === 0
    ? 'There are no gates, only sessions: name another configuration with --config FILE.'
    : `${didYouMean(name, names)}Gates: ${listed(names, MAX_NAMED)}.`;
}
