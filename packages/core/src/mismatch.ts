/** What is said where no key proves a request, by what its proof is. */
import { type Objection, objection } from './objection.ts';
import type { Scheme } from './scheme.ts';

const NO_SIGNATURE_HELD: Objection = objection('signature-mismatch', 'no key of the ring proves the request');

const NO_SECRET_HELD: Objection = objection(
  'signature-mismatch',
  'the token is none of the ring’s keys',
  'Compare the gate’s key with what the sender is set to send; look for quotes and blanks around either.',
);

const NO_TOKEN_HELD: Objection = {
  reason: 'signature-mismatch',
  problem: 'no key of the ring proves the token',
  remedy:
    'The token is another issuer’s or of another key, or was changed. Compare the gate’s key with the issuer’s; `countersign explain` shows what the token says of itself.',
  explained:
    'The token is another issuer’s or of another key, or was changed. Compare what it says of itself at the step extract, and the gate’s key with the issuer’s.',
};

export function mismatch({ proof, headers }: Scheme): Objection {
  if (proof === 'signature') return NO_SIGNATURE_HELD;
  return headers.token.length === 0 ? NO_SECRET_HELD : NO_TOKEN_HELD;
}
