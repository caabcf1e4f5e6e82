import { createHash } from 'node:crypto';
import { type SignedRequest, writtenScheme } from '@countersign/core';
import { createSignature, webcrypto as theirCrypto, verifySignature } from 'http-message-sig';
import { BODY, changeBody, type Exchange, type Lack, ourSide, webhook } from '../exchange.ts';
import { ED25519, type Pair, pemOf, RSA } from './keys.ts';

const COMPONENTS = [
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
  'content-type',
  'content-digest',
];
const ALGORITHMS = [
  { algorithm: 'ed25519', pair: ED25519, parameters: { name: 'Ed25519' } },
  { algorithm: 'rsa-pss-sha512', pair: RSA, parameters: { name: 'RSA-PSS', hash: 'SHA-512' } },
];

export function exchanges(): readonly (Exchange | Lack)[] {
  return [
    ...ALGORITHMS.map(({ algorithm, pair, parameters }) => exchangeOf(algorithm, pair, parameters)),
    {
      name: 'hmac-sha256, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-v1_5-sha256',
      lacking: 'the library has Ed25519 and RSA-PSS only',
    },
    { name: '@query-param, sf, bs', lacking: 'the library has no such components' },
  ];
}

function exchangeOf(
  algorithm: string,
  { publicKey, privateKey }: Pair,
  parameters: { readonly name: string; readonly hash?: string },
): Exchange {
  const options = (pem: string) => ({
    scheme: writtenScheme({
      type: 'http-message-signatures',
      algorithm,
      components: COMPONENTS,
      required: ['created', 'keyid'],
    }),
    keys: [{ id: 'k1', secret: pem }],
  });
  return {
    name: algorithm,
    theirs: {
      async sign() {
        const request = webhook({ 'content-digest': digestOf(new TextEncoder().encode(BODY)) });
        const key = privateKey.toCryptoKey(parameters, false, ['sign']);
        const fields = await createSignature(descriptorOf(request), {
          components: COMPONENTS,
          parameters: { created: Math.floor(Date.now() / 1000), keyid: 'k1', alg: algorithm },
          signer: theirCrypto.signer(key),
        });
        const headers = request.headers
          .with('signature-input', fields.signatureInput)
          .with('signature', fields.signature);
        return { ...request, headers };
      },
      async accepts(request) {
        if (request.headers.get('content-digest') !== digestOf(request.body)) return false;
        const key = publicKey.toCryptoKey(parameters, true, ['verify']);
        await verifySignature(descriptorOf(request), {
          policy: {
            algorithms: [algorithm],
            requiredComponents: COMPONENTS,
            requiredParameters: ['created', 'keyid'],
            maxAge: 300,
            clockSkew: 5,
          },
          resolveVerifier: () => theirCrypto.verifier(key),
        });
        return true;
      },
    },
    ours: ourSide(options(pemOf(publicKey)), options(pemOf(privateKey)), webhook),
    tamper: changeBody,
  };
}

function descriptorOf({ method, url, headers }: SignedRequest) {
  const fields = [...headers].map(([name, value]) => ({ name, value }));
  const { pathname, search } = new URL(url);
  return { kind: 'request' as const, method, targetUri: url, requestTarget: pathname + search, fields };
}

/** The library judges the signature only; the digest is its caller’s to compare. */
function digestOf(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
