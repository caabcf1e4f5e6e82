/** Signatures of another hash than the gate’s, or of a hash that has no key as it should. */

import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import { isMac, joinMessage, type Message } from '../../crypto/backend.ts';
import { declaredAs } from '../declared.ts';
import { DIGEST_LENGTHS, DIGEST_NAMES, type DigestName, digestOf, digestTitle } from '../digests.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { hmacMd5 } from '../md5.ts';
import { withSignatureBytes } from '../message-signature-bytes.ts';
import { replaced, withParts } from '../other-message.ts';
import { built } from '../other-options.ts';
import { type FindProof, type GateKey, indexOfSignature, ofAnyLength, provedBy } from '../other-proof.ts';
import { publicKeyProof } from '../public-key-digest.ts';
import type { Change, Trial } from '../trial.ts';
import { WORD, withSignature } from '../written-signature.ts';
import { UNIX_TIMES } from './message-time.ts';

const STEPS = ['extract', 'compare'] as const;

const HAVE_HMAC =
  'Have the sender sign with HMAC, which every language has: a plain hash can be made longer, or made by anybody.';

export const ALGORITHM_HASH: readonly TrialHypothesis[] = [
  anyLengthRow(
    'algorithm-md5',
    'The request is signed with HMAC-MD5, which is not the gate’s algorithm, and which no gate takes.',
    'Have the sender sign with HMAC-SHA256: replace md5 by sha256 where it makes the HMAC.',
    (key, message, signatures) => {
      const bytes = joinMessage(message);
      return bytes === undefined ? -1 : indexOfSignature(hmacMd5(key.material.bytes, bytes), signatures);
    },
    ['md5'],
  ),
  {
    id: 'algorithm-public-key-hash',
    part: 'algorithm',
    steps: ['extract', 'compare'],
    *changes({ scheme }) {
      const forms = scheme.proof === 'signature' ? scheme.keys.forms : [];
      if (!forms.some(({ algorithm }) => /^(?:rsa|ecdsa)-/.test(algorithm))) return;
      let name: DigestName | undefined;
      const find: FindProof = async (key, message, signatures) => {
        const proved = await publicKeyProof(key, message, signatures);
        name = proved?.digest;
        return proved?.at ?? -1;
      };
      yield { scheme: provedBy(scheme, find), detail: () => (name === undefined ? '' : digestTitle(name)) };
    },
    says: (detail) =>
      `The key is right, and the request is signed with ${detail}, which is not the hash of the gate’s algorithm.`,
    mend: () =>
      'Have the sender sign with the gate’s algorithm: the hash is what its library calls digest, hash or SHA…withRSA.',
  },
  {
    id: 'algorithm-message-signature-hash',
    part: 'algorithm',
    steps: ['extract'],
    *changes(trial) {
      const { options } = declaredAs(trial.scheme, 'message-signatures') ?? {};
      if (options?.algorithm !== 'hmac-sha256') return;
      for (const [algorithm, name] of [
        ['hmac-sha512', 'HMAC-SHA512'],
        ['hmac-sha1', 'HMAC-SHA1'],
        ['hmac-sha384', 'HMAC-SHA384'],
      ] as const)
        for (const { request, signatures } of withSignatureBytes(trial, (bytes) => resized(bytes, 32)))
          yield {
            request,
            scheme: provedBy(trial.scheme, ({ material }, message) =>
              andThen(backend.createSecretKey(algorithm, material.bytes), (key) =>
                key.find(message, signatures),
              ),
            ),
            detail: name,
          };
    },
    says: (name) => `The message signature is made with ${name}, and the gate’s algorithm is hmac-sha256.`,
    mend: () =>
      'Have the sender sign with HMAC-SHA256, the only HMAC that RFC 9421 registers; no gate takes another.',
  },
  hashRow(
    'algorithm-hash-secret-first',
    'The signature is a plain hash of the secret and the message behind it, and no HMAC.',
    ({ material: { bytes } }, message) => [
      [bytes, ...message],
      [bytes, '.', ...message],
      [bytes, ':', ...message],
    ],
  ),
  hashRow(
    'algorithm-hash-secret-last',
    'The signature is a plain hash of the message and the secret behind it, and no HMAC.',
    ({ material: { bytes } }, message) => [
      [...message, bytes],
      [...message, '.', bytes],
      [...message, ':', bytes],
    ],
  ),
  hashRow(
    'algorithm-hash-alone',
    'The signature is a plain hash of the message, in which no secret has a part: anybody can make it.',
    (_key, message) => [message],
  ),
  {
    id: 'algorithm-key-and-message-swapped',
    part: 'algorithm',
    steps: STEPS,
    example: 'signature-encoding',
    *changes(trial) {
      yield* withAnyLength(trial, swapped);
      // Who swaps them puts the message together by hand, its time too.
      for (const { scheme } of withParts(trial, (parts) => replaced(parts, 'timestamp', ...UNIX_TIMES)))
        if (scheme)
          for (const change of withAnyLength({ ...trial, scheme }, swapped))
            yield { ...change, detail: ' And its time is signed in another form than it is sent.' };
    },
    says: (detail) =>
      `The signature is an HMAC whose key is the message, and whose message is the secret.${detail}`,
    mend: () =>
      'Have the sender pass the secret as the key, which most libraries take first, and the message after it.',
  },
];

