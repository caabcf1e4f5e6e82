/** Parts of a request that are absent, there twice, or no text: what is said of each place that a part may sit in. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joinMessage } from '../../src/crypto/backend.ts';
import { createGate, type Gate, type GateOptions, type RequestParts } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const NOW = 1_760_000_000_000;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const mac = (text: string): string =>
  createHmac('sha256', KEY).update(Buffer.from(text, 'latin1')).digest('hex');

const gateOf = (scheme: object): Gate =>
  createGate({
    scheme: { algorithm: 'hmac-sha256', signature: { header: 'X-Sig', encoding: 'hex' }, ...scheme },
    keys: [KEY],
    now: () => NOW,
  } as unknown as GateOptions);

const post = (parts: Partial<RequestParts>): RequestParts => ({
  method: 'POST',
  url: '/',
  headers: {},
  body: '',
  ...parts,
});

/** The reason and the words of a refusal. */
async function said(gate: Gate, request: Partial<RequestParts>): Promise<string> {
  const verdict = await gate.verify(post(request));
  return verdict.ok ? 'accepted' : `${verdict.reason}: ${verdict.message}`;
}

async function remedyOf(gate: Gate, request: Partial<RequestParts>): Promise<string | undefined> {
  const verdict = await gate.verify(post(request));
  return verdict.ok ? undefined : verdict.remedy;
}

describe('a signature', () => {
  it.each<[place: object, named: string, twice: Partial<RequestParts>, noText: Partial<RequestParts>]>([
    [
      { header: 'X-Sig' },
      'header x-sig',
      {
        headers: [
          ['x-sig', 'a'],
          ['X-Sig', 'a'],
        ],
      },
      {},
    ],
    [
      { query: 'my sig' },
      'query parameter my sig',
      { url: '/?my+sig=a&my%20sig=a' },
      { url: '/?my+sig=%zz' },
    ],
    [{ member: 'proof.sig' }, 'JSON member proof.sig', {}, { body: '{"proof":{"sig":1}}' }],
  ])('%j is looked for there, once, as a text', async (place, named, twice, noText) => {
    const gate = gateOf({ message: '{method}', signature: { ...place, encoding: 'hex' } });
    const none = { body: '{"a":1}' };
    expect(await said(gate, none)).toBe(`missing-signature: the request has no signature in its ${named}`);
    if (Object.keys(twice).length > 0) {
      expect(await said(gate, twice)).toBe(`malformed-signature: the ${named} is repeated`);
      expect(await remedyOf(gate, twice)).toBe(
        'The sender must send it once; look for a proxy that adds one.',
      );
    }
    if (Object.keys(noText).length > 0) {
      expect(await said(gate, noText)).toBe(`malformed-signature: the ${named} is not text`);
      expect(await remedyOf(gate, noText)).toBe(
        'The sender must write it there as a text, and no other type.',
      );
    }
  });

  it('in a field of a form, too', async () => {
    const gate = gateOf({ message: 'sorted-form-lines', signature: { field: 'sig', encoding: 'hex' } });
    expect(await said(gate, { headers: FORM, body: 'a=1' })).toBe(
      'missing-signature: the request has no signature in its form field sig',
    );
    expect(await said(gate, { headers: FORM, body: `a=1&sig=${mac('a=1\r\n')}` })).toBe('accepted');
  });

  it.each([
    ['X-Webhook-Signature', true],
    ['Signature', true],
    ['x_sig', true],
    ['HMAC', true],
    ['x-HmAc-sha256', true],
    ['X-Input-Signature', true],
    ['a-b-c-sig-d', true],
    ['Signature-Input', false],
    ['Content-Signatures', false],
    ['x-design', false],
    ['x-hmacs', false],
    ['assignature', false],
    ['x-s-i-g', false],
    ['x-ham', false],
  ])('that is not there is looked for under another name: %s is like one: %j', async (name, isLike) => {
    const gate = gateOf({ message: '{body}', signature: { header: 'x-proof', encoding: 'hex' } });
    const request = { headers: { accept: '*/*', [name]: 'a' } };
    const none = 'missing-signature: the request has no signature in its header x-proof';
    expect(await said(gate, request)).toBe(isLike ? `${none}; it has ${name}` : none);
    if (isLike) {
      expect(await remedyOf(gate, request)).toBe(
        'If that is this sender’s name for it, set the gate’s signature to it. Else the sender signs otherwise than this gate expects.',
      );
    }
  });

  it('has the prefix that its gate was told', async () => {
    const gate = gateOf({
      message: '{body}',
      signature: { header: 'x-sig', prefix: 'v0=', encoding: 'hex' },
    });
    const text = mac('b');
    expect(await said(gate, { headers: { 'x-sig': `v0=${text}` }, body: 'b' })).toBe('accepted');
    for (const other of [text, `V0=${text}`, `v1=${text}`, ` v0=${text}`]) {
      expect(await said(gate, { headers: { 'x-sig': other }, body: 'b' })).toBe(
        'malformed-signature: the signature does not start with "v0="',
      );
    }
  });
});

