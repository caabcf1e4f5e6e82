/** `{form:sorted}` and `bodyDigest`: a form signed field by field, any other body by its digest in a signed place. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type RequestParts } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const FORM = 'application/x-www-form-urlencoded';
const URL_ = 'https://hooks.example/in?a=1';
const mac = (text: string): string => createHmac('sha1', KEY).update(text).digest('base64');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const gate = createGate({ provider: 'twilio', keys: [KEY] });

const request = (
  body: string,
  signed: string,
  more: Partial<RequestParts> = {},
  type = FORM,
): RequestParts => ({
  method: 'POST',
  url: URL_,
  headers: { 'x-twilio-signature': mac(signed), ...(type !== '' && { 'content-type': type }) },
  body,
  ...more,
});

describe('a form is signed by name', () => {
  it.each<[string, string]>([
    ['b=2&a=1', 'a1b2'],
    ['a=1&b=2', 'a1b2'],
    ['b=+x%20y&a=%C3%A9', 'aéb x y'],
    ['m=b&m=a', 'mamb'],
    ['m=a&m=b&m=a', 'mamb'],
    ['a=&b', 'ab'],
    ['a=1%0D%0A2&x%3Dy=3', 'a1\r\n2x=y3'],
    ['', ''],
  ])('%j as %j', async (body, text) => {
    expect(await gate.verify(request(body, URL_ + text))).toMatchObject({ ok: true });
    expect(await gate.verify(request(body === '' ? 'c=1' : body.slice(0, -1), URL_ + text))).toMatchObject({
      ok: false,
    });
  });

  it('by whatever spelling of its type', async () => {
    for (const type of [FORM.toUpperCase(), `${FORM};charset=UTF-8`, `${FORM} ; charset="utf-8"`]) {
      expect(await gate.verify(request('a=1', `${URL_}a1`, {}, type))).toMatchObject({ ok: true });
    }
  });

  it('a body of another type is not taken for a form', async () => {
    const refused = {
      ok: false,
      reason: 'missing-part',
      message: 'nothing of the request proves its body',
      remedy:
        'The sender must send a form (urlencoded), no body, or the digest of it where the gate looks for it.',
    };
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain', '']) {
      expect(await gate.verify(request('a=1', URL_, {}, type)), type).toMatchObject(refused);
      expect(await gate.verify(request('a=1', `${URL_}a1`, {}, type)), type).toMatchObject(refused);
    }
    expect(await gate.verify(request('a=%zz', URL_))).toMatchObject({ reason: 'malformed-body' });
  });

  it('is covered, in the words of the report', () => {
    expect(gate.coverage.covered).toEqual(['scheme', 'host', 'path', 'query', 'body']);
    expect(gate.coverage.warnings).toContainEqual({
      code: 'movable-text',
      parts: ['{url}', '{form:sorted}'],
    });
  });

  it('is signed as it is taken, and what was signed stays', async () => {
    const draft = { method: 'POST', url: URL_, headers: { 'content-type': FORM }, body: 'b=2&a=1' };
    const signed = await gate.sign(draft);
    expect(signed).toMatchObject({ url: URL_ });
    expect(signed.headers.get('x-twilio-signature')).toBe(mac(`${URL_}a1b2`));
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });
});

describe('another body is proved by its digest in the URL', () => {
  const body = '{"a": 1}';
  const url = `${URL_}&bodySHA256=${sha256(body)}`;

  it('which the signature covers', async () => {
    const genuine = request(body, url, { url }, 'application/json');
    expect(await gate.verify(genuine)).toMatchObject({ ok: true });
    for (const type of ['', FORM, 'text/plain']) {
      expect(await gate.verify(request(body, url, { url }, type))).toMatchObject({ ok: true });
    }
    expect(await gate.verify({ ...genuine, body: '{"a":1}' })).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
      step: 'compare',
      message: 'the signed digest is of another body',
      remedy:
        'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew.',
    });
    const other = `${URL_}&bodySHA256=${sha256('{"a":1}')}`;
    expect(await gate.verify({ ...genuine, url: other, body: '{"a":1}' })).toMatchObject({
      reason: 'signature-mismatch',
    });
    expect(await gate.verify({ ...genuine, url: URL_ })).toMatchObject({ reason: 'missing-part' });
  });

  it('once, and in lower-case hex', async () => {
    const twice = `${url}&bodySHA256=${sha256(body)}`;
    expect(await gate.verify(request(body, twice, { url: twice }))).toMatchObject({
      reason: 'missing-part',
      message: 'the digest of the body is repeated',
      remedy: 'The sender must write it once, as text.',
    });
    const upper = `${URL_}&bodySHA256=${sha256(body).toUpperCase()}`;
    expect(await gate.verify(request(body, upper, { url: upper }))).toMatchObject({
      reason: 'signature-mismatch',
    });
  });

  it('also of no body', async () => {
    const none = `${URL_}&bodySHA256=${sha256('')}`;
    expect(await gate.verify(request('', none, { url: none }))).toMatchObject({ ok: true });
    expect(await gate.verify(request('x', none, { url: none }))).toMatchObject({ ok: false });
  });

  it('which signing puts there', async () => {
    const draft = { method: 'POST', url: URL_, headers: { 'content-type': 'application/json' }, body };
    const signed = await gate.sign(draft);
    expect(signed.url).toBe(url);
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
    expect((await gate.sign({ ...draft, url })).url).toBe(url);
  });

  it('a header that the message names may hold the digest instead', async () => {
    const scheme = {
      algorithm: 'sha256',
      signature: 'x-signature',
      message: '{method}\n{header:x-digest}',
      bodyDigest: 'x-digest',
    } as const;
    const byHeader = createGate({ scheme, keys: [KEY] });
    const signed = await byHeader.sign({ method: 'POST', url: '/', body });
    expect(signed.headers.get('x-digest')).toBe(sha256(body));
    expect(byHeader.coverage.covered).toEqual(['method', 'body']);
    expect(await byHeader.verify(signed)).toMatchObject({ ok: true });
    expect(await byHeader.verify({ ...signed, body: 'x' })).toMatchObject({ reason: 'signature-mismatch' });
  });
});
