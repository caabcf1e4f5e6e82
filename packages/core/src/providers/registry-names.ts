/** Which providers somebody meant who has written a name that is no id. */
import { nearMiss } from '../near-miss.ts';
import { PROVIDERS } from './all.generated.ts';

/** A word of more of them says nothing: “webhooks”, say. */
const MOST_MEANT = 4;

/** Fewer letters begin too many words. */
const LEAST_LETTERS = 3;

/**
 * Ids, in alphabetical order: of the sender that is known by that name; else of those whose id or title has it, from the beginning of a word;
 * else the one that is spelt nearly so. Empty where none is meant.
 */
export function meantProviders(written: string): readonly string[] {
  const name = written.toLowerCase();
  const own = PROVIDERS.filter(({ id, otherNames = [] }) => id === name || otherNames.includes(name));
  if (own.length > 0) return own.map(({ id }) => id);
  const alike = PROVIDERS.filter(({ id, title }) => isNamedBy(id, written) || isNamedBy(title, written));
  if (alike.length > 0 && alike.length <= MOST_MEANT) return alike.map(({ id }) => id);
  const near = nearMiss(
    written,
    PROVIDERS.map(({ id }) => id),
  );
  return near === undefined ? [] : [near];
}

/** `Did you mean hubspot-v1, hubspot-v2 or hubspot-v3? `, or empty. */
export function meantText(written: string): string {
  const ids = meantProviders(written);
  const last = ids.at(-1);
  return last === undefined
    ? ''
    : `Did you mean ${[ids.slice(0, -1).join(', '), last].filter(Boolean).join(' or ')}? `;
}

/** Whether the text has what was written, from the beginning of a word: “Google Pub/Sub push” has `pubsub` and `pub-sub`. */
export function isNamedBy(text: string, written: string): boolean {
  const letters = wordsOf(written).join('');
  const words = wordsOf(text);
  return (
    letters.length >= LEAST_LETTERS &&
    words.some((_, start) => words.slice(start).join('').startsWith(letters))
  );
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
