import { createHash } from 'node:crypto';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { calculateThumbprint, generateKeyPair, generateProof, type JWSAlgorithm } from 'dpop';
import { EmbeddedJWK, jwtVerify, SignJWT } from 'jose';
import { changeMethod, type Exchange, ourSide } from '../exchange.ts';
import { SECRET } from './keys.ts';

const ALGORITHMS: readonly JWSAlgorithm[] = ['ES256', 'Ed25519', 'RS256', 'PS256'];
const HTU = 'https://api.example/v1/shapes';
/** In the spelling of RFC 3986 §6.2.2 and in another: RFC 9449 §4.3 (9) wants both taken. */
const URLS: readonly { readonly name: string; readonly sent: string; readonly signed: string }[] = [
  { name: '', sent: `${HTU}?sides=3`, signed: HTU },
  { name: ', htu spelt otherwise', sent: `${HTU}/~c`, signed: 'https://API.example:443/v1/./shapes/%7Ec' },
];

/** The package makes proofs and judges none: jose judges them, with the checks of RFC 9449 §4.3. */
export function exchanges(): readonly Exchange[] {
  const options = { provider: 'dpop', keys: [SECRET] } as const;
  return ALGORITHMS.flatMap((alg) =>
    URLS.map(({ name, sent, signed }, i): Exchange => {
      const isOurs = alg === 'ES256' && i === 0;
      return {
        name: `${alg} proof${name}; judged there by jose`,
        theirs: { sign: () => sign(alg, sent, signed), accepts: (request) => accepts(request, signed) },
        ours: ourSide(options, options, () => ({
          method: 'GET',
          url: sent,
          headers: { host: 'api.example' },
          claims: { exp: Math.floor(Date.now() / 1000) + 60 },
        })),
        tamper: changeMethod,
        // Our `sign` makes proofs for tests of gates: ES256, in the usual spelling.
        ...(!isOurs && { directions: ['theirs → ours'] as const }),
      };
    }),
  );
}

async function sign(alg: JWSAlgorithm, url: string, htu: string): Promise<SignedRequest> {
  const pair = await generateKeyPair(alg);
  const access = await new SignJWT({ cnf: { jkt: await calculateThumbprint(pair.publicKey) } })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(SECRET));
  const proof = await generateProof(pair, htu, 'GET', undefined, access);
  return {
    method: 'GET',
    url,
    headers: HeaderList.from({ host: 'api.example', authorization: `DPoP ${access}`, dpop: proof }),
    body: new Uint8Array(0),
  };
}

async function accepts({ method, headers }: SignedRequest, htu: string): Promise<boolean> {
  const access = (headers.get('authorization') ?? '').replace('DPoP ', '');
  const { payload } = await jwtVerify(headers.get('dpop') ?? '', EmbeddedJWK, { typ: 'dpop+jwt' });
  await jwtVerify(access, new TextEncoder().encode(SECRET));
  return (
    payload['htm'] === method &&
    payload['htu'] === htu &&
    payload['ath'] === createHash('sha256').update(access).digest('base64url')
  );
}
