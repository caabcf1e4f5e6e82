/** The hypotheses, in the order of likelihood: of several that hold, the first is told first. */

import { BODY } from './hypotheses/body.ts';
import { KEY } from './hypotheses/key.ts';
import { MESSAGE_SIGNATURE } from './hypotheses/message-signature.ts';
import { MESSAGE_SIGNATURE_BASE } from './hypotheses/message-signature-base.ts';
import { MESSAGE_SIGNATURE_FIELDS } from './hypotheses/message-signature-fields.ts';
import { PLACE_DPOP } from './hypotheses/place-dpop.ts';
import { PLACE_HEADER } from './hypotheses/place-header.ts';
import { PLACE_METHOD } from './hypotheses/place-method.ts';
import { PLACE_ORIGIN } from './hypotheses/place-origin.ts';
import { PLACE_PATH } from './hypotheses/place-path.ts';
import { PLACE_QUERY } from './hypotheses/place-query.ts';
import { PLACE_TOGETHER } from './hypotheses/place-together.ts';
import { REPLAY } from './hypotheses/replay.ts';
import type { Hypothesis } from './hypothesis.ts';

/** Where the URL, the method or a header was another: what proxies change most often first. */
const PLACE: readonly Hypothesis[] = [
  ...PLACE_ORIGIN,
  ...PLACE_DPOP,
  ...PLACE_PATH,
  ...PLACE_QUERY,
  ...PLACE_TOGETHER,
  ...PLACE_METHOD,
  ...PLACE_HEADER,
];

export const HYPOTHESES: readonly Hypothesis[] = [
  ...KEY,
  // What is signed and what is demanded, before what might have been signed: an empty body needs no digest.
  ...MESSAGE_SIGNATURE,
  ...BODY,
  ...PLACE,
  ...MESSAGE_SIGNATURE_FIELDS,
  ...MESSAGE_SIGNATURE_BASE,
  ...REPLAY,
];
