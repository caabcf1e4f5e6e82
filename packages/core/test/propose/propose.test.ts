/** Prevents: a proposal that says more than its request proves, that holds a secret, or that a request of any kind brings to a throw. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { HeaderList, requestFrom, type SignedRequest } from '../../src/index.ts';
import { type Proposals, proposeSchemes } from '../../src/propose/index.ts';

const SECRET = 'a-secret-of-the-partner-27';
const NOW = 1_764_300_000_000;
const TIME = String(NOW / 1000);
const mac = (text: string, encoding: 'hex' | 'base64' | 'base64url' = 'hex', hash = 'sha256'): string =>
  createHmac(hash, SECRET).update(text).digest(encoding);

function request(
  headers: Readonly<Record<string, string>>,
  body = '{"a":1}',
  url = 'https://api.example/hook',
): SignedRequest {
  return requestFrom({ method: 'POST', url, headers, body });
}

function propose(example: SignedRequest, secret = SECRET, messages = 60_000): Promise<Proposals> {
  return proposeSchemes({ examples: [{ request: example }], secret, nowMs: NOW, budget: { messages } });
}

describe('a proposal', () => {
  it.each([
    [
      'a prefix',
      { 'x-sig': `sha256=${mac('{"a":1}')}` },
      { header: 'x-sig', encoding: 'hex', prefix: 'sha256=' },
    ],
    [
      'a version',
      { 'x-sig': `v1=${mac('{"a":1}')}` },
      { header: 'x-sig', encoding: 'hex', list: { separator: ',', assign: '=', labels: ['v1'] } },
    ],
    [
      'upper-case hex',
      { 'x-sig': mac('{"a":1}').toUpperCase() },
      { header: 'x-sig', encoding: 'hex-any-case' },
    ],
    ['base64', { 'x-sig': mac('{"a":1}', 'base64') }, { header: 'x-sig', encoding: 'base64' }],
    [
      'a word',
      { authorization: `HMAC ${mac('{"a":1}', 'base64')}` },
      { header: 'authorization', encoding: 'base64', prefix: 'HMAC ' },
    ],
  ])('says where the signature sits: behind %s', async (_, headers, signature) => {
    const { proposals } = await propose(request(headers));
    expect(proposals[0]).toMatchObject({
      scheme: { algorithm: 'hmac-sha256', signature, message: '{body}' },
    });
  });

  it('tells a signature in the query, in a member and in a field', async () => {
    const query = await propose(request({}, '{"a":1}', `https://api.example/hook?sig=${mac('{"a":1}')}`));
    expect(query.proposals[0]?.scheme).toMatchObject({ signature: { query: 'sig', encoding: 'hex' } });
    const member = await propose(
      request({ 'content-type': 'application/json' }, `{"a":1,"sig":"${mac('{"a":1}')}"}`),
    );
    expect(member.proposals[0]?.scheme).toMatchObject({ signature: { member: 'sig', encoding: 'hex' } });
    const field = await propose(
      request({ 'content-type': 'application/x-www-form-urlencoded' }, `a=1&sig=${mac('a=1')}`),
    );
    expect(field.proposals[0]?.scheme).toMatchObject({ signature: { field: 'sig', encoding: 'hex' } });
  });

  it('says that the same text stands at two places, and gives both', async () => {
    const headers = { 'x-time': TIME, 'x-sent': TIME, 'x-sig': mac(`${TIME}.{"a":1}`) };
    const { proposals } = await propose(request(headers));
    expect(proposals[0]?.scheme).toMatchObject({
      message: '{timestamp}.{body}',
      timestamp: { header: 'x-time' },
    });
    expect(proposals[0]?.open.map(({ code }) => code)).toContain('same-text');
    expect(proposals[0]?.probability).toBeLessThan(0.9);
    expect(proposals.slice(1).map(({ scheme }) => scheme?.['timestamp'])).toContainEqual({
      header: 'x-sent',
      unit: 's',
    });
  });

  it.each([
    ['empty-body', request({ 'x-sig': mac('POST') }, '')],
    ['empty-query', request({ 'x-sig': mac('/hook{"a":1}') })],
    ['literal-text', request({ 'x-sig': mac('v0:{"a":1}') })],
    ['other-origin', request({ 'x-sig': mac('http://api.example/hook{"a":1}') })],
    ['single-item', request({ 'x-sig': `v1=${mac('{"a":1}')}` })],
  ])('leaves open what the request cannot tell: %s', async (code, example) => {
    const { proposals } = await propose(example);
    expect(proposals[0]?.open.map((matter) => matter.code)).toContain(code);
  });

  it('tells that base64 could be base64url, where it could', async () => {
    // 48 bytes have no padding: one in seven has neither + nor /.
    const bodies = Array.from({ length: 200 }, (_, n) => `{"n":${n}}`);
    const plain = bodies.find((body) => !/[+/]/.test(mac(body, 'base64', 'sha384'))) as string;
    const { proposals } = await propose(request({ 'x-sig': mac(plain, 'base64', 'sha384') }, plain));
    expect(proposals[0]?.open.map(({ code }) => code)).toEqual(['either-alphabet']);
    expect(proposals).toHaveLength(2);
  });

  it.each([
    ['base64', Buffer.from(SECRET).toString('base64'), { encoding: 'base64' }],
    ['hex', Buffer.from(SECRET).toString('hex'), { encoding: 'hex' }],
    [
      'base64 behind a word',
      `whsec_${Buffer.from(SECRET).toString('base64')}`,
      { encoding: 'base64', prefix: 'whsec_' },
    ],
    ['its text', SECRET, {}],
  ])('says how the secret becomes bytes: %s', async (_, secret, key) => {
    const { proposals } = await propose(request({ 'x-sig': mac('{"a":1}') }), secret);
    expect(proposals[0]?.key).toEqual({ encoding: undefined, prefix: undefined, ...key });
  });

  it('takes a public key for what it is', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, Buffer.from(`${TIME}{"a":1}`), privateKey).toString('hex');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { proposals } = await propose(request({ 'x-signature': signature, 'x-timestamp': TIME }), pem);
    expect(proposals[0]?.scheme).toMatchObject({ algorithm: 'ed25519', message: '{timestamp}{body}' });
  });

  it('names a token that is the secret itself', async () => {
    const { proposals } = await propose(request({ 'x-token': SECRET }));
    expect(proposals[0]?.scheme).toEqual({ type: 'shared-token', header: 'x-token', form: 'plain' });
  });

  it('names a ready-made provider, whatever the time of the request', async () => {
    const github = await propose(
      request({
        'x-github-event': 'push',
        'x-github-delivery': '1',
        'x-hub-signature-256': `sha256=${mac('{"a":1}')}`,
      }),
    );
    expect(github.proposals[0]).toMatchObject({ provider: { id: 'github' } });
    const stripe = await propose(
      request({ 'stripe-signature': `t=1600000000,v1=${mac('1600000000.{"a":1}')}` }),
    );
    expect(stripe.proposals[0]).toMatchObject({ provider: { id: 'stripe' } });
  });

  it('holds neither the secret nor the signature', async () => {
    const signature = mac(`${TIME}.{"a":1}`);
    const proposals = await propose(request({ 'x-time': TIME, 'x-sig': signature }));
    expect(proposals.proposals).not.toEqual([]);
    expect(JSON.stringify(proposals)).not.toContain(signature);
    expect(JSON.stringify(proposals)).not.toContain(SECRET);
  });
});

describe('no proposal', () => {
  it('says why', async () => {
    expect(await propose(request({ 'x-a': 'b' }))).toMatchObject({ proposals: [], reason: 'no-signature' });
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(await propose(request({ 'x-sig': mac('x') }), pem)).toMatchObject({
      proposals: [],
      reason: 'no-key',
    });
    expect(await propose(request({ 'x-sig': mac('else') }))).toMatchObject({
      proposals: [],
      reason: 'cut-short',
    });
  });

  it('takes no digest of the body for a signature', async () => {
    const digest = createHash('sha256').update('{"a":1}').digest('hex');
    expect((await propose(request({ 'x-signature': digest }))).proposals).toEqual([]);
  });

  it('keeps to its budget, of messages, bytes and time', async () => {
    const body = JSON.stringify({ a: 'x'.repeat(100_000) });
    const seen: number[] = [];
    const { messages } = await proposeSchemes({
      examples: [{ request: request({ 'x-sig': mac('else'), 'x-time': TIME }, body) }],
      secret: SECRET,
      nowMs: NOW,
      budget: { bytes: 10_000_000 },
      onProgress: (count) => seen.push(count),
    });
    expect(messages).toBeLessThan(3_000);
    const few = await propose(request({ 'x-sig': mac('else') }), SECRET, 5_000);
    expect(few.messages).toBeLessThan(5_100);
    const short = await proposeSchemes({
      examples: [{ request: request({ 'x-sig': mac('else') }) }],
      secret: SECRET,
      nowMs: NOW,
      budget: { timeMs: 0 },
    });
    expect(short).toMatchObject({ proposals: [], reason: 'cut-short' });
    expect(short.messages).toBeLessThan(100);
  });
});

describe('a hostile request', () => {
  it('is searched like any other, and throws nothing', { timeout: 120_000 }, async () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdefghij-_') });
    const value = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom(
        't=1,v1=',
        '=',
        ',=,=,',
        '0'.repeat(64),
        '='.repeat(300),
        '{"a":',
        '9'.repeat(13),
        'ff'.repeat(32),
      ),
      fc.constant(Buffer.alloc(32).toString('base64')),
    );
    const property = fc.asyncProperty(
      fc.array(fc.tuple(name, value), { maxLength: 12 }),
      fc.oneof(fc.string({ maxLength: 80 }), fc.json({ maxDepth: 5 }), value),
      value,
      async (headers, body, query) => {
        const flat = headers.flatMap(([key, text]) => [key, text.replace(/[^\x20-\x7e]/g, '?').trim()]);
        const example: SignedRequest = {
          method: 'POST',
          url: `https://api.example/p?${encodeURIComponent(query)}&n=${encodeURIComponent(query)}`,
          headers: new HeaderList(flat),
          body: Buffer.from(body),
        };
        const { proposals } = await propose(example, SECRET, 500);
        expect(proposals).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: runs(500), seed: 9 });
  });

  it('of ten thousand headers, members and parameters is bounded', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => n);
    const headers = Object.fromEntries(many.map((n) => [`x-${n}`, `v1=${mac(String(n))}`]));
    const body = JSON.stringify(Object.fromEntries(many.map((n) => [`m${n}`, mac(`m${n}`)])));
    const url = `https://api.example/hook?${many.map((n) => `q${n}=${mac(`q${n}`)}`).join('&')}`;
    const { messages, proposals } = await propose(request(headers, body, url), SECRET, 2_000);
    expect(proposals).toEqual([]);
    expect(messages).toBeLessThan(2_100);
  });
});
