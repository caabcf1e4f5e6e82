/** Keys that are written or read otherwise than the sender has them: the likeliest first. */
import { allAloneExcept, type Hypothesis, rowsOf } from '../hypothesis.ts';
import { KEY_ENCODING } from './key-encoding.ts';
import { KEY_RING, KEY_RING_SEEN } from './key-ring.ts';
import { KEY_SEEN } from './key-seen.ts';
import { KEY_TEXT } from './key-text.ts';

/** Those that often come together with a mistake of another part. */
const TOGETHER = [
  'key-revoked',
  'key-ended',
  'key-of-another-action',
  'key-carriage-return',
  'key-line-end',
  'key-blanks-around',
  'key-in-quotes',
  'key-is-base64',
  'key-is-hex',
  'key-is-utf8',
  'key-prefix-kept',
];

/** Those that are rare, or have many trials: each builds a gate, and what is likelier must have its turn before. */
const RARE = [
  'key-and-id-swapped',
  'key-not-set',
  'key-escapes',
  'key-percent-encoded',
  'key-html-escaped',
  'key-letter-too-many',
  'key-quotes-missing',
  'key-cut',
  'key-letter-missing',
  'key-prefix-of-sender-missing',
  'key-letter-case',
  'key-encoded-by-sender',
  'key-text-of-another-encoding',
  'key-dashes',
  'key-charset',
  'key-hashed',
  'key-as-jwk',
];

const ALL: readonly Hypothesis[] = allAloneExcept(TOGETHER, [
  ...KEY_RING,
  ...KEY_RING_SEEN,
  ...KEY_TEXT,
  ...KEY_ENCODING,
  ...KEY_SEEN,
]);

const RARE_ROWS = rowsOf(RARE, ALL);

export const KEY: readonly Hypothesis[] = ALL.filter((row) => !RARE_ROWS.includes(row));

/** To be tried last. */
export const KEY_RARE: readonly Hypothesis[] = ALL.filter((row) => RARE_ROWS.includes(row));
