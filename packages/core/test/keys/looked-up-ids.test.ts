/** What is told of keys that a function found: their ids, and which came back. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, type KeyFunction } from '../../src/index.ts';
import { bearer, ED25519 as ED25519_PAIR, mint, P256 } from '../tokens/mint.ts';
import { NOW } from './key-fixtures.ts';
import { gateOf, hmac, requestOf, SECRET_OF_ALL, secretOf } from './looked-up.ts';

describe('keys without an id', () => {
  const texts: KeyFunction = async ({ keyId = '' }) => [`${secretOf(keyId)}, the next`, secretOf(keyId)];

  it('have the id that the request named: it says who is proved', async () => {
    const { gate } = gateOf(texts);
    for (const tenant of ['a', 'b', 'a.2']) {
      expect(await gate.verify(await requestOf(tenant))).toMatchObject({ ok: true, keyId: tenant });
    }
    expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 0],
      ['b', 1],
      ['a.2', 0],
      ['a.2', 1],
    ]);
  });

  it.each([
    ['a PEM', P256.pem],
    ['a JWK', JSON.stringify(P256.jwk)],
    ['a JWKS', JSON.stringify({ keys: [ED25519_PAIR.jwk, P256.jwk] })],
  ])('have it also in tokens: %s', async (_, text) => {
    const { gate } = gateOf(async () => [text], { provider: { id: 'jwt-bearer', algorithm: 'ES256' } });
    for (const tenant of ['a', 'b']) {
      const token = mint('ES256', P256.privateKey, { header: { kid: tenant } });
      expect(await gate.verify(bearer(token))).toMatchObject({ ok: true, keyId: tenant });
    }
  });

  it('are quoted by that name in printable characters, and not at length', async () => {
    const { gate } = gateOf(async () => ['short']);
    const name = `\x1b[2J${'n'.repeat(200)}`;
    const request = await requestOf('a');
    const headers = request.headers.with('x-key-id', name);
    const verdict = await gate.verify({ ...request, headers });
    expect(verdict).toMatchObject({ ok: false, reason: 'keys-unavailable' });
    expect(String('message' in verdict && verdict.message)).toContain(`key "\\u{1b}[2J${'n'.repeat(55)}…"`);
  });

  it('have their place where the request names none', async () => {
    const { gate } = gateOf(async () => [SECRET_OF_ALL], { provider: 'github' });
    const sender = createGate({ provider: 'github', keys: [SECRET_OF_ALL] });
    const request = await sender.sign({ method: 'POST', url: '/hook', body: '{}' });
    expect(await gate.verify(request)).toMatchObject({ ok: true, keyId: 'key-1' });
  });
});

describe('explained', () => {
  it.each<[string, KeyFunction, string | undefined]>([
    [
      'keys',
      async () => [
        { id: 'a', secret: secretOf('tenant-7') },
        { id: 'b', secret: secretOf('b'), state: 'revoked' },
      ],
      'a · b, which is revoked',
    ],
    ['none', async () => [], 'none'],
    ['a failure', () => Promise.reject(new Error('down')), 'none'],
  ])('a request says which keys came back: %s', async (_, find, says) => {
    const { gate } = gateOf(find);
    const request = await requestOf('tenant-7');
    const { steps } = await explain(request, gate);
    const extract = steps.find(({ step }) => step === 'extract');
    expect(extract?.lines).toContainEqual({ label: 'key id named', value: 'tenant-7' });
    expect(extract?.lines.find(({ label }) => label === 'keys found')?.value).toBe(says);
    expect(JSON.stringify([steps, await gate.trace(request)])).not.toContain('the secret of');
  });

  it('a request of a list says nothing of the kind', async () => {
    const keys = [{ id: 'tenant-7', secret: secretOf('tenant-7') }];
    const gate = createGate({ ...hmac, keys, now: () => NOW });
    expect(await gate.trace(await requestOf('tenant-7'))).not.toHaveProperty('keys');
  });
});
