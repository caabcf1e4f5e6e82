/** Bytes are a key, whatever they are; and what a text stands for is read as people hold it. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BareProviderId, createGate, type KeySpec, requestFrom } from '../../src/index.ts';
import { NOW, proves, refusal, warningsOf } from './key-fixtures.ts';

const gateOf = (key: KeySpec | string, provider: BareProviderId = 'github') =>
  createGate({ provider, keys: [key], now: () => NOW });

describe('a key of bytes below 0x21', () => {
  it.each([
    ['RFC 4231 case 1', Buffer.alloc(20, 0x0b), 'Hi There'],
    ['RFC 4231 case 4', Buffer.from(Array.from({ length: 25 }, (_, i) => i + 1)), '\xcd'.repeat(50)],
    ['blanks', Buffer.alloc(32, 0x20), 'x'],
    ['line ends', Buffer.from('\r\n'.repeat(16)), 'x'],
    ['NULs', Buffer.alloc(32), 'x'],
  ])('%s', async (_, secret, text) => {
    const body = Buffer.from(text, 'latin1');
    const mac = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${mac}` };
    const request = requestFrom({ method: 'POST', url: '/', headers, body });
    for (const key of [{ secret }, { secret: secret.toString('hex'), encoding: 'hex' } as const]) {
      expect(await gateOf(key).verify(request)).toMatchObject({ ok: true });
    }
  });

  it('is not a key of no bytes', () => {
    expect(refusal(() => gateOf({ secret: new Uint8Array(0) }))).toMatch(/empty/);
  });
});

describe('an encoded key', () => {
  const bytes = Buffer.from(Array.from({ length: 67 }, (_, i) => (i * 37 + 11) & 0xff));
  const spellings: Readonly<Record<string, (text: string) => string>> = {
    'as it is': (text) => text,
    'wrapped at 64 letters': (text) => text.replace(/.{64}/g, '$&\n'),
    'wrapped with CR LF': (text) => text.replace(/.{64}/g, '$&\r\n'),
    'with a line end': (text) => `${text}\n`,
    'with blanks around it': (text) => ` \t${text}  `,
    'with a byte order mark': (text) => `\ufeff${text}`,
    'with \\n in two letters': (text) => `${text}\\n`,
    'in double quotes': (text) => `"${text}"`,
    'in single quotes': (text) => `'${text}'`,
    'in blocks of four': (text) => text.replace(/.{4}/g, '$& '),
    'without padding': (text) => text.replace(/=+$/, ''),
  };
  const base32 = encodeBase32(bytes);
  const texts = [
    { encoding: 'base64', text: bytes.toString('base64') },
    { encoding: 'base64', text: bytes.toString('base64url') },
    { encoding: 'base64url', text: bytes.toString('base64url') },
    { encoding: 'base64url', text: bytes.toString('base64') },
    { encoding: 'hex', text: bytes.toString('hex') },
    { encoding: 'hex', text: bytes.toString('hex').toUpperCase() },
    { encoding: 'hex', text: `0x${bytes.toString('hex')}` },
    { encoding: 'base32', text: base32 },
    { encoding: 'base32', text: base32.toLowerCase() },
  ] as const;

  it.each(Object.entries(spellings))('%s stands for the same bytes', async (_, spell) => {
    for (const { encoding, text } of texts) {
      const secret = spell(text);
      expect(
        await proves(gateOf({ secret, encoding }), gateOf({ secret: bytes })),
        `${encoding}: ${secret}`,
      ).toBe(true);
    }
  });

  const unbroken = Object.entries(spellings).filter(([name]) => name !== 'in blocks of four');
  it.each(unbroken)('%s, behind whsec_ and v1,whsec_', async (_, spell) => {
    for (const prefix of ['', 'whsec_', 'v1,whsec_']) {
      for (const text of [bytes.toString('base64'), bytes.toString('base64url')]) {
        const gate = gateOf(spell(`${prefix}${text}`), 'standard-webhooks');
        expect(await proves(gate, gateOf({ secret: bytes }, 'standard-webhooks'))).toBe(true);
      }
    }
  });

  it.each(Object.entries(spellings))('%s, for a token', async (_, spell) => {
    const approov = (secret: string | Uint8Array) =>
      createGate({ provider: 'approov', keys: [{ secret }], now: () => NOW });
    for (const text of [bytes.toString('base64'), bytes.toString('base64url')]) {
      expect(await proves(approov(spell(text)), approov(bytes))).toBe(true);
    }
  });

  it('with any spare bits, as the libraries of Standard Webhooks take it', async () => {
    for (const [loose, strict] of [
      ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ='],
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaR', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ='],
      ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg=='],
    ] as const) {
      expect(
        await proves(
          gateOf(loose, 'standard-webhooks'),
          gateOf({ secret: Buffer.from(strict, 'base64') }, 'standard-webhooks'),
        ),
      ).toBe(true);
    }
  });

  it('of any bytes, with white space anywhere', async () => {
    const blank = fc.constantFrom(' ', '\n', '\r\n', '\t');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 16, maxLength: 80 }),
        fc.constantFrom('base64', 'base64url', 'hex'),
        fc.array(fc.tuple(fc.nat(100), blank), { maxLength: 4 }),
        async (key, encoding, blanks) => {
          let secret = Buffer.from(key).toString(encoding);
          for (const [at, one] of blanks) secret = secret.slice(0, at) + one + secret.slice(at);
          expect(await proves(gateOf({ secret, encoding }), gateOf({ secret: key }))).toBe(true);
        },
      ),
      { numRuns: 100, seed: 13 },
    );
  });

  it.each([
    ['base64', 'aGVsbG8gd29ybGQh=aGVsbG8gd29ybGQh', /padding in its middle.*own entry/],
    ['base64', 'aGVsbG8gd29ybGQhX', /cut off: no base64 has 17 letters/],
    ['base64', 'aGVs+G8gd29_bGQhaGVs', /mixes the letters/],
    ['hex', 'aGVsbG8gd29ybGQhaGVsbG8gd29ybGQh', /looks like base64\. Set encoding: base64\./],
    ['hex', 'aGVsbG8gd29y-GQhaGVsbG8gd29ybGQh', /looks like base64url\. Set encoding: base64url\./],
    ['hex', '0123456789abcdef012', /19 digits of hex/],
    ['base32', '0123456789abcdef0123456789abcdef', /looks like 16 bytes of hex\. Set encoding: hex\./],
    ['base64', 'v1,whsec_aGVsbG8gd29ybGQh', /begins with "v1,"/],
    ['base64', 'whsec_aGVsbG8gd29ybGQh!', /begins with "whsec_"/],
    ['hex', '{"kty":"oct","k":"aGVsbG8gd29ybGQh"}', /it is JSON\. Set encoding: jwk\./],
    ['jwks', '{"kty":"oct","k":"aGVsbG8gd29ybGQh"}', /key set/],
    ['base64', 'c2VjcmV0LXRleHQ*', /the text is not base64/],
  ] as const)('in %s, that is %s: %s', (encoding, secret, words) => {
    const sentence = refusal(() => gateOf({ secret, encoding }));
    expect(sentence).toMatch(words);
    expect(sentence).not.toContain(secret.slice(8));
  });

  it('is not two keys', () => {
    const two = 'whsec_aGVsbG8gd29ybGQhaGVs whsec_aGVsbG8gd29ybGQhaGVs';
    expect(refusal(() => gateOf(two, 'standard-webhooks'))).toMatch(/twice.*own entry/);
    const joined = gateOf({ secret: 'aGVsbG8gd29ybGQh\naGVsbG8gd29ybGQh', encoding: 'base64' });
    expect(warningsOf(joined).join()).toMatch(/white space inside/);
  });

  it('that is hex as well is warned of', () => {
    const secret = '0123456789abcdef0123456789abcdef';
    expect(warningsOf(gateOf({ secret, encoding: 'base64' })).join()).toMatch(/16 bytes of hex as well/);
    expect(warningsOf(gateOf(`"${secret}"`, 'approov')).join()).toMatch(/quotes.*left out/);
  });
});

function encodeBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  const letters = groups.map(
    (group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)],
  );
  return letters.join('').padEnd(Math.ceil(letters.length / 8) * 8, '=');
}
