import { oneOrMore, TEXT } from '../option-row.ts';
import type { Provider } from '../provider.ts';
import { type PublicKeyJwtAlgorithm, publicKeyJwtAlgorithms } from '../schemes/jwt/algorithms.ts';
import { createDpopScheme, DPOP_TOLERANCE } from '../schemes/jwt/dpop-scheme.ts';
import { readJwtOptions } from '../schemes/jwt/jwt-options.ts';
import { jwtOptionRows, PUBLIC_KEY_TOKEN_ALGORITHM } from '../schemes/jwt/option-rows.ts';
import { readOrigin } from '../schemes/origin-option.ts';
import { readTolerance } from '../schemes/sender-options.ts';
import { TEMPLATE_VALUES } from '../schemes/template-rows.ts';

const PROOF_ALGORITHMS: readonly PublicKeyJwtAlgorithm[] = [
  'ES256',
  'ES384',
  'Ed25519',
  'EdDSA',
  'PS256',
  'RS256',
];

export const dpop: Provider<'dpop'> = {
  id: 'dpop',
  title: 'DPoP-bound access tokens',
  summary:
    'A client sends an access token in Authorization: DPoP, and with each request a proof that it holds the key that the token names.',
  source: 'RFC 9449, https://www.rfc-editor.org/rfc/rfc9449',
  keyVariable: 'JWT_KEY',
  scheme: {
    options: [
      ...jwtOptionRows(
        ['algorithm', 'jwks', 'issuer', 'audience', 'typ', 'required', 'lifetime', 'leewayMs', 'ip'],
        {
          algorithm: 'HS256',
        },
      ),
      {
        name: 'proofAlgorithm',
        description: 'what proofs may be signed with: public-key algorithms only',
        value: oneOrMore(PUBLIC_KEY_TOKEN_ALGORITHM),
        default: PROOF_ALGORITHMS.join(', '),
      },
      {
        name: 'toleranceMs',
        description: 'how old, and how far ahead, a proof may be; or { past, future }',
        value: TEMPLATE_VALUES.toleranceMs,
        default: '60000',
      },
      {
        name: 'origin',
        description: 'the origin that clients see, e.g. https://api.example',
        value: TEXT,
        default: 'the request’s host, under http or https, or what a trusted proxy says of them',
      },
    ],
    create(options) {
      const proofAlgorithm = options.texts('proofAlgorithm');
      const tolerance = readTolerance(options, DPOP_TOLERANCE);
      const origin = readOrigin(options, true);
      const { consume: _consume, ...token } = readJwtOptions(options, {
        name: 'dpop',
        algorithms: ['HS256'],
        header: 'authorization',
        prefix: 'DPoP ',
      });
      options.refuseUnread();
      return createDpopScheme({
        token,
        proofAlgorithms: proofAlgorithm
          ? publicKeyJwtAlgorithms(proofAlgorithm, options.path('proofAlgorithm'))
          : PROOF_ALGORITHMS,
        ...(tolerance && { tolerance }),
        ...(origin !== undefined && { origin }),
      });
    },
  },
  proof: 'token',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote: 'Each proof is taken once, by its key and its claim jti.',
};
