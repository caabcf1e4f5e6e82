import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type RequestParts } from '../src/index.ts';
import { requestFrom } from '../src/request-from.ts';
import { parseComponent } from '../src/schemes/message-signatures/component.ts';
import { componentValue } from '../src/schemes/message-signatures/component-value.ts';

const SECRET = 'a-secret-of-thirty-two-bytes-and-more';
const NOW = 1_760_000_000_000;
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(): string {
  const input = `${base64url({ alg: 'HS256' })}.${base64url({ exp: NOW / 1000 + 60 })}`;
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

async function isTaken(gate: Gate, request: RequestParts): Promise<boolean> {
  return (await gate.verify(request)).ok;
}

describe('the blank behind the name of an authentication scheme', () => {
  const jwt = createGate({ provider: 'jwt-bearer', keys: [SECRET], now: () => NOW });
  const bearer = createGate({ provider: 'incode', keys: [SECRET] });
  const basic = createGate({
    provider: { id: 'incode', form: 'basic' },
    keys: ['user:a password of some length'],
  });
  const cases = [
    ['jwt-bearer', jwt, 'Bearer', token()],
    ['a shared bearer token', bearer, 'Bearer', SECRET],
    ['basic', basic, 'Basic', Buffer.from('user:a password of some length').toString('base64')],
  ] as const;

  it.each(cases)('of %s is one or more', async (_name, gate, scheme, credentials) => {
    for (const gap of [' ', '  ', '          ']) {
      for (const name of [scheme, scheme.toLowerCase(), scheme.toUpperCase()]) {
        const headers = { authorization: name + gap + credentials };
        expect(await isTaken(gate, { method: 'GET', url: '/', headers }), `${name}${gap}`).toBe(true);
      }
    }
    for (const gap of ['', '\t', ' \t', '\u00a0', ',']) {
      const headers = { authorization: scheme + gap + credentials };
      expect(await isTaken(gate, { method: 'GET', url: '/', headers }), JSON.stringify(gap)).toBe(false);
    }
  });

  it('of DPoP is one or more', async () => {
    const gate = createGate({ provider: 'dpop', keys: [SECRET], now: () => NOW });
    const signed = await gate.sign({
      method: 'GET',
      url: 'https://a.example/b',
      headers: { host: 'a.example' },
    });
    const spaced = signed.headers.with(
      'authorization',
      (signed.headers.get('authorization') as string).replace(' ', '   '),
    );
    expect(await isTaken(gate, { ...signed, headers: spaced })).toBe(true);
  });
});

describe('a charset that is UTF-8 by another label', () => {
  const lines = (fields: Record<string, string>): string =>
    Object.entries(fields)
      .map(([name, value]) => `${name}=${value}\r\n`)
      .sort()
      .join('');
  const fields = { timestamp: '2025-10-09T08:53:20Z', user: 'José' };
  const gate = createGate({ provider: 'flow-production-tracking', keys: [SECRET], now: () => NOW });
  const signature = createHmac('sha1', SECRET).update(lines(fields)).digest('hex');
  const form = new URLSearchParams({ ...fields, signature }).toString();

  it.each([
    'utf-8',
    'UTF-8',
    'utf8',
    'UTF8',
    '"utf8"',
    'unicode-1-1-utf-8',
    'unicode11utf8',
    'unicode20utf8',
    'x-unicode20utf8',
  ])('%s', async (charset) => {
    const headers = { 'content-type': `application/x-www-form-urlencoded; charset=${charset}` };
    expect(await isTaken(gate, { method: 'POST', url: '/', headers, body: form })).toBe(true);
    const part = (name: string, value: string): string =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n${value}\r\n`;
    const body = `${Object.entries({ ...fields, signature })
      .map(([name, value]) => part(name, value))
      .join('')}--b--\r\n`;
    const multipart = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(await isTaken(gate, { method: 'POST', url: '/', headers: multipart, body })).toBe(true);
  });

  it.each(['iso-8859-1', 'utf-16', 'utf', 'utf-7', 'utf--8', 'utf_8'])('%s is not', async (charset) => {
    const headers = { 'content-type': `application/x-www-form-urlencoded; charset=${charset}` };
    expect(await gate.verify({ method: 'POST', url: '/', headers, body: form })).toMatchObject({
      reason: 'malformed-body',
    });
  });
});

describe('Content-Digest without padding', () => {
  const gate = createGate({
    provider: 'http-message-signatures',
    keys: [{ id: 'k', secret: SECRET }],
    now: () => NOW,
  });
  const signed = async (digest: string): Promise<boolean> => {
    const params = `("@method" "@target-uri" "content-digest");created=${NOW / 1000};keyid="k"`;
    const base = `"@method": POST\n"@target-uri": https://a.example/b\n"content-digest": ${digest}\n"@signature-params": ${params}`;
    const headers = {
      host: 'a.example',
      'content-digest': digest,
      'signature-input': `sig1=${params}`,
      signature: `sig1=:${createHmac('sha256', SECRET).update(base).digest('base64')}:`,
    };
    return isTaken(gate, { method: 'POST', url: '/b', headers, body: 'body' });
  };
  const sha = (name: string, body = 'body'): string => createHash(name).update(body).digest('base64');

  it('is read as with it', async () => {
    for (const [name, algorithm] of [
      ['sha-256', 'sha256'],
      ['sha-512', 'sha512'],
    ] as const) {
      expect(await signed(`${name}=:${sha(algorithm)}:`)).toBe(true);
      expect(await signed(`${name}=:${sha(algorithm).replace(/=+$/, '')}:`)).toBe(true);
      expect(await signed(`${name}=:${sha(algorithm, 'other').replace(/=+$/, '')}:`)).toBe(false);
    }
    expect(await signed(`sha-256=:${sha('sha256').slice(0, -2)}:`)).toBe(false);
    expect(await signed(`sha-256=:${sha('sha256').replace('=', '')}, sha-256=:${sha('sha256')}:`)).toBe(
      false,
    );
  });
});

describe('dates of structured fields that no clock shows', () => {
  const value = (text: string): unknown => {
    const component = parseComponent('x-date;sf');
    if ('fault' in component) throw new Error(component.fault);
    const request = requestFrom({ method: 'GET', url: '/', headers: { 'x-date': text } });
    return componentValue(component, request, { structuredFields: { 'x-date': 'item' } });
  };

  it.each([
    '@0',
    '@-1',
    '@1659578233',
    '@8640000000001',
    '@-8640000000001',
    '@999999999999999',
    '@-999999999999999',
  ])('%s stays what it is', (text) => expect(value(text)).toBe(text));
});
