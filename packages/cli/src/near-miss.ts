/** Remedies where a word is not known. */
import { nearMiss } from '@countersign/core';

/** The first sentence, where a known word was probably meant: `Did you mean --key? `, or empty. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearMiss(word, words);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}

/** So many of a gateway's gates are named. */
const MAX_NAMED = 20;

/** The whole remedy, where no gate has the name. */
export function otherGates(name: string, names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `${didYouMean(name, names)}Gates: ${names.slice(0, MAX_NAMED).join(', ')}${more}.`;
}
