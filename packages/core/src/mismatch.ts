/** What is said where no key proves a request, by what its proof is. */
import type { FoundKeys, KeyRing } from './keys.ts';
import type { SignedRequest } from './model.ts';
import { type Objection, objection } from './objection.ts';
import type { Scheme } from './scheme.ts';

const NO_SIGNATURE_HELD: Objection = objection('signature-mismatch', 'none of the keys proves the request');

const NO_SIGNATURE_OF_CODED: Objection = {
  ...NO_SIGNATURE_HELD,
  remedy:
    'Its body has a Content-Encoding, or holds U+FFFD, which decoders put for bytes that are no UTF-8: hand over the bytes that were signed. Otherwise compare the keys.',
};

const NO_SECRET_HELD: Objection = objection(
  'signature-mismatch',
  'the token is none of the keys',
  'Compare the gate’s key with what the sender is set to send; look for quotes and blanks around either.',
);

const NO_TOKEN_HELD: Objection = {
  reason: 'signature-mismatch',
  problem: 'none of the keys proves the token',
  remedy:
    'The token is another issuer’s or of another key, or was changed. Compare the gate’s key with the issuer’s; `countersign explain` shows what the token says of itself.',
  explained:
    'The token is another issuer’s or of another key, or was changed. Compare what it says of itself at the step extract, and the gate’s key with the issuer’s.',
};

export function mismatch({ proof, headers }: Scheme, request: SignedRequest): Objection {
  if (proof === 'signature') return isCoded(request) ? NO_SIGNATURE_OF_CODED : NO_SIGNATURE_HELD;
  return headers.token.length === 0 ? NO_SECRET_HELD : NO_TOKEN_HELD;
}

/** Letters that begin like U+FFFD, of which so many are looked at: a forged body costs no more than its hash does. */
const MOST_LOOKS = 200;

/** Whether its body may be in another form than the one that was signed: compressed, or made a text. */
function isCoded({ headers, body }: SignedRequest): boolean {
  if (headers.get('content-encoding') !== undefined) return true;
  let at = -1;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    at = body.indexOf(0xef, at + 1);
    if (at < 0) return false;
    if (body[at + 1] === 0xbf && body[at + 2] === 0xbd) return true;
  }
  return false;
}

/** Where there is none that could. @param named the key id that the request names */
export function noKey({ written }: KeyRing, keys: FoundKeys, named: string | undefined): Objection {
  // A list has keys, and a key set as well once it is there.
  if (written.length === 0 && keys.list().length === 0) return NONE_FOUND;
  return named === undefined ? NONE_VALID : NONE_OF_ID;
}

const NONE_FOUND: Objection = objection(
  'unknown-key',
  'the function of keys has none for what the request names',
  'If this sender should be accepted, have the function return keys for that id; a request that names no id is looked up without one.',
);

const NONE_VALID: Objection = objection(
  'unknown-key',
  'none of the keys is valid now',
  'Look at the states and the validity of the gate’s keys: each is revoked, has ended, or is not valid yet.',
);

const NONE_OF_ID: Objection = objection('unknown-key', 'no valid key has the id that the request names');
