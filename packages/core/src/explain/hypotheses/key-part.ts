/** What the rows about keys have in common. */
import type { KeySpec } from '../../keys.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import type { Change, Trial } from '../trial.ts';

export const KEY_ROW: Pick<TrialHypothesis, 'part' | 'steps'> = { part: 'key', steps: ['compare'] };

export const LOOK_AT_IT =
  'Look at the variable or the file that the key comes from, and compare it with the sender’s page.';

/** Whether the gate’s keys are secrets: those of two halves are read by their form, whatever stands around them. */
export function takesSecrets({ scheme }: Trial): boolean {
  return scheme.keys.forms.some(({ kind }) => kind === 'secret');
}

/** Each key alone and otherwise; nothing where it stays what it is. */
export function* otherKeys(trial: Trial, change: (key: KeySpec) => Iterable<KeySpec>): Generator<Change> {
  for (const key of trial.keys ?? []) {
    const tried = new Set([identityOf(key)]);
    for (const other of change(key)) {
      const text = identityOf(other);
      if (other.secret.length === 0 || tried.has(text)) continue;
      tried.add(text);
      yield { keys: [other], ...(key.id !== undefined && { detail: key.id }) };
    }
  }
}

/** Other texts of each secret, read as its key was; none that anybody could guess who has not the whole. */
export function otherTexts(trial: Trial, change: (text: string) => Iterable<string>): Generator<Change> {
  return otherSpecs(trial, function* (text, key) {
    for (const secret of change(text)) if (isNoGuess(secret, text)) yield { ...key, secret };
  });
}

/** No part that is worth the name of a secret is shorter. */
const MIN_PART_CHARS = 16;

/** Whether a part of a key is nearly all of it, or a secret by itself: with a user’s name or a word of it anybody signs. */
export function isNoGuess(part: string, text: string): boolean {
  if (4 * part.length >= 3 * text.trim().length) return true;
  return part.length >= MIN_PART_CHARS && /\d/.test(part) && /[A-Za-z]/.test(part) && !/[\s]/.test(part);
}

/** Other texts or encodings of each secret that is a text. */
export function* otherSpecs(
  trial: Trial,
  change: (text: string, key: KeySpec) => Iterable<KeySpec>,
): Generator<Change> {
  if (!takesSecrets(trial)) return;
  yield* otherKeys(trial, (key) => (typeof key.secret === 'string' ? change(key.secret, key) : []));
}

/** The key with these very bytes. */
export function asBytes({ encoding: _, ...key }: KeySpec, bytes: Uint8Array): KeySpec {
  return { ...key, secret: bytes };
}

/** The key with this very text. */
export function asText(key: KeySpec, text: string): KeySpec {
  return { ...key, secret: text, encoding: 'utf8' };
}

/** Tells keys apart: a text under an encoding, bytes by their numbers. */
function identityOf({ secret, encoding }: KeySpec): string {
  return typeof secret === 'string' ? `${encoding ?? ''} ${secret}` : `bytes ${secret.join()}`;
}
