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

/** Other texts of each secret, read as its key was. */
export function otherTexts(trial: Trial, change: (text: string) => Iterable<string>): Generator<Change> {
  return otherSpecs(trial, function* (text, key) {
    for (const secret of change(text)) yield { ...key, secret };
  });
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
