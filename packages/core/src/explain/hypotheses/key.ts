/** Keys that are written or read otherwise than the sender has them: the likeliest first. */
import type { Hypothesis } from '../hypothesis.ts';
import { KEY_ENCODING } from './key-encoding.ts';
import { KEY_RING } from './key-ring.ts';
import { KEY_SEEN } from './key-seen.ts';
import { KEY_TEXT } from './key-text.ts';

export const KEY: readonly Hypothesis[] = [...KEY_RING, ...KEY_TEXT, ...KEY_ENCODING, ...KEY_SEEN];
