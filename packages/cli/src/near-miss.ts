/** A remedy's first sentence, where a known word was probably meant. */
import { nearMiss } from '@countersign/core';

/** `Did you mean --key? `, or empty. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearMiss(word, words);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}
