/** Keys that are written or read otherwise than the sender has them: the likeliest first. */
import { aloneBut, type Hypothesis } from '../hypothesis.ts';
import { KEY_ENCODING } from './key-encoding.ts';
import { KEY_RING } from './key-ring.ts';
import { KEY_SEEN } from './key-seen.ts';
import { KEY_TEXT } from './key-text.ts';

/** Those that often come together with a mistake of another part. */
const TOGETHER = [
  'key-revoked',
  'key-ended',
  'key-carriage-return',
  'key-line-end',
  'key-blanks-around',
  'key-in-quotes',
  'key-is-base64',
  'key-is-hex',
  'key-is-utf8',
  'key-prefix-kept',
];

export const KEY: readonly Hypothesis[] = aloneBut(TOGETHER, [
  ...KEY_RING,
  ...KEY_TEXT,
  ...KEY_ENCODING,
  ...KEY_SEEN,
]);
