/** The cases that every library of tokens has: one an algorithm. */
import type { KeyObject } from 'node:crypto';
import { HeaderList, type SignedRequest, writtenProvider } from '@countersign/core';
import { changeToken, type Exchange, type Lack, ourSide } from '../exchange.ts';
import { ED25519, P256, P384, P521, type Pair, pemOf, RSA, SECRET } from './keys.ts';

const ASYMMETRIC: readonly { readonly algorithm: string; readonly pair: Pair }[] = [
  { algorithm: 'RS256', pair: RSA },
  { algorithm: 'RS384', pair: RSA },
  { algorithm: 'RS512', pair: RSA },
  { algorithm: 'PS256', pair: RSA },
  { algorithm: 'PS384', pair: RSA },
  { algorithm: 'PS512', pair: RSA },
  { algorithm: 'ES256', pair: P256 },
  { algorithm: 'ES384', pair: P384 },
  { algorithm: 'ES512', pair: P521 },
  { algorithm: 'Ed25519', pair: ED25519 },
  { algorithm: 'EdDSA', pair: ED25519 },
];

export const CLAIMS = { iss: 'https://issuer.example', sub: 'user-1', name: 'Zoë ☕' };

/** How a library makes and judges a token. */
export interface TokenLibrary {
  sign(algorithm: string, key: KeyObject | string): Promise<string> | string;
  accepts(token: string, algorithm: string, key: KeyObject | string): Promise<boolean> | boolean;
  /** Algorithms that it has not, and why. */
  readonly lacks: Readonly<Record<string, string>>;
}

export function tokenExchanges(library: TokenLibrary): readonly (Exchange | Lack)[] {
  return [
    ...['HS256', 'HS384', 'HS512'].map((algorithm) => exchangeOf(library, algorithm, SECRET, SECRET)),
    ...ASYMMETRIC.map(({ algorithm, pair }) =>
      exchangeOf(library, algorithm, pair.publicKey, pair.privateKey),
    ),
  ];
}

function exchangeOf(
  library: TokenLibrary,
  algorithm: string,
  publicKey: KeyObject | string,
  privateKey: KeyObject | string,
): Exchange | Lack {
  const lacking = library.lacks[algorithm];
  if (lacking !== undefined) return { name: algorithm, lacking };
  const options = (key: KeyObject | string) => ({
    provider: writtenProvider('jwt-bearer', { algorithm }),
    keys: [typeof key === 'string' ? key : { secret: pemOf(key), encoding: 'pem' as const }],
  });
  return {
    name: algorithm,
    theirs: {
      sign: async () => bearer(await library.sign(algorithm, privateKey)),
      accepts: (request) => library.accepts(tokenOf(request), algorithm, publicKey),
    },
    ours: ourSide(options(publicKey), options(privateKey), () => ({
      method: 'GET',
      url: 'https://api.example/v1/shapes',
      headers: { host: 'api.example' },
      claims: { ...CLAIMS, exp: Math.floor(Date.now() / 1000) + 60 },
    })),
    tamper: changeToken('authorization'),
  };
}

function bearer(token: string): SignedRequest {
  return {
    method: 'GET',
    url: 'https://api.example/v1/shapes',
    headers: HeaderList.from({ host: 'api.example', authorization: `Bearer ${token}` }),
    body: new Uint8Array(0),
  };
}

function tokenOf({ headers }: SignedRequest): string {
  return (headers.get('authorization') ?? '').replace('Bearer ', '');
}
