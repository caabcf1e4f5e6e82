import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type BareProviderId, createGate, type KeySpec, requestFrom, SetupError } from '../src/index.ts';

const NOW = 1_760_000_000_000;
const draft = { method: 'POST', url: '/hook', body: '{"id":1}' };

function gateOf(keys: readonly (string | KeySpec)[], provider: BareProviderId = 'github', nowMs = NOW) {
  return createGate({ provider, keys, now: () => nowMs });
}

async function keyIdOf(signer: KeySpec, keys: readonly KeySpec[], nowMs = NOW): Promise<string> {
  const signed = await gateOf([signer]).sign(draft);
  const verdict = await gateOf(keys, 'github', nowMs).verify(signed);
  return verdict.ok ? verdict.keyId : verdict.reason;
}

describe('a key ring', () => {
  const now = { id: 'now', secret: 'the key in use, long enough' };
  const old = { id: 'old', secret: 'the key of last year, long' };

  it('says which key matched, whatever its place', async () => {
    expect(await keyIdOf(now, [now, old])).toBe('now');
    expect(await keyIdOf(old, [now, old])).toBe('old');
    expect(await keyIdOf({ secret: 'a stranger’s key, long too' }, [now, old])).toBe('signature-mismatch');
  });

  it('numbers keys that have no id', async () => {
    const { secret } = old;
    expect(await keyIdOf(old, [{ secret: now.secret }, { secret }])).toBe('key-2');
  });

  it.each([
    { state: 'active', expected: 'k' },
    { state: 'next', expected: 'k' },
    { state: 'retiring', expected: 'k' },
    { state: 'revoked', expected: 'unknown-key' },
  ] as const)('verifies with a key that is $state: $expected', async ({ state, expected }) => {
    expect(await keyIdOf(now, [{ ...now, id: 'k', state }])).toBe(expected);
  });

  it('accepts a key within its window only: from inclusive, until exclusive', async () => {
    const windowed = { ...now, fromMs: NOW, untilMs: NOW + 10 };
    expect(await keyIdOf(now, [windowed, old], NOW - 1)).toBe('signature-mismatch');
    expect(await keyIdOf(now, [windowed, old], NOW)).toBe('now');
    expect(await keyIdOf(now, [windowed, old], NOW + 9)).toBe('now');
    expect(await keyIdOf(now, [windowed, old], NOW + 10)).toBe('signature-mismatch');
  });

  it('signs with the first active key, never with one that is next or retiring', async () => {
    const gate = gateOf([
      { ...old, state: 'retiring' },
      { ...now, state: 'active' },
    ]);
    const verdict = await gate.verify(await gate.sign(draft));
    expect(verdict).toMatchObject({ ok: true, keyId: 'now' });
    expect(() => gateOf([{ ...old, state: 'next' }]).sign(draft)).toThrow(SetupError);
  });

  it('counts hits by key', async () => {
    const gate = gateOf([now, old]);
    const signed = await gateOf([old]).sign(draft);
    for (let i = 0; i < 3; i++) await gate.verify(signed);
    await gate.verify(requestFrom(draft));
    expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([
      ['now', 0],
      ['old', 3],
    ]);
  });

  it('warns of a key under 16 bytes and tells lengths, never content', () => {
    const list = gateOf(['fifteen bytes..', 'sixteen bytes...']).keys.list();
    expect(list.map(({ bytes, warnings }) => [bytes, warnings.length])).toEqual([
      [15, 1],
      [16, 0],
    ]);
    expect(JSON.stringify(list)).not.toContain('bytes..');
  });
});

describe('set-up refuses', () => {
  it.each([
    ['no keys', []],
    ['an empty key', ['']],
    ['a white-space key', [' \t\n']],
    ['an empty key as one entry of several', ['a good key of 20 bytes', '']],
    ['a blank key as one entry of several', ['a good key of 20 bytes', { id: 'b', secret: '  ' }]],
    ['empty bytes', [{ secret: new Uint8Array(0) }]],
    ['a text of characters that cannot be seen', ['\u200b\u200b\ufeff\0\0\u00ad\u200b\u200b']],
    [
      'two keys of one id',
      [
        { id: 'a', secret: 'one key, long enough' },
        { id: 'a', secret: 'two key, long enough' },
      ],
    ],
    ['more than 16 keys', Array.from({ length: 17 }, (_, i) => `key number ${i} of many`)],
    ['text that is not hex', [{ secret: 'xyz', encoding: 'hex' }]],
    ['hex that stands for nothing', [{ secret: '   0', encoding: 'hex' }]],
    ['text that is not base32', [{ secret: '1810', encoding: 'base32' }]],
    [
      'PEM where a secret is wanted',
      [{ secret: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' }],
    ],
  ] as const)('%s', (_, keys) => {
    expect(() => gateOf(keys as readonly KeySpec[])).toThrow(SetupError);
  });

  it('in words that name the option and never the secret', () => {
    const secret = 'c2VjcmV0LXRleHQ*';
    try {
      gateOf([{ secret, encoding: 'base64' }]);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toMatchInlineSnapshot(
        `"SetupError: keys[0].secret: the text is not base64. Set keys[].encoding to the text’s real encoding."`,
      );
      expect(String(error)).not.toContain(secret);
    }
  });

  it('"whsec_" with nothing behind it', () => {
    expect(() => gateOf(['whsec_'], 'standard-webhooks')).toThrow(SetupError);
  });
});

describe('key text', () => {
  const bytes = Buffer.from('twenty bytes of key.');
  it.each([
    { encoding: 'utf8', secret: bytes.toString('utf8') },
    { encoding: 'hex', secret: bytes.toString('hex') },
    { encoding: 'hex', secret: bytes.toString('hex').toUpperCase() },
    { encoding: 'base64', secret: bytes.toString('base64') },
    { encoding: 'base64', secret: bytes.toString('base64').replace(/=+$/, '') },
    { encoding: 'base64url', secret: bytes.toString('base64url') },
    { encoding: 'base32', secret: 'OR3WK3TUPEQGE6LUMVZSA33GEBVWK6JO' },
  ] as const)('$encoding stands for the same bytes', async ({ encoding, secret }) => {
    const signed = await gateOf([{ secret: bytes }]).sign(draft);
    expect(await gateOf([{ secret, encoding }]).verify(signed)).toMatchObject({ ok: true });
  });

  it('a prefixed key is decoded without its prefix, for Standard Webhooks', async () => {
    const prefixed = gateOf([`whsec_${bytes.toString('base64')}`], 'standard-webhooks');
    const bare = gateOf([bytes.toString('base64')], 'standard-webhooks');
    expect(await bare.verify(await prefixed.sign(draft))).toMatchObject({ ok: true });
  });

  it('a prefix is part of the key for Stripe', async () => {
    const whole = gateOf(['whsec_of_stripe_is_text'], 'stripe');
    const cut = gateOf([{ secret: 'of_stripe_is_text' }], 'stripe');
    expect(await cut.verify(await whole.sign(draft))).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
    });
  });

  it('PEM and prefixed public keys prove, private keys sign', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    const signer = gateOf(
      [privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
      'standard-webhooks',
    );
    const signed = await signer.sign(draft);
    expect(signed.headers.get('webhook-signature')).toMatch(/^v1a,/);
    for (const key of [
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      `whpk_${raw.toString('base64')}`,
    ]) {
      expect(await gateOf([key], 'standard-webhooks').verify(signed)).toMatchObject({ ok: true });
    }
  });
});