describe('the id of a key', () => {
  it.each<[place: object, named: string, request: Partial<RequestParts>]>([
    [
      { header: 'x-key' },
      'header x-key is repeated',
      {
        headers: [
          ['x-key', 'a'],
          ['x-key', 'a'],
        ],
      },
    ],
    [{ query: 'key' }, 'query parameter key is repeated', { url: '/?key=a&key=a' }],
    [{ member: 'key' }, 'JSON member key is malformed', { body: '{"key":{}}' }],
  ])('%j names one key, once, as a text', async (place, problem, request) => {
    const gate = gateOf({ message: '{method}', keyId: place });
    const headers = [...(Array.isArray(request.headers) ? request.headers : []), ['x-sig', mac('POST')]];
    const repeated = { body: '{}', ...request, headers } as Partial<RequestParts>;
    expect(await said(gate, repeated)).toBe(`unknown-key: the key id in the ${problem}`);
    expect(await remedyOf(gate, repeated)).toBe('The sender must name one key, once, as a text.');
    const absent = { body: '{}', headers: { 'x-sig': mac('POST') } };
    expect(await said(gate, absent)).toBe('accepted');
  });
});

describe('a part of the message', () => {
  it.each(['timestamp', 'id', 'nonce'])('%s has a place, or its gate is not built', (name) => {
    expect(() => gateOf({ message: `{${name}}.{body}` })).toThrow(
      expect.objectContaining({
        message: `scheme.message: {${name}} has no source. Give the option that says where it sits, or leave the field out.`,
      }),
    );
  });

  it.each(['id', 'nonce'])('{%s} is there once', async (name) => {
    const gate = gateOf({ message: `{${name}}.{body}`, [name]: { header: 'x-part' } });
    const sig = ['x-sig', mac('a.b')] as const;
    expect(await said(gate, { headers: [sig, ['x-part', 'a']], body: 'b' })).toBe('accepted');
    expect(await said(gate, { headers: [sig], body: 'b' })).toBe(
      `missing-part: the message covers {${name}}, which is absent`,
    );
    expect(await said(gate, { headers: [sig, ['x-part', 'a'], ['x-part', 'a']], body: 'b' })).toBe(
      `missing-part: the message covers {${name}}, which is repeated`,
    );
  });

  it('{header:NAME} is there once, in characters that a header has', async () => {
    const gate = gateOf({ message: '{header:X-A}\n{body}' });
    const carrying = (value: string) => ({
      headers: { 'x-a': value, 'x-sig': mac(`${value}\nb`) },
      body: 'b',
    });
    expect(await said(gate, { headers: { 'x-sig': mac('b') } })).toBe(
      'missing-part: the message covers the header x-a, which is absent',
    );
    expect(
      await said(gate, {
        headers: [
          ['x-sig', mac('b')],
          ['x-a', 'a'],
          ['x-a', 'a'],
        ],
      }),
    ).toBe('missing-part: the message covers the header x-a, which is repeated');
    for (const value of ['a', 'a\tb', '~', '\u00ff', '\u0001']) {
      expect(await said(gate, carrying(value)), JSON.stringify(value)).toBe('accepted');
    }
    for (const value of ['a\nb', 'a\r', '\0']) {
      expect(await said(gate, carrying(value)), JSON.stringify(value)).toBe(
        'missing-part: the header x-a holds a character that no header can',
      );
      expect(await remedyOf(gate, carrying(value))).toBe(
        'Hand over the header’s value as it arrived, one character a byte.',
      );
    }
  });

  it('{header:host} is the host that the target names, and any other header is as it is', async () => {
    const gate = gateOf({ message: '{header:Host}\n{header:x-a}\n{body}' });
    const request = (url: string): RequestParts => ({
      method: 'POST',
      url,
      headers: { host: 'a.example', 'x-a': 'other.example', 'x-sig': mac('a.example\nother.example\nb') },
      body: 'b',
    });
    expect(await said(gate, request('/'))).toBe('accepted');
    expect(await said(gate, request('https://a.example/'))).toBe('accepted');
    expect(await said(gate, request('https://b.example/'))).toBe(
      'missing-part: the message covers the Host field, and the request’s target names another host',
    );
    expect(await remedyOf(gate, request('https://b.example/'))).toBe(
      'Look for a proxy that writes the target anew; set the gate’s origin to what the sender calls.',
    );
    const without = gateOf({ message: '{header:x-a}\n{body}' });
    const overruled = {
      ...request('https://b.example/'),
      headers: { host: 'a.example', 'x-a': '1', 'x-sig': mac('1\nb') },
    };
    expect(await said(without, overruled)).toBe('accepted');
  });

  it('is a text in the bytes of UTF-8', async () => {
    const gate = gateOf({ message: 'é—{body}' });
    const signature = createHmac('sha256', KEY).update('é—b', 'utf8').digest('hex');
    expect(await said(gate, { headers: { 'x-sig': signature }, body: 'b' })).toBe('accepted');
  });
});

