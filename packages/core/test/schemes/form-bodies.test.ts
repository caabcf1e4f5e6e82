/** Bodies that are read as forms: which readings there are, what the type must say, and what is judged at once. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type GateOptions, type RequestParts } from '../../src/index.ts';
import { SLICE_BYTES } from '../../src/pause.ts';

const KEY = 'a-secret-of-20-bytes!';
const TYPE = 'application/x-www-form-urlencoded';
const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');

const gateOf = (scheme: object): Gate =>
  createGate({
    scheme: { algorithm: 'hmac-sha256', signature: { header: 'x-sig', encoding: 'hex' }, ...scheme },
    keys: [KEY],
  } as unknown as GateOptions);
const inField = (message: string): Gate => gateOf({ message, signature: { field: 'sig', encoding: 'hex' } });

const post = (body: string, headers: Record<string, string> = {}, url = '/'): RequestParts => ({
  method: 'POST',
  url,
  headers: { 'content-type': TYPE, ...headers },
  body,
});

describe('a form that carries its signature', () => {
  it.each<[message: string, body: string, signed: string, reading: string, tried: number]>([
    ['{body}', 'a=1&sig=SIG&b=2', 'a=1&b=2', 'raw', 1],
    ['{body}', 'sig=SIG&b=2', 'b=2', 'raw', 1],
    ['{body}', 'sig=SIG', '', 'raw', 1],
    ['sorted-form-lines', 'b=2&sig=SIG&a=1', 'a=1\r\nb=2\r\n', 'without-blank-fields', 1],
    ['sorted-form-lines', 'b=&sig=SIG&a=1', 'a=1\r\n', 'without-blank-fields', 2],
    ['sorted-form-lines', 'b=&sig=SIG&a=1', 'a=1\r\nb=\r\n', 'with-blank-fields', 2],
    ['sorted-form-lines', 'b&sig=SIG', '', 'without-blank-fields', 2],
  ])('under %s: %s', async (message, body, signed, reading, tried) => {
    const judge = (text: string) => inField(message).verify(post(body.replace('SIG', mac(text))));
    expect(await judge(signed)).toMatchObject({ ok: true, reading });
    expect(await judge(`${signed}x`)).toMatchObject({
      reason: 'signature-mismatch',
      evidence: { readingsTried: tried },
    });
  });

  it('says its type once', async () => {
    const request = post(`a=1&sig=${mac('a=1')}`);
    const type = ['content-type', TYPE] as const;
    expect(await inField('{body}').verify({ ...request, headers: [type] })).toMatchObject({ ok: true });
    expect(await inField('{body}').verify({ ...request, headers: [type, type] })).toMatchObject({
      reason: 'malformed-body',
      message: 'the request has two content types',
      remedy: 'The sender must say once how the form is written; or a proxy added a Content-Type of its own.',
    });
    expect(await inField('{body}').verify({ ...request, headers: [] })).toMatchObject({
      reason: 'malformed-body',
      message: 'the request has no content type',
    });
  });
});

describe('a form whose fields a header signs', () => {
  it('needs no place for a digest; another body is not proved', async () => {
    const gate = gateOf({ message: '{path}\n{form:sorted}' });
    const signature = { 'x-sig': mac('/\na1b2') };
    expect(await gate.verify(post('b=2&a=1', signature))).toMatchObject({ ok: true });
    expect(await gate.verify(post('', { 'x-sig': mac('/\n') }))).toMatchObject({ ok: true });
    expect(await gate.verify(post('b=2&a=1', { ...signature, 'content-type': 'text/plain' }))).toMatchObject({
      reason: 'missing-part',
      message: 'nothing of the request proves its body',
    });
    const { headers } = await gate.sign({ ...post('b=2&a=1'), body: 'b=2&a=1' });
    expect(headers.get('x-sig')).toBe(signature['x-sig']);
  });

  it('is signed beside a digest only where there is a body that is none', async () => {
    const gate = gateOf({ message: '{url}\n{form:sorted}', bodyDigest: { query: 'digest' } });
    const url = 'https://a.example/?a=1';
    const digest = createHash('sha256').update('{}').digest('hex');
    const json = { 'content-type': 'application/json' };
    const signedUrl = async (body: string, headers: Record<string, string>, address = url) => {
      const signed = await gate.sign({ ...post(body, headers, address), body });
      expect(await gate.verify(signed)).toMatchObject({ ok: true });
      return signed.url;
    };
    expect(await signedUrl('', json)).toBe(url);
    expect(await signedUrl('b=2', {})).toBe(url);
    expect(await signedUrl('{}', json)).toBe(`${url}&digest=${digest}`);
    expect(await signedUrl('{}', json, `${url}&digest=${digest}`)).toBe(`${url}&digest=${digest}`);
  });
});

describe('a body below 128 KB is judged at once, and a longer one in turns', () => {
  const isAtOnce = !(
    gateOf({ message: '{body}' }).verify(post('', { 'x-sig': '0'.repeat(64) })) instanceof Promise
  );

  /** A form of so many bytes, and one field that is its whole body but for a few. */
  const form = (bytes: number, end: string): string => `${'a'.repeat(bytes - end.length)}${end}`;

  it.each<[name: string, gate: () => Gate, request: (bytes: number) => RequestParts]>([
    [
      'a form in sorted lines',
      () => inField('sorted-form-lines'),
      (bytes) => post(form(bytes, `=1&sig=${'0'.repeat(64)}`)),
    ],
    [
      'a form signed by a header',
      () => gateOf({ message: '{form:sorted}' }),
      (bytes) => post(form(bytes, '=1'), { 'x-sig': '0'.repeat(64) }),
    ],
    [
      'a JSON body that is printed anew',
      () => gateOf({ message: '{body}', signature: { member: 'sig', encoding: 'hex' } }),
      (bytes) => post(`{"a" :"é${'x'.repeat(bytes - 84)}","sig":"${'0'.repeat(64)}"}`),
    ],
  ])('%s', async (_, gate, request) => {
    const short = request(SLICE_BYTES - 1);
    expect(Buffer.byteLength(short.body as string)).toBe(SLICE_BYTES - 1);
    const early = gate().verify(short);
    // WebCrypto answers by promises alone.
    expect(early instanceof Promise).toBe(!isAtOnce);
    expect(await early).toMatchObject({ reason: 'signature-mismatch' });
    for (const bytes of [SLICE_BYTES, SLICE_BYTES + 1]) {
      const verdict = gate().verify(request(bytes));
      expect(verdict).toBeInstanceOf(Promise);
      expect(await verdict).toMatchObject({ reason: 'signature-mismatch' });
    }
  });
});
