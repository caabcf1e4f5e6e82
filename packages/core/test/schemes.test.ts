import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Draft,
  findProvider,
  type GateOptions,
  providerIds,
  type RequestParts,
  requestFrom,
  SetupError,
  writtenProvider,
  writtenScheme,
} from '../src/index.ts';
import { keyOfProvider } from './support/provider-key.ts';
import { SENDER_DRAFTS } from './support/sender-drafts.ts';

const NOW = 1_760_000_000_000;
const KEY = 'a shared secret of 26 byte';
const mac = (text: string, algorithm = 'sha256', encoding: 'hex' | 'base64' | 'base64url' = 'hex'): string =>
  createHmac(algorithm, KEY).update(text).digest(encoding);

function verdictOf(options: Partial<GateOptions>, request: RequestParts) {
  return createGate({ keys: [KEY], now: () => NOW, ...options }).verify(requestFrom(request));
}

const hmac = (options: Record<string, unknown>) => ({ provider: writtenProvider('hmac', options) });
const post = { method: 'POST', url: 'https://gate.example/hmac?a=1&b=2', body: 'the body' };
const timed = { 'x-timestamp': '1760000000' };

describe('the generic HMAC', () => {
  it.each([
    { name: 'its defaults', options: {}, headers: { ...timed, 'x-signature': mac('1760000000.the body') } },
    {
      name: 'upper-case hex',
      options: {},
      headers: { ...timed, 'x-signature': mac('1760000000.the body').toUpperCase() },
    },
    {
      name: 'a nonce, covered when it is there',
      options: {},
      headers: { ...timed, 'x-nonce': 'n-1', 'x-signature': mac('1760000000.n-1.the body') },
    },
    { name: 'no timestamp', options: { timestamp: 'none' }, headers: { 'x-signature': mac('the body') } },
    ...['sha1', 'sha256', 'sha384', 'sha512'].map((algorithm) => ({
      name: algorithm,
      options: { algorithm },
      headers: { ...timed, 'x-signature': mac('1760000000.the body', algorithm) },
    })),
    ...(['base64', 'base64url'] as const).map((encoding) => ({
      name: encoding,
      options: { signature: { encoding } },
      headers: { ...timed, 'x-signature': mac('1760000000.the body', 'sha256', encoding) },
    })),
    {
      name: 'other header names, and a prefix',
      options: {
        signature: { header: 'X-Hub', prefix: 'sha256=' },
        timestamp: { header: 'X-Time', unit: 'ms' },
      },
      headers: { 'x-time': '1760000000123', 'x-hub': `sha256=${mac('1760000000123.the body')}` },
    },
    {
      name: 'every field of a message',
      options: { message: '{method} {host} {path} {query} {url} {header:x-extra} {timestamp} {body}' },
      headers: {
        ...timed,
        'x-extra': 'e',
        'x-signature': mac(
          'POST gate.example /hmac a=1&b=2 https://gate.example/hmac?a=1&b=2 e 1760000000 the body',
        ),
      },
    },
  ])('takes $name', async ({ options, headers }) => {
    expect(await verdictOf(hmac(options), { ...post, headers })).toMatchObject({ ok: true });
  });

  it('takes a signature in the query, which {query} and {url} then leave out', async () => {
    const options = hmac({ signature: { query: 'sig' }, timestamp: 'none', message: '{url}' });
    const url = 'https://gate.example/hmac?a=1';
    const signed = { method: 'GET', url: `${url}&sig=${mac(url)}` };
    expect(await verdictOf(options, signed)).toMatchObject({ ok: true });
    expect(await verdictOf(options, { ...signed, url: signed.url.replace('a=1', 'a=2') })).toMatchObject({
      reason: 'signature-mismatch',
    });
  });

  it('takes a signature in a JSON member', async () => {
    const options = hmac({ signature: { member: 'sig' }, timestamp: { member: 'at' } });
    const body = (signature: string) => `{"at":1760000000,"sig":"${signature}","x":1}`;
    const good = body(mac('1760000000.{"at":1760000000,"x":1}'));
    expect(await verdictOf(options, { ...post, body: good })).toMatchObject({ ok: true, reading: 'raw' });
  });

  it('takes a signature in a form field', async () => {
    const options = hmac({ signature: { field: 'sig' }, timestamp: 'none' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = `a=1&sig=${mac('a=1&b=%20')}&b=%20`;
    expect(await verdictOf(options, { ...post, headers, body })).toMatchObject({ ok: true });
  });

  it.each([
    { headers: {}, reason: 'missing-signature' },
    { headers: { ...timed, 'x-signature': 'zz' }, reason: 'malformed-signature' },
    { headers: { 'x-signature': mac('1760000000.the body') }, reason: 'missing-timestamp' },
    {
      headers: { 'x-timestamp': '1760000000 ', 'x-signature': mac('1760000000 .the body') },
      reason: 'malformed-timestamp',
    },
    {
      headers: { 'x-timestamp': 'soon', 'x-signature': mac('1760000000.the body') },
      reason: 'signature-mismatch',
    },
    {
      headers: { 'x-timestamp': '1759999699', 'x-signature': mac('1759999699.the body') },
      reason: 'expired',
    },
    {
      headers: { 'x-timestamp': '1760000301', 'x-signature': mac('1760000301.the body') },
      reason: 'from-the-future',
    },
    {
      headers: { ...timed, 'x-key-id': 'stranger', 'x-signature': mac('1760000000.the body') },
      reason: 'unknown-key',
    },
    {
      headers: { ...timed, 'x-nonce': 'n', 'x-signature': mac('1760000000.the body') },
      reason: 'signature-mismatch',
    },
  ])('refuses $headers: $reason', async ({ headers, reason }) => {
    expect(await verdictOf(hmac({}), { ...post, headers })).toMatchObject({ ok: false, reason });
  });

  it('refuses a timestamp that comes twice, and a covered header that comes twice', async () => {
    const twice = { 'x-timestamp': ['1760000000', '1760000000'], 'x-signature': mac('1760000000.the body') };
    expect(await verdictOf(hmac({}), { ...post, headers: twice })).toMatchObject({
      reason: 'malformed-timestamp',
    });
    const options = hmac({ message: '{timestamp}.{header:x-extra}' });
    const extra = { ...timed, 'x-extra': ['a', 'a'], 'x-signature': mac('1760000000.a') };
    expect(await verdictOf(options, { ...post, headers: extra })).toMatchObject({ reason: 'missing-part' });
  });

  it('treats $-patterns of a body as bytes', async () => {
    const body = "$& $' $$ $1 {body} {timestamp}";
    const headers = { ...timed, 'x-signature': mac(`1760000000.${body}`) };
    expect(await verdictOf(hmac({}), { ...post, body, headers })).toMatchObject({ ok: true });
  });

  it('chooses the key that the request names', async () => {
    const keys = [
      { id: 'a', secret: 'another secret of 26 bytes' },
      { id: 'b', secret: KEY },
    ];
    const headers = { ...timed, 'x-key-id': 'b', 'x-signature': mac('1760000000.the body') };
    const verdict = await verdictOf({ ...hmac({}), keys }, { ...post, headers });
    expect(verdict).toMatchObject({ ok: true, keyId: 'b', evidence: { comparisons: 1 } });
  });
});

describe('a shared token', () => {
  const options = (form: string) => ({
    provider: writtenProvider('incode', { form }),
    ...(form === 'basic' && { keys: [`user:${KEY}`] }),
  });
  const basic = Buffer.from(`user:${KEY}`).toString('base64');
  it.each([
    { form: 'bearer', value: `Bearer ${KEY}`, expected: 'accepted' },
    { form: 'bearer', value: `bearer ${KEY}`, expected: 'accepted' },
    { form: 'bearer', value: `Bearer ${KEY}x`, expected: 'signature-mismatch' },
    { form: 'bearer', value: KEY, expected: 'malformed-token' },
    { form: 'bearer', value: '', expected: 'missing-token' },
    { form: 'basic', value: `Basic ${basic}`, expected: 'accepted' },
    { form: 'basic', value: 'Basic ***', expected: 'malformed-token' },
    { form: 'plain', value: KEY, expected: 'accepted' },
    { form: 'plain', value: KEY.slice(1), expected: 'signature-mismatch' },
  ])('as $form, "$value" is $expected', async ({ form, value, expected }) => {
    const verdict = await verdictOf(options(form), { ...post, headers: { authorization: value } });
    expect(verdict.ok ? 'accepted' : verdict.reason).toBe(expected);
  });
});

describe('what our sign makes', () => {
  const drafts: Record<string, Partial<Draft>> = {
    'aws-sns': { body: '{}' },
    flowent: { body: '{"action_name":"a","parameters":{"é":1.0}}' },
    'flow-production-tracking': { body: 'user_id=34&title=' },
    ...SENDER_DRAFTS,
  };
  /** What a token of these must say to be taken. */
  const claims: Record<string, Record<string, string>> = {
    'firebase-app-check': {
      iss: 'https://firebaseappcheck.googleapis.com/123456789012',
      aud: 'projects/123456789012',
    },
  };

  it.each(providerIds)('is proved by the same provider: %s', async (provider) => {
    const choice = writtenProvider(provider, findProvider(provider)?.needs);
    const gate = createGate({ provider: choice, keys: [keyOfProvider(provider).signing], now: () => NOW });
    const draft = {
      ...(claims[provider] && { claims: claims[provider] }),
      method: 'POST',
      url: 'https://gate.example/x',
      body: '{"type":"t"}',
      ...drafts[provider],
    };
    const signed = await gate.sign(draft);
    expect(await gate.verify(signed)).toMatchObject({ ok: true, provider });
    if (gate.coverage.covered.includes('body')) {
      const changed = {
        ...signed,
        body: Uint8Array.from(signed.body, (byte, i) => (i === 3 ? byte ^ 1 : byte)),
      };
      expect(await gate.verify(changed)).toMatchObject({ ok: false });
    }
  });

  it('carries nonce, id and key id where they are given', async () => {
    const gate = createGate({ provider: 'hmac', keys: [{ id: 'k1', secret: KEY }], now: () => NOW });
    const signed = await gate.sign({ ...post, nonce: 'n-7' });
    expect(signed.headers.get('x-nonce')).toBe('n-7');
    expect(signed.headers.get('x-key-id')).toBe('k1');
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });

  it('binds an Approov token to the header that is there', async () => {
    const gate = createGate({
      provider: { id: 'approov', binding: ['Authorization', 'X-Device'] },
      keys: [keyOfProvider('approov').signing],
      now: () => NOW,
    });
    const signed = await gate.sign({
      method: 'GET',
      url: '/',
      headers: { authorization: 'Bearer u', 'x-device': ' d ' },
    });
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
    const other = { ...signed, headers: signed.headers.with('x-device', 'e') };
    expect(await gate.verify(other)).toMatchObject({ reason: 'binding-mismatch' });
  });
});

describe('a declared scheme', () => {
  const partner = {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', prefix: 'sha256=', encoding: 'hex' },
    message: '{timestamp}.{body}',
    timestamp: { header: 'x-timestamp', unit: 's' },
    toleranceMs: 300000,
  } as const;

  it('is what the configuration example of docs/gateway.md says', async () => {
    const headers = { ...timed, 'x-signature': `sha256=${mac('1760000000.the body')}` };
    expect(await verdictOf({ scheme: partner }, { ...post, headers })).toMatchObject({
      ok: true,
      provider: 'template',
    });
  });

  it('can be a JWT', async () => {
    const gate = createGate({ scheme: { type: 'jwt', algorithm: 'HS512' }, keys: [KEY], now: () => NOW });
    const signed = await gate.sign({ method: 'GET', url: '/', claims: { sub: 'ada' } });
    expect(signed.headers.get('authorization')).toMatch(/^Bearer /);
    expect(await gate.verify(signed)).toMatchObject({ ok: true, claims: { sub: 'ada' } });
  });

  it.each([
    ['an unknown option', { ...partner, algoritm: 'x' }],
    ['an unknown algorithm', { ...partner, algorithm: 'md5' }],
    ['an unknown field', { ...partner, message: '{bod}' }],
    ['a message that covers nothing', { ...partner, message: 'constant' }],
    ['no message', { ...partner, message: undefined }],
    ['no signature', { ...partner, signature: undefined }],
    ['a timestamp without a place', { ...partner, timestamp: { unit: 's' } }],
    ['a field without a source', { ...partner, message: '{id}.{body}' }],
    ['a wrong unit', { ...partner, timestamp: { header: 'x', unit: 'minutes' } }],
    ['a negative tolerance', { ...partner, toleranceMs: -1 }],
    ['an asymmetric token', { type: 'jwt', algorithm: 'none' }],
  ])('refuses %s', (_, scheme) => {
    expect(() => createGate({ scheme: writtenScheme(scheme), keys: [KEY] })).toThrow(SetupError);
  });

  const textOf = (run: () => unknown): string => {
    try {
      return `${run()}`;
    } catch (error) {
      return String(error);
    }
  };

  it('names the near option', () => {
    expect(
      textOf(() => createGate({ provider: writtenProvider('approov', { bindng: 'x' }), keys: [KEY] })),
    ).toMatch(
      /^SetupError: provider\.bindng: there is no such option\. Did you mean binding\? Options: .*binding/,
    );
    expect(() => createGate({ provider: writtenProvider('githb'), keys: [KEY] })).toThrow(
      /"githb" is not a provider/,
    );
  });
});

describe('coverage', () => {
  const coverageOf = (provider: GateOptions['provider'] & {}) =>
    createGate({ provider, keys: ['whsec_YSBzaGFyZWQgc2VjcmV0IG9mIDI2IGJ5dGU='] }).coverage;

  it('tells what a signature proves and what it leaves open', () => {
    expect(coverageOf('standard-webhooks')).toMatchObject({
      covered: ['body', 'timestamp', 'id', 'type'],
      replay: 'signed-id',
    });
    expect(coverageOf('github')).toMatchObject({ covered: ['body'], replay: 'message' });
    expect(coverageOf('github').warnings).toEqual([
      { code: 'no-time' },
      { code: 'unsigned-id' },
      { code: 'unsigned-type' },
      { code: 'differing-requests', parts: ['method', 'host', 'path', 'query'] },
    ]);
    expect(coverageOf('incode').open).toHaveLength(9);
  });
});

describe('a token’s header', () => {
  const KEY64 = Buffer.from(KEY).toString('base64');
  const token = (header: string): string => {
    const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from('{"exp":1760000300}').toString('base64url')}`;
    return `${input}.${createHmac('sha256', KEY).update(input).digest('base64url')}`;
  };
  it.each([
    ['{"alg":"HS256"}', 'accepted'],
    ['{"alg":"HS256","typ":"at+jwt","kid":"7"}', 'accepted'],
    ['{}', 'algorithm-not-allowed'],
    ['{"alg":256}', 'algorithm-not-allowed'],
    ['{"alg":"hs256"}', 'algorithm-not-allowed'],
    ['{"alg":"RS256"}', 'algorithm-not-allowed'],
    ['{"alg":"HS256","alg":"none"}', 'malformed-token'],
    ['{"alg":"HS256","crit":[]}', 'malformed-token'],
    ['[]', 'malformed-token'],
    ['"HS256"', 'malformed-token'],
  ])('%s is %s', async (header, expected) => {
    const options = { provider: 'approov', keys: [KEY64] } as const;
    const verdict = await verdictOf(options, {
      method: 'GET',
      url: '/',
      headers: { 'approov-token': token(header) },
    });
    expect(verdict.ok ? 'accepted' : verdict.reason).toBe(expected);
  });
});
