/** Senders declared as the providers are: what tells their requests apart, and how their bodies may have been printed. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/imported-gate.ts';
import { done, type Gate, type RequestParts, withOptions } from '../../src/index.ts';
import { github } from '../../src/providers/github.ts';
import { PATH, QUERY, WHOLE_URL } from '../../src/schemes/address-parts.ts';
import { member } from '../../src/schemes/json-member.ts';
import { bodyWithoutMember, reorderedBody } from '../../src/schemes/json-readings.ts';
import { BODY, headerPart, ID, METHOD, NONCE } from '../../src/schemes/message-parts.ts';
import { template } from '../../src/schemes/message-template.ts';
import { query } from '../../src/schemes/query-parameter.ts';
import { senderTemplate } from '../../src/schemes/sender-template.ts';
import type { TemplateOptions } from '../../src/schemes/template-options.ts';
import { wholeBody } from '../../src/schemes/whole-body.ts';

const KEY = 'a-secret-of-20-bytes!';
const mac = (text: string | Uint8Array): string => createHmac('sha256', KEY).update(text).digest('hex');

type Declared = Omit<TemplateOptions, 'name' | 'keyForms' | 'signature'> & Partial<TemplateOptions>;

const sourceOf = (declared: Declared) =>
  senderTemplate({
    name: 'own',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-sig', encoding: 'hex' },
    ...declared,
  });

const gateOf = (declared: Declared): Gate =>
  createGate({ provider: { ...github, scheme: sourceOf(declared) }, keys: [KEY] });

const post = (parts: Partial<RequestParts>): RequestParts => ({
  method: 'POST',
  url: '/',
  headers: {},
  body: '',
  ...parts,
});

describe('requests are told apart by a signed id', () => {
  const receive = async (gate: Gate, request: RequestParts): Promise<string> => {
    const received = await gate.receive(request, ({ id }) => done(id ?? 'none'));
    return received.kind === 'done' ? String(received.value) : received.kind;
  };

  it('that the message names', async () => {
    const gate = gateOf({
      message: template(ID, '\n', BODY),
      id: { header: 'X-Id' },
      replay: 'signed-id',
    });
    const send = (id: string, body: string) =>
      receive(gate, post({ headers: { 'x-id': id, 'x-sig': mac(`${id}\n${body}`) }, body }));
    expect(await send('1', 'a')).toBe('1');
    expect(await send('1', 'b')).toBe('refused');
    expect(await send('2', 'a')).toBe('2');
  });

  it('beside a nonce', async () => {
    const gate = gateOf({
      message: template(ID, '\n', NONCE, '\n', BODY),
      id: { header: 'x-id' },
      nonce: { header: 'x-nonce' },
      replay: 'signed-id',
    });
    const send = (id: string, nonce: string) =>
      receive(gate, post({ headers: { 'x-id': id, 'x-nonce': nonce, 'x-sig': mac(`${id}\n${nonce}\n`) } }));
    expect(await send('1', 'n')).toBe('1');
    expect(await send('1', 'm')).toBe('refused');
    expect(await send('2', 'n')).toBe('2');
  });

  it('that sits in a header which the message covers', async () => {
    const gate = gateOf({
      message: template(headerPart('x-id', true), '\n', BODY),
      id: { header: 'x-id' },
      replay: 'signed-id',
    });
    const send = (id: string | undefined, body: string) =>
      receive(
        gate,
        post({
          headers: { ...(id !== undefined && { 'x-id': id }), 'x-sig': mac(`${id ?? ''}\n${body}`) },
          body,
        }),
      );
    expect(await send('1', 'a')).toBe('1');
    expect(await send('1', 'b')).toBe('refused');
    expect(await send('2', 'a')).toBe('2');
    // Where there is none, by all that is signed.
    expect(await send(undefined, 'a')).toBe('none');
    expect(await send(undefined, 'b')).toBe('none');
    expect(await send(undefined, 'a')).toBe('refused');
  });

  it('that sits in the query', async () => {
    const gate = gateOf({ message: template(QUERY), id: query('id'), replay: 'signed-id' });
    const send = (text: string) => receive(gate, post({ url: `/?${text}`, headers: { 'x-sig': mac(text) } }));
    expect(await send('id=1&a=1')).toBe('1');
    expect(await send('id=1&a=2')).toBe('refused');
    expect(await send('id=2')).toBe('2');
    expect(await send('a=1')).toBe('none');
    expect(await send('id=1&id=3')).toBe('none');
  });

  it('in the body, once it is proved', async () => {
    const gate = gateOf({ message: wholeBody, id: member('a.id'), replay: 'signed-id' });
    const send = (body: string) => receive(gate, post({ headers: { 'x-sig': mac(body) }, body }));
    expect(await send('{"a":{"id":"1"}}')).toBe('1');
    expect(await send('{"a":{"id":"1"},"b":2}')).toBe('refused');
    expect(await send('{"a":{"id":2}}')).toBe('2');
    expect(await send('no JSON')).toBe('none');
    const long = 'x'.repeat(140_000);
    expect(await send(`{"b":"${long}","a":{"id":"3"}}`)).toBe('3');
    expect(await send(`{"b":"${long}y","a":{"id":"3"}}`)).toBe('refused');
    expect(await send(`{"b":"${long}`)).toBe('none');
  });
});

describe('a gate may be told', () => {
  it('whom the sender calls, where the message says it', async () => {
    const source = sourceOf({ message: template(METHOD, ' ', WHOLE_URL) });
    expect(source.options).toEqual(['headers', 'origin']);
    const gate = createGate({
      provider: withOptions({ ...github, scheme: source } as never, { origin: 'https://a.example' } as never),
      keys: [KEY],
    });
    const request = post({
      url: '/p?q',
      headers: { host: 'b.example', 'x-sig': mac('POST https://a.example/p?q') },
    });
    expect(await gate.verify(request)).toMatchObject({ ok: true });
  });

  it('nothing of that where it does not, and of no header where there is none', () => {
    expect(sourceOf({ message: template(METHOD, ' ', PATH) }).options).toEqual(['headers']);
    const signature = { ...query('sig'), encoding: 'hex' } as const;
    expect(sourceOf({ message: template(METHOD, ' ', PATH), signature }).options).toEqual([]);
  });
});

describe('a body that carries its signature', () => {
  const ORDER = ['a', 'b'];
  const gate = (): Gate =>
    gateOf({
      message: wholeBody,
      signature: { ...member('s'), encoding: 'hex' },
      body: [...bodyWithoutMember('s'), ...reorderedBody(ORDER, 's')],
    });
  const judge = (wire: string, signed: string) =>
    gate().verify(post({ body: wire.replace('SIG', mac(signed)) }));
  const LONG = 'x'.repeat(140_000);

  it.each<[reading: string, wire: string, signed: string]>([
    ['raw', '{"b":2,"a":1,"s":"SIG"}', '{"b":2,"a":1}'],
    ['raw', '{"b":2,"s":"SIG","a":1}', '{"b":2,"a":1}'],
    ['raw', '{"s":"SIG","a":1}', '{"a":1}'],
    ['raw', '{"s":"SIG", "a":1}', '{"a":1}'],
    ['raw', '{"s":"SIG", "a":1}', '{ "a":1}'],
    ['raw', '{"a": 1 ,"s":"SIG"}', '{"a": 1 }'],
    ['compact', '{"a": [1, 2],\n "s": "SIG" }', '{"a":[1,2]}'],
    ['compact-ascii', '{"a":"é😀","s":"SIG"}', '{"a":"\\u00e9\\ud83d\\ude00"}'],
    ['compact-ascii', '{"a":"\u007f","s":"SIG"}', '{"a":"\\u007f"}'],
    ['compact-ascii', '{"a": "é", "s":"SIG"}', '{"a":"\\u00e9"}'],
    ['go', '{"b":2,"a":1,"s":"SIG"}', '{"a":1,"b":2}'],
    ['go', '{"a":"<&>","b":2,"s":"SIG"}', '{"a":"\\u003c\\u0026\\u003e","b":2}'],
    ['go', '{"b":2,"a":{"y":1,"x":[{"d":1,"c":2}]},"s":"SIG"}', '{"a":{"x":[{"c":2,"d":1}],"y":1},"b":2}'],
    ['go', '{"b":"é","a":1,"s":"SIG"}', '{"a":1,"b":"é"}'],
    ['reordered-ascii', '{"b":"é","a":1,"s":"SIG"}', '{"a":1,"b":"\\u00e9"}'],
    ['reordered-ascii', '{"b":"<","a":1,"s":"SIG"}', '{"a":1,"b":"<"}'],
    ['reordered-ascii', '{"b":"\u007f","a":1,"s":"SIG"}', '{"a":1,"b":"\\u007f"}'],
    ['compact', `{"a": "${LONG}", "s":"SIG"}`, `{"a":"${LONG}"}`],
    ['compact-ascii', `{"a":"é${LONG}","s":"SIG"}`, `{"a":"\\u00e9${LONG}"}`],
  ])('is read as %s', async (reading, wire, signed) => {
    expect(await judge(wire, signed)).toMatchObject({ ok: true, reading });
    expect(await judge(wire, `${signed} `)).toMatchObject({ reason: 'signature-mismatch' });
  });

  it.each<[readings: number, wire: string]>([
    // Every other reading is the text that one has read before.
    [1, '{"a":1,"b":2,"s":"SIG"}'],
    [2, '{"a": 1,"b":2,"s":"SIG"}'],
    [3, '{"s":"SIG", "a":1,"b":2}'],
    [2, '{"a":"é","b":2,"s":"SIG"}'],
    [2, '{"a":"<","b":2,"s":"SIG"}'],
    [2, '{"b":2,"a":1,"s":"SIG"}'],
    [3, '{"b":"<","a":1,"s":"SIG"}'],
    [4, '{"b":"é","a":1,"s":"SIG"}'],
  ])('is compared %i times: %s', async (readingsTried, wire) => {
    expect(await judge(wire, 'none of them')).toMatchObject({ evidence: { readingsTried } });
  });
});
