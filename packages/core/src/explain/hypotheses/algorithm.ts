/** Signatures of another algorithm than the gate’s. */

import type { MacAlgorithm } from '../../crypto/backend.ts';
import type { PublicKeyAlgorithm } from '../../crypto/public-key-algorithms.ts';
import type { KeyForm } from '../../keys/key-form.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import { declaredAs } from '../declared.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { built } from '../other-options.ts';
import type { Change, Trial } from '../trial.ts';
import { type OtherSignature, withSignature } from '../written-signature.ts';
import { otherHeader, withMac } from './signature-place.ts';

const STEPS = ['extract', 'compare'] as const;

const MACS = {
  sha1: ['hmac-sha1', 'HMAC-SHA1'],
  sha256: ['hmac-sha256', 'HMAC-SHA256'],
  sha512: ['hmac-sha512', 'HMAC-SHA512'],
  sha384: ['hmac-sha384', 'HMAC-SHA384'],
} as const satisfies Record<string, readonly [MacAlgorithm, string]>;

const OTHER_MACS = ['hmac-sha1', 'hmac-sha256', 'hmac-sha512'] as const;

const IN_PLACE_OF = ', in place of ';

/** Where the gate looks. */
function signatureHeader({ scheme }: Trial): string | undefined {
  const signature = declaredAs(scheme, 'template')?.options.signature;
  return signature && 'header' in signature ? signature.header : undefined;
}

const SET_ALGORITHM =
  'Have the sender sign with the gate’s algorithm; or, in a scheme of your own, set algorithm to';

export const ALGORITHM: readonly TrialHypothesis[] = [
  ...Object.entries(MACS).map(
    ([hash, [algorithm, name]]): TrialHypothesis => ({
      id: `algorithm-${hash}`,
      part: 'algorithm',
      steps: STEPS,
      example: 'signature-encoding',
      changes: (trial) => macChanges(trial, algorithm),
      says: () => `The request is signed with ${name}, which is not the gate’s algorithm.`,
      mend: () => `${SET_ALGORITHM} ${hash}${hash === 'sha1' ? ', which is weaker' : ''}.`,
    }),
  ),
  {
    id: 'algorithm-other-header',
    part: 'algorithm',
    steps: STEPS,
    example: 'header-dropped',
    isTriedAlone: true,
    *changes(trial) {
      const own = signatureHeader(trial);
      for (const change of otherHeader(trial, OTHER_MACS))
        yield own === undefined ? change : { ...change, detail: `${change.detail}${IN_PLACE_OF}${own}` };
    },
    says: (detail) =>
      `The only signature that is right stands in the header ${detail}, and is of another algorithm than the gate’s: an older one that the sender sends besides.`,
    mend: (detail) => {
      const own = detail.split(IN_PLACE_OF)[1] ?? 'that the gate reads';
      return `Have the header ${own} reach the gate: look for what drops it, such as a proxy that passes on named headers only. Where the sender never sends it, have it do so: switch it on there, or use a newer version of the sender, and have it sign with the gate’s algorithm.`;
    },
  },
  {
    id: 'algorithm-public-key',
    part: 'algorithm',
    steps: STEPS,
    changes: withPublicKey,
    says: (detail) =>
      `The key is right, and the request is signed with ${detail}, which is not the gate’s algorithm.`,
    mend: (detail) => `${SET_ALGORITHM} ${detail}.`,
  },
  {
    id: 'algorithm-secret-sent',
    part: 'algorithm',
    steps: STEPS,
    example: 'signature-encoding',
    changes: secretSent,
    says: () => 'In the place of the signature stands the secret itself: the sender signs nothing.',
    mend: () =>
      'Replace the secret, which everybody on the way has seen. Have the sender sign; or, if all it can do is send a token, use a scheme of type shared-token.',
  },
];

/** The scheme with another algorithm of secrets; and with the word before the signature that the request has. */
function macChanges(trial: Trial, algorithm: MacAlgorithm): Generator<Change> {
  return withSignature(trial, function* ({ text, options }): Generator<OtherSignature> {
    const { keyForms } = withMac(options, algorithm);
    if (keyForms.every((form, i) => form.algorithm === options.keyForms[i]?.algorithm)) return;
    yield { keyForms };
    const word = /^[A-Za-z][A-Za-z0-9-]{0,24}[=:]/.exec(text)?.[0];
    if (word !== undefined && word !== options.signature.prefix && !options.signature.list)
      yield { keyForms, prefix: word };
  });
}

/** A curve has one digest; RSA has several, and two paddings. */
const OF_RSA: readonly PublicKeyAlgorithm[] = [
  'rsa-pkcs1-sha256',
  'rsa-pss-sha256',
  'rsa-pkcs1-sha512',
  'rsa-pss-sha512',
  'rsa-pkcs1-sha384',
  'rsa-pss-sha384',
];

function* withPublicKey(trial: Trial): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'template');
  const own = declared?.options.keyForms.find(({ algorithm }) => algorithm.startsWith('rsa-'))?.algorithm;
  for (const algorithm of own === undefined ? [] : OF_RSA) {
    const scheme =
      algorithm !== own && declared && built(declared, withAlgorithm(declared.options, algorithm));
    if (scheme) yield { scheme, detail: algorithm };
  }
}

function withAlgorithm(options: TemplateOptions, algorithm: PublicKeyAlgorithm): TemplateOptions {
  return {
    ...options,
    keyForms: options.keyForms.map((form) => (form.kind === 'secret' ? form : { ...form, algorithm })),
  };
}

/** The secret’s text where the signature should be. */
function secretSent(trial: Trial): Iterable<Change> {
  return withSignature(trial, function* ({ text, options }) {
    const keyForms = options.keyForms.map(
      ({ prefix: _, ...form }): KeyForm =>
        form.kind === 'secret' ? { ...form, algorithm: 'shared-token', encoding: 'utf8' } : form,
    );
    if (!options.keyForms.some(({ kind }) => kind === 'secret')) return;
    for (const sent of new Set([text, text.replace(/^(?:\w[\w-]{0,24}[=:,] ?|Bearer +)/, '')]))
      yield { keyForms, text: sent, encoding: 'text', prefix: '', isAlone: true };
  });
}
