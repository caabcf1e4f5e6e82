/** The hypotheses, in the order of likelihood: of several that hold, the first is told first. */

import { AGENT } from './hypotheses/agent.ts';
import { ALGORITHM } from './hypotheses/algorithm.ts';
import { ALGORITHM_HASH } from './hypotheses/algorithm-hash.ts';
import { BINDING } from './hypotheses/binding.ts';
import { BINDING_CLAIM } from './hypotheses/binding-claim.ts';
import { BODY, BODY_RARE } from './hypotheses/body.ts';
import { DPOP_PROOF } from './hypotheses/dpop-proof.ts';
import { KEY, KEY_RARE } from './hypotheses/key.ts';
import { MESSAGE, MESSAGE_RARE } from './hypotheses/message.ts';
import { MESSAGE_ADDRESS } from './hypotheses/message-address.ts';
import { MESSAGE_DIGEST } from './hypotheses/message-digest.ts';
import { MESSAGE_FIELDS } from './hypotheses/message-fields.ts';
import { MESSAGE_ID } from './hypotheses/message-id.ts';
import { MESSAGE_MEMBER } from './hypotheses/message-member.ts';
import { MESSAGE_ORDER } from './hypotheses/message-order.ts';
import { MESSAGE_OWN_FORM } from './hypotheses/message-own-form.ts';
import { MESSAGE_SIGNATURE } from './hypotheses/message-signature.ts';
import { MESSAGE_SIGNATURE_BASE } from './hypotheses/message-signature-base.ts';
import { DIGEST_SEEN, MESSAGE_SIGNATURE_FIELDS } from './hypotheses/message-signature-fields.ts';
import { MESSAGE_TIME, MESSAGE_TIME_RARE } from './hypotheses/message-time.ts';
import { MISSING } from './hypotheses/missing.ts';
import { PLACE_DPOP } from './hypotheses/place-dpop.ts';
import { PLACE_HEADER } from './hypotheses/place-header.ts';
import { PLACE_HOST } from './hypotheses/place-host.ts';
import { PLACE_METHOD } from './hypotheses/place-method.ts';
import { PLACE_ORIGIN } from './hypotheses/place-origin.ts';
import { PLACE_PATH } from './hypotheses/place-path.ts';
import { PLACE_PATH_NORMAL } from './hypotheses/place-path-normal.ts';
import { PLACE_QUERY } from './hypotheses/place-query.ts';
import { PLACE_TOGETHER } from './hypotheses/place-together.ts';
import { REPLAY } from './hypotheses/replay.ts';
import { SECRET_ELSEWHERE } from './hypotheses/secret-elsewhere.ts';
import { SIGNATURE } from './hypotheses/signature.ts';
import { SIGNATURE_BROKEN } from './hypotheses/signature-broken.ts';
import { SIGNATURE_BYTES } from './hypotheses/signature-bytes.ts';
import { SIGNATURE_LETTERS } from './hypotheses/signature-letters.ts';
import { SIGNATURE_PLACE, SIGNATURE_SEEN } from './hypotheses/signature-place.ts';
import { TIME, TIME_SEEN, TOKEN_TIME } from './hypotheses/time.ts';
import { TIME_OF_SEVERAL } from './hypotheses/time-of-several.ts';
import { TOKEN_CLAIMS, TOKEN_CLAIMS_SEEN } from './hypotheses/token-claims.ts';
import { TOKEN_ELSEWHERE } from './hypotheses/token-elsewhere.ts';
import { TOKEN_FORM, TOKEN_FORM_SEEN } from './hypotheses/token-form.ts';
import { TOKEN_HEADER } from './hypotheses/token-header.ts';
import { TOKEN_KEY, TOKEN_KEY_SEEN } from './hypotheses/token-key.ts';
import { TOKEN_SEEN } from './hypotheses/token-seen.ts';
import { TOKEN_TEXT_SEEN } from './hypotheses/token-text-seen.ts';
import { TOKEN_TIMES } from './hypotheses/token-times.ts';
import { allAloneExcept, type Hypothesis } from './hypothesis.ts';

/** Where the URL, the method or a header was another: what proxies change most often first. */
const PLACE: readonly Hypothesis[] = [
  ...PLACE_ORIGIN,
  ...PLACE_DPOP,
  ...PLACE_PATH,
  ...PLACE_QUERY,
  ...PLACE_TOGETHER,
  ...PLACE_PATH_NORMAL,
  ...PLACE_HOST,
  ...PLACE_METHOD,
  // What is missing for its underscore before what is missing.
  ...MISSING,
  ...PLACE_HEADER,
];

/** What the sender signs, and how it writes that down: the form before the content, and what was once proved after all. */
const SIGNED: readonly Hypothesis[] = allAloneExcept(
  [
    'signature-is-hex',
    'signature-is-base64',
    'signature-hex-upper-case',
    'signature-prefix-missing',
    'signature-padding',
    'algorithm-sha1',
    'algorithm-sha256',
    'algorithm-sha512',
    'message-timestamp-left-out',
    'message-separator',
    'message-body-alone',
    'message-body-hashed',
    // These show in the text itself: openssl’s -hmac takes a key to the letter.
    'signature-openssl-label',
    'signature-bytes-literal',
  ],
  [
    ...SIGNATURE,
    ...SIGNATURE_PLACE,
    ...SIGNATURE_BYTES,
    ...SIGNATURE_LETTERS,
    ...SIGNATURE_SEEN,
    ...SIGNATURE_BROKEN,
    ...TIME,
    ...TOKEN_TIME,
    ...TOKEN_TIMES,
    ...TIME_OF_SEVERAL,
    ...TOKEN_CLAIMS_SEEN,
    ...TIME_SEEN,
    ...ALGORITHM,
    ...SECRET_ELSEWHERE,
    ...ALGORITHM_HASH,
    ...MESSAGE,
    ...MESSAGE_TIME,
    ...MESSAGE_DIGEST,
    ...MESSAGE_ORDER,
    ...MESSAGE_ADDRESS,
    ...MESSAGE_FIELDS,
    ...MESSAGE_MEMBER,
    ...MESSAGE_ID,
    ...MESSAGE_OWN_FORM,
    ...MESSAGE_RARE,
    ...MESSAGE_TIME_RARE,
  ],
);

/** How a token stands in its request: of a secret that is sent itself, before another key would be said to be the gate’s. */
const TOKEN_PLACE: readonly Hypothesis[] = [...TOKEN_HEADER, ...TOKEN_ELSEWHERE];

const TOKENS: readonly Hypothesis[] = [
  ...TOKEN_FORM,
  ...TOKEN_FORM_SEEN,
  ...TOKEN_KEY,
  ...TOKEN_KEY_SEEN,
  ...TOKEN_CLAIMS,
  ...BINDING_CLAIM,
  ...DPOP_PROOF,
  ...TOKEN_TEXT_SEEN,
  ...TOKEN_SEEN,
];

export const HYPOTHESES: readonly Hypothesis[] = [
  ...TOKEN_PLACE,
  ...KEY,
  // What is signed and what is demanded, before what might have been signed: an empty body needs no digest.
  ...MESSAGE_SIGNATURE,
  ...AGENT,
  ...BODY,
  ...BINDING,
  ...PLACE,
  ...MESSAGE_SIGNATURE_FIELDS,
  ...MESSAGE_SIGNATURE_BASE,
  ...SIGNED,
  ...TOKENS,
  ...REPLAY,
  ...KEY_RARE,
  ...BODY_RARE,
  ...DIGEST_SEEN,
];
