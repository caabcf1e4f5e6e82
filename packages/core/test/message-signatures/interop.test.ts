import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import { describe, expect, it } from 'vitest';
import { BODY, COMPONENTS, HEADERS, URL_TEXT } from '../../../../interop/libraries/every-component.ts';
import { createGate, HeaderList, type KeySpec, type SignedRequest, writtenScheme } from '../../src/index.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

const rsa = RSA_PAIR;
const PAIRS: readonly {
  algorithm: string;
  publicKey: KeyObject | string;
  privateKey: KeyObject | string;
}[] = [
  { algorithm: 'hmac-sha256', publicKey: 's'.repeat(32), privateKey: 's'.repeat(32) },
  { algorithm: 'ed25519', ...generateKeyPairSync('ed25519') },
  { algorithm: 'ecdsa-p256-sha256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  { algorithm: 'ecdsa-p384-sha384', ...generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
  { algorithm: 'rsa-v1_5-sha256', ...rsa },
  { algorithm: 'rsa-pss-sha512', ...rsa },
];

const keyOf = (key: KeyObject | string): KeySpec => ({
  id: 'k1',
  secret:
    typeof key === 'string'
      ? key
      : key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString(),
});

const gateOf = (algorithm: string, key: KeyObject | string) =>
  createGate({
    scheme: writtenScheme({
      type: 'http-message-signatures',
      algorithm,
      components: COMPONENTS,
      structuredFields: { 'x-dict': 'dictionary' },
    }),
    keys: [keyOf(key)],
  });

/** As the package takes headers: a record, a list for several lines. */
function recordOf({ headers }: SignedRequest): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const earlier = record[name];
    record[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return record;
}

describe('with the package http-message-signatures', () => {
  it.each(PAIRS)('what we sign it proves: $algorithm', async ({ algorithm, publicKey, privateKey }) => {
    const signed = await gateOf(algorithm, privateKey).sign({
      method: 'POST',
      url: URL_TEXT,
      headers: HEADERS,
      body: BODY,
    });
    const judge = (method: string) =>
      httpbis.verifyMessage(
        {
          keyLookup: async () => ({ id: 'k1', verify: createVerifier(publicKey, algorithm) }),
          requiredParams: ['created', 'keyid'],
          requiredFields: ['@method', 'content-digest'],
        },
        { method, url: URL_TEXT, headers: recordOf(signed) },
      );
    expect(await judge('POST')).toBe(true);
    expect(await judge('PUT')).toBe(false);
  });

  // Its RSA-PSS signs with the longest salt that fits; RFC 9421 §3.3.1 says 64 bytes.
  it.each(PAIRS.filter(({ algorithm }) => algorithm !== 'rsa-pss-sha512'))(
    'what it signs we prove: $algorithm',
    async ({ algorithm, publicKey, privateKey }) => {
      const digest = 'sha-256=:He/ZqtSuiMEH686prONGTTH2l8dz2APwQT3hbA1CGYQ=:';
      const signed = await httpbis.signMessage(
        {
          key: createSigner(privateKey, algorithm, 'k1'),
          name: 'theirs',
          fields: COMPONENTS,
          params: ['created', 'expires', 'keyid', 'alg', 'nonce', 'tag'],
          paramValues: { nonce: 'n-1', tag: 'shop' },
        },
        { method: 'POST', url: URL_TEXT, headers: { ...HEADERS, 'Content-Digest': digest } },
      );
      const request: SignedRequest = {
        method: 'POST',
        url: '/orders?page=1&name=a%20b',
        headers: HeaderList.from(signed.headers),
        body: Buffer.from(BODY),
      };
      const gate = gateOf(algorithm, publicKey);
      expect(await gate.verify(request)).toMatchObject({ ok: true, keyId: 'k1' });
      expect(await gate.verify({ ...request, method: 'PUT' })).toMatchObject({
        reason: 'signature-mismatch',
      });
      expect(await gate.verify({ ...request, body: Buffer.from('{}') })).toMatchObject({ ok: false });
    },
  );
});