const swapped: FindProof = ({ form, material: { bytes } }, message, signatures) => {
  const key = form.kind === 'secret' ? joinMessage(message) : undefined;
  if (key === undefined || key.length === 0 || form.kind !== 'secret') return -1;
  return andThen(backend.createSecretKey(form.algorithm, key), (proof) => proof.find([bytes], signatures));
};

/** Cut, or filled with zeros. */
function resized(bytes: Uint8Array, length: number): Uint8Array | undefined {
  if (bytes.length === length) return undefined;
  const other = new Uint8Array(length);
  other.set(bytes.subarray(0, length));
  return other;
}

/** A hash of what a function makes of key and message: whichever has the signature’s length. */
function hashRow(
  id: string,
  sentence: string,
  inputs: (key: GateKey, message: Message) => readonly Message[],
): TrialHypothesis {
  return anyLengthRow(id, sentence, HAVE_HMAC, async (key, message, signatures) => {
    for (const name of DIGEST_NAMES) {
      if (!signatures.some(({ length }) => length === DIGEST_LENGTHS[name])) continue;
      for (const input of inputs(key, message)) {
        const digest = await digestOf(name, input);
        const at = digest === undefined ? -1 : indexOfSignature(digest, signatures);
        if (at >= 0) return at;
      }
    }
    return -1;
  });
}

/** A row of what secrets prove otherwise, whatever the signature’s length is. @param hashes of whose length it is; default each */
function anyLengthRow(
  id: string,
  sentence: string,
  mend: string,
  find: FindProof,
  hashes: readonly DigestName[] = DIGEST_NAMES,
): TrialHypothesis {
  const isOfHash = ({ length }: Uint8Array): boolean =>
    hashes.some((name) => DIGEST_LENGTHS[name] === length);
  const ofSecrets: FindProof = (key, message, signatures) =>
    key.form.kind === 'secret' && signatures.some(isOfHash) ? find(key, message, signatures) : -1;
  return {
    id,
    part: 'algorithm',
    steps: STEPS,
    example: 'signature-encoding',
    changes: (trial) => withAnyLength(trial, ofSecrets),
    says: () => sentence,
    mend: () => mend,
  };
}

/** The signature at whatever length it has; and behind the word that the request has before it. */
function* withAnyLength(trial: Trial, find: FindProof): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'template');
  const { options } = declared ?? {};
  if (!declared || !options?.keyForms.some(({ algorithm }) => isMac(algorithm))) return;
  const keyForms = ofAnyLength(options.keyForms);
  const scheme = built(declared, { ...options, keyForms });
  if (scheme) yield { scheme: provedBy(scheme, find, options.keyForms) };
  const ofWord = withSignature(trial, function* ({ text, options: { signature } }) {
    const word = WORD.exec(text)?.[0];
    if (word !== undefined && word !== signature.prefix && !signature.list) yield { keyForms, prefix: word };
  });
  for (const change of ofWord)
    if (change.scheme) yield { ...change, scheme: provedBy(change.scheme, find, options.keyForms) };
}
