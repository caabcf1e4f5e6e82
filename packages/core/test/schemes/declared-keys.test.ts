/** How a declaration says that the text of a secret becomes bytes. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate } from '../../src/index.ts';
import { readVectors } from '../support/vector-files.ts';

const BODY = '{"a":1}';
const BYTES = Buffer.from('0102030405060708090a0b0c0d0e0f1011121314fffefdfc', 'hex');

function gateOf(key: object, secret: string, more: object = {}): Gate {
  return createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', encoding: 'hex' },
      message: '{body}',
      key,
      ...more,
    },
    keys: [secret],
  });
}

const signedWith = (key: Uint8Array | string, algorithm = 'sha256') => ({
  method: 'POST',
  url: '/',
  headers: { 'x-sig': createHmac(algorithm, key).update(BODY).digest('hex') },
  body: BODY,
});

describe('a declared key', () => {
  it.each([
    ['hex', BYTES.toString('hex')],
    ['base64', BYTES.toString('base64')],
    ['base64url', BYTES.toString('base64url')],
  ] as const)('is read as %s where nothing else is said of it', async (encoding, text) => {
    expect(await gateOf({ encoding }, text).verify(signedWith(BYTES))).toMatchObject({ ok: true });
    expect(await gateOf({ encoding }, text).verify(signedWith(text))).toMatchObject({ ok: false });
    const literal = createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-sig', encoding: 'hex' },
        message: '{body}',
        key: { encoding },
      },
      keys: [{ secret: text, encoding: 'utf8' }],
    });
    expect(await literal.verify(signedWith(text))).toMatchObject({ ok: true });
  });

  it.each([
    [{ prefix: 'whsec_' }, 'whsec_'],
    [{ prefix: 'whsec_' }, ' "whsec_\u200b" '],
    [{ prefix: 'whsec_', digest: 'sha1' }, 'whsec_'],
    [{ prefix: 'signkey-*-' }, 'signkey-a1-'],
    [{ prefix: 'whsec_', encoding: 'base64' }, 'whsec_ '],
  ])('is never one of no bytes, which everybody has: %j of %j', (key, secret) => {
    for (const allowShortKey of [false, true]) {
      const scheme = { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{body}', key } as const;
      expect(() => createGate({ scheme: scheme as never, keys: [secret], allowShortKey })).toThrow(
        'nothing stands behind',
      );
    }
  });

  it('loses its prefix, where it has one', async () => {
    const key = { prefix: 'sec_', encoding: 'base64' };
    const text = BYTES.toString('base64');
    for (const secret of [`sec_${text}`, text]) {
      expect(await gateOf(key, secret).verify(signedWith(BYTES))).toMatchObject({ ok: true });
    }
  });

  it.each([
    ['signkey-test-0123456789abcdef', '0123456789abcdef'],
    ['signkey-my_branch2-0123456789abcdef', '0123456789abcdef'],
    ['0123456789abcdef-0123', '0123456789abcdef-0123'],
    // Nothing stands for the star, or what no word has.
    ['signkey--0123456789abcdef', 'signkey--0123456789abcdef'],
    ['signkey-a.b-0123456789abcdef', 'signkey-a.b-0123456789abcdef'],
    ['signkey-0123456789abcdef', 'signkey-0123456789abcdef'],
    // The first end counts.
    ['signkey-prod-0123-456789abcdef', '0123-456789abcdef'],
  ])('%s is the key %s under signkey-*-', async (secret, key) => {
    const gate = gateOf({ prefix: 'signkey-*-' }, secret);
    expect(await gate.verify(signedWith(key))).toMatchObject({ ok: true });
  });

  it('is the digest of the secret where a sender signs with that', async () => {
    for (const digest of ['sha1', 'sha256']) {
      const gate = gateOf({ digest }, 'a private key of a merchant', { algorithm: 'sha1' });
      const derived = createHash(digest).update('a private key of a merchant').digest();
      expect(await gate.verify(signedWith(derived, 'sha1'))).toMatchObject({ ok: true });
      expect(await gate.verify(signedWith('a private key of a merchant', 'sha1'))).toMatchObject({
        reason: 'signature-mismatch',
      });
      const { headers } = await gate.sign({ method: 'POST', url: '/', headers: {}, body: BODY });
      expect(headers.get('x-sig')).toBe(signedWith(derived, 'sha1').headers['x-sig']);
    }
  });

  it('does as the provider does whose keys are so', async () => {
    for (const vector of readVectors('providers/inngest').cases) {
      const gate = createGate({
        scheme: {
          algorithm: 'sha256',
          key: { prefix: 'signkey-*-' },
          signature: {
            header: 'x-inngest-signature',
            encoding: 'hex',
            list: { separator: '&', labels: ['s'] },
          },
          message: '{body}{timestamp}',
          timestamp: { item: 't' },
        },
        keys: [vector.secret],
        now: () => vector.now * 1000,
      });
      const { method, url, headers, bodyBase64 } = vector;
      const verdict = await gate.verify({ method, url, headers, body: Buffer.from(bodyBase64, 'base64') });
      expect(verdict.ok ? 'accept' : verdict.reason).toBe(vector.reason ?? 'accept');
    }
  });
});

describe('a time in seconds or milliseconds', () => {
  const NOW = 1_760_000_000_000;
  const judge = async (time: string): Promise<string> => {
    const gate = createGate({
      scheme: {
        algorithm: 'sha256',
        signature: { header: 'x-sig', encoding: 'hex' },
        message: '{timestamp}.{body}',
        timestamp: { header: 'x-time', unit: 's-or-ms' },
        toleranceMs: 300_000,
      },
      keys: ['a secret of thirty-two characters'],
      now: () => NOW,
    });
    const mac = createHmac('sha256', 'a secret of thirty-two characters').update(`${time}.${BODY}`);
    const verdict = await gate.verify({
      method: 'POST',
      url: '/',
      headers: { 'x-time': time, 'x-sig': mac.digest('hex') },
      body: BODY,
    });
    return verdict.ok ? 'accepted' : verdict.reason;
  };

  it.each([
    ['1760000000', 'accepted'],
    ['1760000000000', 'accepted'],
    ['1759999700', 'accepted'],
    ['1759999699', 'expired'],
    ['1759999700000', 'accepted'],
    ['1759999699999', 'expired'],
    ['1760000301', 'from-the-future'],
    ['1760000300001', 'from-the-future'],
    // The largest number that is seconds, and the least that is milliseconds.
    ['999999999999', 'malformed-timestamp'],
    ['1000000000000', 'expired'],
    ['253402300799', 'from-the-future'],
    ['253402300800', 'malformed-timestamp'],
    // Whole numbers without a sign, an exponent or anything else.
    ['1760000000.5', 'malformed-timestamp'],
    ['1.76e9', 'malformed-timestamp'],
    ['+1760000000', 'malformed-timestamp'],
    ['17600000000000000', 'malformed-timestamp'],
    ['2025-10-09T08:53:20Z', 'malformed-timestamp'],
  ])('%s is %s', async (time, verdict) => {
    expect(await judge(time)).toBe(verdict);
  });

  it('is written in seconds', async () => {
    const gate = createGate({
      provider: 'lovable',
      keys: ['a secret of thirty-two characters'],
      now: () => NOW,
    });
    const { headers } = await gate.sign({ method: 'POST', url: '/', headers: {}, body: BODY });
    expect(headers.get('x-lovable-timestamp')).toBe('1760000000');
  });
});
