/** What signing puts into a request, and where; and what it says of a draft that cannot be signed. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Draft, type Gate, type GateOptions } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const NOW = 1_760_000_000_000;
const SECONDS = '1760000000';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');

const gateFor = (options: object, key = KEY): Gate =>
  createGate({ keys: [key], now: () => NOW, ...options } as unknown as GateOptions);
const gateOf = (scheme: object): Gate =>
  gateFor({
    scheme: { algorithm: 'hmac-sha256', signature: { header: 'x-sig', encoding: 'hex' }, ...scheme },
  });

const draft = (parts: Partial<Draft> = {}): Draft => ({ method: 'POST', url: '/', body: 'b', ...parts });

/** What signing has put there, by header; what stood there before too. */
async function headersOf(gate: Gate, parts: Partial<Draft> = {}): Promise<Record<string, string>> {
  const signed = await gate.sign(draft(parts));
  expect(await gate.verify(signed)).toMatchObject({ ok: true });
  return Object.fromEntries(signed.headers);
}

async function bodyOf(gate: Gate, parts: Partial<Draft>): Promise<string> {
  const signed = await gate.sign(draft(parts));
  expect(await gate.verify(signed)).toMatchObject({ ok: true });
  return Buffer.from(signed.body).toString();
}

describe('a draft is given', () => {
  it('its time and, where it says one, its nonce', async () => {
    const gate = gateFor({ provider: 'hmac' });
    expect(await headersOf(gate)).toStrictEqual({
      'x-timestamp': SECONDS,
      'x-signature': mac(`${SECONDS}.b`),
    });
    expect(await headersOf(gate, { nonce: 'n1' })).toStrictEqual({
      'x-timestamp': SECONDS,
      'x-nonce': 'n1',
      'x-signature': mac(`${SECONDS}.n1.b`),
    });
  });

  it('no time where its scheme has none', async () => {
    expect(await headersOf(gateOf({ message: '{body}' }))).toStrictEqual({ 'x-sig': mac('b') });
  });

  it('the id of its key where the key has been given one', async () => {
    const scheme = gateOf({ message: '{body}', keyId: 'x-key' });
    expect(await headersOf(scheme)).toStrictEqual({ 'x-sig': mac('b') });
    const named = gateFor({
      scheme: { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{body}', keyId: 'x-key' },
      keys: [{ id: 'main', secret: KEY }],
    });
    expect(await headersOf(named)).toStrictEqual({ 'x-key': 'main', 'x-sig': mac('b') });
  });

  it('an id in a header: its own, or a fresh one where every message names it', async () => {
    const gate = gateOf({ message: '{id}.{body}', id: 'x-id' });
    expect(await headersOf(gate, { id: 'i' })).toStrictEqual({ 'x-id': 'i', 'x-sig': mac('i.b') });
    const fresh = await headersOf(gate);
    expect(fresh['x-id']).toMatch(/^msg_[\w-]{22}$/);
    expect((await headersOf(gate))['x-id']).not.toBe(fresh['x-id']);
    expect((await headersOf(gate, { headers: { 'x-id': 'old' } }))['x-id']).not.toBe('old');
  });

  it('no id where a message may be without, or none names it', async () => {
    const optional = gateOf({ message: ['{id}.{body}', '{body}'], id: 'x-id' });
    expect(await headersOf(optional)).toStrictEqual({ 'x-sig': mac('b') });
    expect(await headersOf(optional, { id: 'i' })).toStrictEqual({ 'x-id': 'i', 'x-sig': mac('i.b') });
    const github = gateFor({ provider: 'github' });
    expect(Object.keys(await headersOf(github))).toEqual(['x-hub-signature-256']);
    expect(await headersOf(github, { id: 'i' })).toMatchObject({ 'x-github-delivery': 'i' });
  });

  it('an id in the query or the body where there is none yet', async () => {
    const query = gateOf({ message: '{id}.{url}', id: { query: 'id' } });
    const url = 'https://a.example/?id=7';
    expect((await query.sign(draft({ url }))).url).toBe(url);
    expect((await query.sign(draft({ url: 'https://a.example/' }))).url).toMatch(/\/\?id=msg_[\w-]{22}$/);
    expect((await query.sign(draft({ url: 'https://a.example/', id: '8' }))).url).toMatch(/\/\?id=8$/);
    const member = gateOf({ message: '{id}\n{body}', id: { member: 'id' } });
    expect(await bodyOf(member, { body: '{"id":"7"}' })).toBe('{"id":"7"}');
    expect(await bodyOf(member, { body: '{"a":1}' })).toMatch(/^\{"a":1,"id":"msg_[\w-]{22}"\}$/);
    expect(await bodyOf(member, { body: '{"a":1}', id: '8' })).toBe('{"a":1,"id":"8"}');
    const field = gateOf({ message: '{id}\n{body}', id: { field: 'id' } });
    expect(await bodyOf(field, { body: 'id=7', headers: FORM })).toBe('id=7');
    expect(await bodyOf(field, { body: 'a=1', headers: FORM, id: '8' })).toBe('a=1&id=8');
    const unnamed = gateOf({ message: '{body}', id: { member: 'id' } });
    expect(await bodyOf(unnamed, { body: '{"a":1}' })).toBe('{"a":1}');
  });

  it('its signature in a list, with its time where that is an item', async () => {
    const list = { separator: ',', assign: '=', labels: ['v1'] };
    const item = gateOf({
      message: '{timestamp}.{body}',
      signature: { header: 'x-sig', encoding: 'hex', list },
      timestamp: { item: 't' },
    });
    expect(await headersOf(item)).toStrictEqual({ 'x-sig': `t=${SECONDS},v1=${mac(`${SECONDS}.b`)}` });
    const apart = gateOf({
      message: '{timestamp}.{body}',
      signature: { header: 'x-sig', encoding: 'hex', list },
      timestamp: 'x-time',
    });
    expect(await headersOf(apart)).toStrictEqual({
      'x-time': SECONDS,
      'x-sig': `v1=${mac(`${SECONDS}.b`)}`,
    });
    const untimed = gateOf({
      message: '{body}',
      signature: { header: 'x-sig', encoding: 'hex', list: { ...list, separator: ' ' } },
    });
    expect(await headersOf(untimed)).toStrictEqual({ 'x-sig': `v1=${mac('b')}` });
  });
});

describe('a form is given', () => {
  const gate = (field = 'sig'): Gate => gateOf({ message: '{body}', signature: { field, encoding: 'hex' } });

  it.each<[body: string, headers: Record<string, string>, signed: string]>([
    ['', {}, `sig=${mac('')}`],
    ['a=1', {}, `a=1&sig=${mac('a=1')}`],
    ['a=1', FORM, `a=1&sig=${mac('a=1')}`],
    ['a=%20', { 'Content-Type': `${FORM['content-type']}; charset=utf-8` }, `a=%20&sig=${mac('a=%20')}`],
  ])('its signature at the end: %j with %j', async (body, headers, signed) => {
    expect(await bodyOf(gate(), { body, headers })).toBe(signed);
  });

  it('its type where it has none, and keeps the one that it has', async () => {
    expect(await headersOf(gate(), { body: 'a=1' })).toEqual(FORM);
    const type = { 'content-type': `${FORM['content-type']};charset=utf-8` };
    expect(await headersOf(gate(), { body: 'a=1', headers: type })).toEqual(type);
  });

  it('a field whose name and value are written as a form has them', async () => {
    const scheme = gateOf({
      message: '{id}\n{body}',
      id: { field: 'an id&' },
    });
    expect(await bodyOf(scheme, { body: 'a=1', headers: FORM, id: 'é =' })).toBe(
      'a=1&an%20id%26=%C3%A9%20%3D',
    );
  });
});

describe('a draft that cannot be signed', () => {
  it.each<[options: object, parts: Partial<Draft>, says: string]>([
    [
      { scheme: { message: '{nonce}.{body}', nonce: 'x-nonce' } },
      {},
      'request.nonce: the message covers {nonce}, which is absent. ',
    ],
    [
      { scheme: { message: '{header:x-a}.{body}' } },
      {},
      'request: the message covers the header x-a, which is absent. ',
    ],
    [
      { provider: 'twilio' },
      { body: 'a=%zz', headers: FORM, url: 'https://a.example/' },
      'request.body: a field has a broken percent escape or is not UTF-8. Give a form.',
    ],
    [
      { scheme: { message: '{body}', signature: { field: 'sig' } } },
      { body: 'a=%zz', headers: FORM },
      'request.body: a field has a broken percent escape or is not UTF-8. Give an urlencoded form.',
    ],
    [
      { scheme: { message: '{body}', signature: { field: 'sig' } } },
      { body: 'a=1', headers: { 'content-type': 'text/plain' } },
      'request.body: the content type is not that of a form. Give an urlencoded form.',
    ],
    [
      { scheme: { message: '{body}', signature: { field: 'sig' } } },
      {
        body: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
        headers: { 'content-type': 'Multipart/form-data; boundary=x' },
      },
      'request: a multipart form cannot be signed here. Send it urlencoded.',
    ],
    [
      { scheme: { message: '{body}', signature: { member: 'sig' } } },
      { body: '[1]' },
      'request.body: the text is not a JSON object, at byte 0. Give a JSON object, each name in it once: the scheme reads or puts a part there.',
    ],
  ])('%j: %j', async (options, parts, says) => {
    const { scheme } = options as { readonly scheme?: object };
    const gate = scheme ? gateOf(scheme) : gateFor(options);
    const error: unknown = await (async () => gate.sign(draft(parts)))().then(
      () => new Error('signed'),
      (thrown: unknown) => thrown,
    );
    expect((error as Error).message).toContain(says);
  });
});
