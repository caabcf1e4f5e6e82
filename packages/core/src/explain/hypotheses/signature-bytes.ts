/** Signatures of other bytes than the gate expects: another form of an ECDSA signature, or the beginning of one. */

import { andThen } from '../../and-then.ts';
import { isMac, MAC_BYTES } from '../../crypto/backend.ts';
import { derToRaw } from '../../crypto/ecdsa-der.ts';
import { CURVE_BYTES, type PublicKeyAlgorithm } from '../../crypto/public-key-algorithms.ts';
import { base64Bytes } from '../../keys/base64-text.ts';
import type { KeyForm } from '../../keys/key-form.ts';
import { encodeSignature, type SignatureEncoding } from '../../schemes/signature-text.ts';
import { equalBytes } from '../../text/bytes.ts';
import { withoutEnd } from '../../text/ends.ts';
import { declaredAs } from '../declared.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { withSignatureBytes } from '../message-signature-bytes.ts';
import { built, withTemplate } from '../other-options.ts';
import { type FindProof, ofAnyLength, provedBy } from '../other-proof.ts';
import type { Change, Trial } from '../trial.ts';
import { mapValue, signatureText } from '../written-signature.ts';

const STEPS = ['extract', 'compare'] as const;

export const SIGNATURE_BYTES: readonly TrialHypothesis[] = [
  {
    id: 'signature-der',
    part: 'signature',
    steps: STEPS,
    *changes(trial) {
      yield* withEcdsa(trial, (algorithm) => (isDer(algorithm) ? algorithm : `${algorithm}-der`));
      yield* derInMessageSignature(trial);
    },
    says: () =>
      'The ECDSA signature is right, and is written as DER; the gate reads r‖s, two numbers of one length.',
    mend: () => 'In a declared scheme, add -der to the algorithm; or have the sender write r‖s (IEEE P1363).',
  },
  {
    id: 'signature-raw',
    part: 'signature',
    steps: STEPS,
    changes: (trial) => withEcdsa(trial, (algorithm) => algorithm.replace(/-der$/, '')),
    says: () =>
      'The ECDSA signature is right, and is written as r‖s, two numbers of one length; the gate reads DER.',
    mend: () =>
      'In a declared scheme, leave -der out of the algorithm; or have the sender write DER, as OpenSSL does.',
  },
  {
    id: 'signature-cut',
    part: 'signature',
    steps: STEPS,
    example: 'signature-encoding',
    changes: cutSignature,
    says: () => 'What is there is the beginning of the right signature: the rest was cut off.',
    mend: () =>
      'Look for a column, a variable or a log that is too short for it, and at what the sender cuts off. A signature that is cut is never taken.',
  },
];

/** In a message signature: the two numbers in place of the DER. */
function* derInMessageSignature(trial: Trial): Generator<Change> {
  const { algorithm = '' } = declaredAs(trial.scheme, 'message-signatures')?.options ?? {};
  const size = { 'ecdsa-p256-sha256': CURVE_BYTES['P-256'], 'ecdsa-p384-sha384': CURVE_BYTES['P-384'] }[
    algorithm as string
  ];
  if (size === undefined) return;
  for (const { request } of withSignatureBytes(trial, (bytes) => derToRaw(bytes, size))) yield { request };
}

const isDer = (algorithm: string): boolean => algorithm.endsWith('-der');

function withEcdsa(trial: Trial, change: (algorithm: string) => string): Generator<Change> {
  return withTemplate(trial, (options) => {
    const keyForms = options.keyForms.map((form): KeyForm => {
      if (form.kind === 'secret' || !form.algorithm.startsWith('ecdsa-')) return form;
      return { ...form, algorithm: change(form.algorithm) as PublicKeyAlgorithm };
    });
    const isOther = keyForms.some(({ algorithm }, i) => algorithm !== options.keyForms[i]?.algorithm);
    return isOther ? { ...options, keyForms } : undefined;
  });
}

/** Fewer bytes than these could be guessed. */
const MIN_BYTES = 10;

const beginning: FindProof = ({ form, proof }, message, signatures) =>
  form.kind !== 'secret'
    ? -1
    : andThen(proof.sign(message), (mac) =>
        signatures.findIndex(
          (part) =>
            part.length >= MIN_BYTES &&
            part.length < mac.length &&
            equalBytes(part, mac.subarray(0, part.length)),
        ),
      );

/** Read at whatever length it has. */
function* cutSignature(trial: Trial): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'template');
  const text = signatureText(trial);
  if (!declared || text === undefined) return;
  const { options } = declared;
  if (!options.keyForms.some(({ algorithm }) => isMac(algorithm) && MAC_BYTES[algorithm] > MIN_BYTES)) return;
  const whole = mapValue({ text, options }, (value) => wholeBytes(value, options.signature.encoding));
  const header = 'header' in options.signature ? options.signature.header : undefined;
  const scheme = built(declared, { ...options, keyForms: ofAnyLength(options.keyForms) });
  if (!scheme) return;
  const { request } = trial;
  yield {
    scheme: provedBy(scheme, beginning, options.keyForms),
    ...(header !== undefined && { request: { ...request, headers: request.headers.with(header, whole) } }),
  };
}

/** Without the letters at its end that make no whole byte. */
function wholeBytes(value: string, encoding: SignatureEncoding): string {
  if (encoding.startsWith('hex')) return value.slice(0, value.length - (value.length % 2));
  const letters = withoutEnd(value, '=');
  // One letter alone is not of a byte; of others, bits are left over where the cut went through one.
  const bytes = base64Bytes(letters.length % 4 === 1 ? letters.slice(0, -1) : letters);
  return bytes === undefined ? value : encodeSignature(bytes, encoding);
}
