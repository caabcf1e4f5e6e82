/** Messages of single fields and members, JSON inside a form, and items of a signature’s list: what an attacker could make of them. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, type RequestParts, type Verdict } from '../../src/index.ts';
import { writtenScheme } from '../../src/providers/registry.ts';

const SECRET = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;
const FORM = 'application/x-www-form-urlencoded';

const gateOf = (scheme: object) =>
  createGate({
    scheme: writtenScheme({ algorithm: 'sha256', ...scheme }),
    keys: [SECRET],
    now: () => NOW,
  });

const mac = (message: string): string => createHmac('sha256', SECRET).update(message).digest('hex');
const said = (verdict: Verdict): string => (verdict.ok ? 'taken' : verdict.reason);

const post = (body: string, headers: Record<string, string> = {}): RequestParts => ({
  method: 'POST',
  url: '/',
  headers,
  body,
});

describe('JSON that is a field of a form', () => {
  const gate = gateOf({
    signature: { field: 'json', member: 'event.hash', encoding: 'hex' },
    message: '{timestamp}{json:json:event.type}',
    timestamp: { field: 'json', member: 'event.time', text: true },
  });
  const event = (more: object = {}): object => ({
    event: { time: '1760000000', type: 'sent', hash: mac('1760000000sent'), ...more },
  });
  const urlencoded = (json: string, more = ''): RequestParts =>
    post(`json=${encodeURIComponent(json)}${more}`, { 'content-type': FORM });
  const multipart = (...parts: readonly string[]): RequestParts =>
    post(
      `${parts.map((part) => `--b\r\nContent-Disposition: form-data; name="json"\r\n\r\n${part}\r\n`).join('')}--b--\r\n`,
      { 'content-type': 'multipart/form-data; boundary=b' },
    );

  it('is read of both kinds of form, beside other fields', async () => {
    const json = JSON.stringify(event());
    expect(said(await gate.verify(urlencoded(json, '&a=1&a=2')))).toBe('taken');
    expect(said(await gate.verify(multipart(json)))).toBe('taken');
  });

  it.each<[string, RequestParts, string]>([
    ['another type', urlencoded(JSON.stringify(event({ type: 'done' }))), 'signature-mismatch'],
    ['another time', urlencoded(JSON.stringify(event({ time: '1760000001' }))), 'signature-mismatch'],
    // A digit more in the time would be the first letter of the type.
    [
      'a digit moved',
      urlencoded(JSON.stringify(event({ time: '176000000', type: '0sent' }))),
      'malformed-timestamp',
    ],
    ['the field twice', multipart(JSON.stringify(event()), JSON.stringify(event())), 'malformed-body'],
    [
      'a name twice',
      urlencoded(JSON.stringify(event()).replace('"type"', '"type":"done","type"')),
      'malformed-body',
    ],
    ['no field', post('a=1', { 'content-type': FORM }), 'missing-signature'],
    ['an empty field', urlencoded(''), 'malformed-body'],
    ['a list', urlencoded('[]'), 'malformed-body'],
    [
      'JSON as the body',
      post(JSON.stringify(event()), { 'content-type': 'application/json' }),
      'malformed-body',
    ],
    ['a signature that is no text', urlencoded(JSON.stringify(event({ hash: 1 }))), 'malformed-signature'],
    ['a type that is no text', urlencoded(JSON.stringify(event({ type: ['sent'] }))), 'missing-part'],
    ['no type', urlencoded(JSON.stringify(event({ type: undefined }))), 'missing-part'],
    [
      'two content types',
      { ...urlencoded(JSON.stringify(event())), headers: { 'content-type': [FORM, FORM] } },
      'malformed-body',
    ],
  ])('is refused with %s', async (_, request, reason) => {
    expect(said(await gate.verify(request))).toBe(reason);
  });

  it('is signed into a form as it is read of one', async () => {
    for (const body of [
      '',
      'a=1',
      `a=1&json=${encodeURIComponent('{"event":{"type":"sent"},"b":" +&"}')}&c=%20`,
    ]) {
      const draft = { method: 'POST', url: '/', headers: { 'content-type': FORM }, body };
      if (!body.includes('json')) {
        await expect(async () => gate.sign(draft)).rejects.toThrow('Give the part that the message covers.');
        continue;
      }
      const signed = await gate.sign(draft);
      expect(said(await gate.verify(signed))).toBe('taken');
      const form = new URLSearchParams(Buffer.from(signed.body).toString());
      expect(JSON.parse(form.get('json') ?? '')).toMatchObject({ b: ' +&', event: { time: '1760000000' } });
      expect([form.get('a'), form.get('c')]).toEqual(['1', ' ']);
    }
  });
});

describe('a field of a form that is signed by itself', () => {
  const gate = gateOf({ signature: { field: 'sig', encoding: 'hex' }, message: '{field:payload}' });
  const form = (fields: Record<string, string> | string[][]): RequestParts =>
    post(new URLSearchParams(fields as never).toString(), { 'content-type': FORM });

  it('is whatever text it holds, line ends and other fields’ signs included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), async (payload) => {
        expect(said(await gate.verify(form({ payload, sig: mac(payload) })))).toBe('taken');
        expect(said(await gate.verify(form({ payload: `${payload}x`, sig: mac(payload) })))).toBe(
          'signature-mismatch',
        );
      }),
      { seed: 21, numRuns: 50 },
    );
  });

  it.each<[string, RequestParts, string]>([
    [
      'the field twice',
      form([
        ['payload', 'a'],
        ['payload', 'a'],
        ['sig', mac('a')],
      ]),
      'missing-part',
    ],
    [
      'the signature twice',
      form([
        ['payload', 'a'],
        ['sig', mac('a')],
        ['sig', mac('a')],
      ]),
      'malformed-signature',
    ],
    ['no field', form({ sig: mac('') }), 'missing-part'],
    ['an empty one', form({ payload: '', sig: mac('') }), 'missing-part'],
    [
      'a percent sign that is none',
      post(`payload=%zz&sig=${mac('%zz')}`, { 'content-type': FORM }),
      'malformed-body',
    ],
  ])('is refused with %s', async (_, request, reason) => {
    expect(said(await gate.verify(request))).toBe(reason);
  });
});

describe('a member that is signed by itself', () => {
  const gate = gateOf({ signature: { member: 'sig', encoding: 'hex' }, message: '{member:a.b}|{member:n}' });
  const json = (value: unknown): RequestParts =>
    post(JSON.stringify(value), { 'content-type': 'application/json' });

  it.each<[string, unknown, string]>([
    ['as it was signed', { a: { b: 'x' }, n: 7, sig: mac('x|7') }, 'taken'],
    ['with members that nobody signed', { a: { b: 'x' }, n: 7, sig: mac('x|7'), c: 1 }, 'taken'],
    ['with another text', { a: { b: 'y' }, n: 7, sig: mac('x|7') }, 'signature-mismatch'],
    ['as text where a number was', { a: { b: 'x' }, n: '7', sig: mac('x|7') }, 'taken'],
    // The sign between the two must show where the first ends.
    ['with the sign in it', { a: { b: 'x|7' }, n: 1, sig: mac('x|7|1') }, 'missing-part'],
    ['with no whole number', { a: { b: 'x' }, n: 7.5, sig: mac('x|7.5') }, 'missing-part'],
    ['as an object', { a: { b: {} }, n: 7, sig: mac('|7') }, 'missing-part'],
    ['absent', { n: 7, sig: mac('|7') }, 'missing-part'],
  ])('%s', async (_, value, reason) => {
    expect(said(await gate.verify(json(value)))).toBe(reason);
  });
});

describe('items of a list that are signed', () => {
  const gate = gateOf({
    signature: { header: 'x-sig', encoding: 'hex', list: { labels: 's', items: { env: 'main', app: 'a1' } } },
    message: '{item:env}/{item:app}/{body}',
  });
  const with_ = (list: string): RequestParts => post('{}', { 'x-sig': list });

  it.each([
    ['in any order', `app=a1,s=${mac('main/a1/{}')},env=main`, 'taken'],
    ['beside others', `x=1,app=a1,s=${mac('main/a1/{}')},env=main`, 'taken'],
    ['changed', `app=a2,s=${mac('main/a1/{}')},env=main`, 'signature-mismatch'],
    ['with text moved between them', `app=1,s=${mac('main/a1/{}')},env=main/a`, 'missing-part'],
    ['twice', `app=a1,app=a1,s=${mac('main/a1/{}')},env=main`, 'malformed-signature'],
    ['absent', `s=${mac('main/a1/{}')},env=main`, 'missing-part'],
    ['empty', `app=,s=${mac('main//{}')},env=main`, 'missing-part'],
    ['named as the runtime’s own', `constructor=a1,s=${mac('main/a1/{}')},env=main`, 'missing-part'],
  ])('%s', async (_, list, reason) => {
    expect(said(await gate.verify(with_(list)))).toBe(reason);
  });

  it('are written behind the signature, as who signs has them', async () => {
    const signed = await gate.sign({ method: 'POST', url: '/', headers: {}, body: '{}' });
    expect(signed.headers.get('x-sig')).toBe(`s=${mac('main/a1/{}')},env=main,app=a1`);
  });
});
