/** Tests of an address that hand over a key come without a signature: none is missing there. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, writtenScheme } from '../../src/index.ts';

const KEY = 'a-key-that-is-handed-over-0123456789';
const SIGNED = {
  algorithm: 'hmac-sha256',
  signature: { header: 'x-hook-signature', encoding: 'hex' },
  message: '{body}',
};
const BY_HEADER = { signed: false, challenge: { header: 'x-hook-secret' }, answer: '', deliversKey: true };
const BY_MEMBER = { signed: false, challenge: 'verification_token', answer: '', deliversKey: true };

async function findingsOf(handshake: object, headers: Readonly<Record<string, string>>, body: string) {
  const gate = createGate({
    scheme: writtenScheme({ ...SIGNED, handshake }),
    keys: ['the-key-of-an-earlier-webhook-0123'],
  });
  const request = { method: 'POST', url: 'https://a.example/hook', headers, body };
  const { verdict, findings } = await explain(request, gate);
  expect(verdict).toMatchObject({ ok: false, reason: 'missing-signature' });
  return findings.map(({ id }) => id);
}

describe('a request without a signature', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['in a header', BY_HEADER, { 'x-hook-secret': KEY }, ''],
    ['in its body', BY_MEMBER, json, JSON.stringify({ verification_token: KEY })],
  ])('that hands over a key %s is not said to lack one', async (_name, handshake, headers, body) => {
    expect(await findingsOf(handshake, headers, body)).toEqual([]);
  });

  it.each([
    ['in a header', BY_HEADER, json],
    ['in its body', BY_MEMBER, json],
  ])('that could hand over a key %s, and does not, lacks one', async (_name, handshake, headers) => {
    expect(await findingsOf(handshake, headers, '{"events":[]}')).not.toEqual([]);
  });
});