it('the message of one request stays what it was when the next one comes', async () => {
  const gate = gateOf({ message: '{method}\n{path}\n{body}' });
  const first = await gate.trace(post({ url: '/1', headers: { 'x-sig': mac('') }, body: 'a' }));
  await gate.trace(post({ url: '/2', headers: { 'x-sig': mac('') }, body: 'b' }));
  const [traced] = first.messages;
  expect(Buffer.from(joinMessage(traced?.message ?? []) ?? []).toString()).toBe('POST\n/1\na');
});

describe('of two messages', () => {
  it('the first is taken where nonce and id are there, and the second where one of them is not', async () => {
    const gate = gateOf({ message: ['{nonce}\n{id}\n{method}', '{method}'], nonce: 'x-nonce', id: 'x-id' });
    const judge = (headers: Record<string, string>, text: string) =>
      said(gate, { headers: { ...headers, 'x-sig': mac(text) } });
    expect(await judge({ 'x-nonce': 'n', 'x-id': 'i' }, 'n\ni\nPOST')).toBe('accepted');
    expect(await judge({ 'x-nonce': 'n' }, 'POST')).toBe('accepted');
    expect(await judge({ 'x-id': 'i' }, 'POST')).toBe('accepted');
    expect(await judge({}, 'POST')).toBe('accepted');
    expect(await judge({ 'x-nonce': 'n', 'x-id': 'i' }, 'POST')).toMatch(/^signature-mismatch: /);
  });

  it('the one that names the id of a body is filled with it', async () => {
    const gate = gateOf({ message: ['{id}\n{method}', '{method}'], id: { member: 'id' } });
    expect(await said(gate, { body: '{"id":"7"}', headers: { 'x-sig': mac('7\nPOST') } })).toBe('accepted');
    expect(await said(gate, { body: '{}', headers: { 'x-sig': mac('POST') } })).toBe('accepted');
    expect(await said(gate, { body: '{"id":"8"}', headers: { 'x-sig': mac('7\nPOST') } })).toMatch(
      /^signature-mismatch: /,
    );
  });
});

describe('a body that stands for itself by its digest', () => {
  it('is not proved by being a form, where the message has no fields', async () => {
    const gate = gateOf({ message: '{query}', bodyDigest: { query: 'digest' } });
    const request = { url: '/?a=1', headers: { ...FORM, 'x-sig': mac('a=1') } };
    expect(await said(gate, { ...request, body: 'x=1' })).toBe(
      'missing-part: nothing of the request proves its body',
    );
    expect(await said(gate, request)).toBe('accepted');
  });
});
