/** Keys that are written or read otherwise than the sender has them. */
import type { KeyEncoding, KeySpec } from '../../keys.ts';
import type { Tried } from '../hypothesis.ts';
import type { Change, Trial } from '../trial.ts';

const READ = {
  base64: 'decoded from base64',
  hex: 'decoded from hex',
  utf8: 'its text to the letter',
} as const satisfies Partial<Record<KeyEncoding, string>>;

export const KEY: readonly Tried[] = [
  {
    id: 'key-blanks-around',
    part: 'key',
    steps: ['compare'],
    changes: (trial) => withTexts(trial, (text) => text.trim()),
    says: () => 'The gate’s key has blanks or line ends around it that the sender’s has not.',
    mend: () => 'Write the key without them: look at the variable or the file that it comes from.',
  },
  {
    id: 'key-in-quotes',
    part: 'key',
    steps: ['compare'],
    changes: (trial) => withTexts(trial, (text) => text.trim().replace(/^(["'`])(.*)\1$/s, '$2')),
    says: () => 'The gate’s key stands in quotes that the sender’s has not.',
    mend: () => 'Take the quotes out of the variable or the file that it comes from.',
  },
  {
    id: 'key-line-end-missing',
    part: 'key',
    steps: ['compare'],
    changes: (trial) => withTexts(trial, (text) => `${text}\n`),
    says: () => 'The sender’s key ends with a line end that the gate’s has not.',
    mend: () => 'Have the sender cut the line end off its key, as reading it from a file keeps it.',
  },
  ...(['base64', 'hex', 'utf8'] as const).map(
    (encoding): Tried => ({
      id: `key-is-${encoding}`,
      part: 'key',
      steps: ['compare'],
      changes: (trial) =>
        withKey(trial, (key) => (typeof key.secret === 'string' ? { ...key, encoding } : undefined)),
      says: () => `The sender’s key is ${READ[encoding]}, and the gate reads it otherwise.`,
      mend: () => `Set the key’s encoding: ${encoding}.`,
    }),
  ),
];

function withTexts(trial: Trial, change: (text: string) => string): Generator<Change> {
  return withKey(trial, (key) =>
    typeof key.secret === 'string' && change(key.secret) !== key.secret
      ? { ...key, secret: change(key.secret) }
      : undefined,
  );
}

/** One key of the gate’s, alone and written otherwise; each that can be. */
function* withKey({ keys = [] }: Trial, change: (key: KeySpec) => KeySpec | undefined): Generator<Change> {
  for (const key of keys) {
    const other = change(key);
    if (other) yield { keys: [other], ...(key.id !== undefined && { detail: key.id }) };
  }
}
