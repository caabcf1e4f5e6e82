/** What a declared test of an address must hold beside the scheme that it is declared with. */
import { isMac } from '../crypto/backend.ts';
import { SetupError } from '../setup-error.ts';
import { type HandshakeOptions, signsChallenge } from './handshake.ts';
import type { TemplateOptions } from './template-options.ts';

/**
 * What makes a request a test must be signed: else any request, once captured, becomes a test, and its challenge whatever its captor wants
 * to have signed.
 * @param isOfItems whether the items of a list are signed, each by itself @throws SetupError
 */
export function checkHandshake(
  handshake: HandshakeOptions,
  declared: TemplateOptions,
  isOfItems: boolean,
): void {
  const [form] = declared.keyForms;
  if (signsChallenge(handshake) && !(form && isMac(form.algorithm))) {
    throw new SetupError(
      'scheme.handshake.answer',
      'it has an HMAC, and the algorithm is none',
      'Leave {hmac:…} out, or set algorithm to an HMAC.',
    );
  }
  const { method, signed, when = {}, challenge } = handshake;
  if (method !== 'POST' || signed === false) return;
  if (typeof challenge === 'object') {
    throw new SetupError(
      'scheme.handshake.challenge',
      'it is in no body, and of a signed test the body is what is signed',
      'Name a member of the body; or set signed: false, where the test has no proof.',
    );
  }
  if (declared.bodyDigest) return;
  const { templates, members = [] } = declared.message.compile(declared);
  if (!isOfItems && templates.every(({ covers }) => covers.has('body'))) return;
  const names = [...Object.keys(when), ...(challenge === undefined ? [] : [challenge])];
  const isSigned = (name: string): boolean =>
    members.some((place) => 'member' in place && place.member === name);
  const open = isOfItems || templates.length > 1 ? names[0] : names.find((name) => !isSigned(name));
  if (open === undefined) return;
  throw new SetupError(
    'scheme.handshake',
    `its member ${open} is not signed: whoever holds one request could make a test of it`,
    'Have the message cover {body}, or each member that the handshake names.',
  );
}
