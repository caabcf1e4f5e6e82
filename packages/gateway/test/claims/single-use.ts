/** One request of each kind of proof that is good for one. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { GateInput } from '../../src/config/config-input.ts';
import { SECRET, token } from '../harness.ts';

const keys = [{ id: 'main', secret: SECRET }];
const NOW_S = () => Math.floor(Date.now() / 1000);

export interface SingleUse {
  readonly name: string;
  readonly gate: Pick<GateInput, 'provider' | 'scheme' | 'keys'>;
  readonly headersFor: (publicUrl: string, body?: string) => Record<string, string>;
}

export const SINGLE_USE: readonly SingleUse[] = [
  {
    name: 'a required nonce',
    gate: {
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature' },
        message: '{timestamp}.{nonce}.{body}',
        timestamp: { header: 'x-timestamp', unit: 's' },
        nonce: { header: 'x-nonce' },
      },
      keys,
    },
    headersFor: (_, body = 'x') => {
      const seconds = String(NOW_S());
      const mac = createHmac('sha256', SECRET).update(`${seconds}.n1.${body}`).digest('hex');
      return { 'x-timestamp': seconds, 'x-nonce': 'n1', 'x-signature': mac };
    },
  },
  {
    name: 'a consumed token',
    gate: {
      provider: { id: 'approov', consume: 1 },
      keys: [{ secret: Buffer.from('k'.repeat(64)).toString('base64') }],
    },
    headersFor: () => ({
      'approov-token': token({ exp: NOW_S() + 60, jti: 'one' }, Buffer.from('k'.repeat(64))),
    }),
  },
  dpop(),
];

function dpop(): SingleUse {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const client = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jws = (header: object, claims: object, key: typeof issuer.privateKey): string => {
    const input = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  };
  const { crv, kty, x, y } = client.publicKey.export({ format: 'jwk' });
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return {
    name: 'a DPoP proof',
    gate: {
      provider: { id: 'dpop', algorithm: 'ES256' },
      keys: [{ secret: JSON.stringify({ ...issuer.publicKey.export({ format: 'jwk' }), alg: 'ES256' }) }],
    },
    headersFor: (publicUrl) => {
      const access = jws(
        { alg: 'ES256', typ: 'at+jwt' },
        { exp: NOW_S() + 60, cnf: { jkt } },
        issuer.privateKey,
      );
      const ath = createHash('sha256').update(access).digest('base64url');
      const proof = jws(
        { typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } },
        { jti: 'one', htm: 'POST', htu: `${publicUrl}/a`, iat: NOW_S(), ath },
        client.privateKey,
      );
      return { authorization: `DPoP ${access}`, dpop: proof };
    },
  };
}
