import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, SetupError, type Verdict, writtenProvider } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');

function gateOf(scheme: Record<string, unknown>) {
  return createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message: '{body}',
      timestamp: 'none',
      ...scheme,
    },
    keys: [KEY],
    now: () => 1_760_000_000_000,
  });
}

async function judged(
  scheme: Record<string, unknown>,
  body: string,
  headers: Record<string, string> = {},
): Promise<Verdict> {
  return gateOf(scheme).verify({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

describe('a word of a declaration that nearly fits', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ signature: 'x signature' }, 'scheme.signature: "x signature" is not a header’s name: see character 2'],
    [{ signature: 'X-Signature:' }, 'see character 12'],
    [{ signature: '' }, 'scheme.signature'],
    [{ signature: { header: 'x-é', encoding: 'hex' } }, 'scheme.signature.header'],
    [
      { signature: { header: 'x-a', query: 'b' } },
      'scheme.signature.query: it names a second place, beside header',
    ],
    [{ signature: { item: 'v1' } }, 'scheme.signature.item'],
    [{ signature: { header: 'x-a', prefix: ' sha256=' } }, 'scheme.signature.prefix'],
    [{ signature: { header: 'x-a', prefix: 'sha256=\n' } }, 'scheme.signature.prefix'],
    [{ signature: { header: 'x-a', prefix: '   ' } }, 'scheme.signature.prefix'],
    [{ signature: { header: 'x-a', encoding: 'HEX' } }, 'scheme.signature.encoding'],
    [
      { signature: { header: 'x-a', list: { labels: ['v1,'] } } },
      'scheme.signature.list.labels: "v1," is not a label',
    ],
    [{ signature: { header: 'x-a', list: { labels: ['v1='] } } }, '"v1=" is not a label'],
    [{ signature: { header: 'x-a', list: { labels: [' v1'] } } }, '" v1" is not a label'],
    [{ signature: { header: 'x-a', list: { labels: ['v1', 'v1'] } } }, '"v1" occurs twice'],
    [
      { signature: { header: 'x-a', list: { separator: 'a', labels: ['v1'] } } },
      'scheme.signature.list.separator',
    ],
    [
      { signature: { header: 'x-a', list: { separator: '=', labels: ['v1'] } } },
      'scheme.signature.list.assign',
    ],
    [{ signature: { header: 'x-a', list: { label: ['v1'] } } }, 'Did you mean labels?'],
    [{ timestamp: 'None' }, 'scheme.timestamp: "None" is not none'],
    [{ timestamp: 'non' }, 'is not none'],
    [{ timestamp: { item: 't' }, message: '{timestamp}.{body}' }, 'is not an item beside the signatures'],
    [
      { timestamp: 'x-signature', message: '{timestamp}.{body}' },
      'scheme.timestamp: the signature sits there',
    ],
    [{ nonce: { header: 'X-Signature' } }, 'scheme.nonce: the signature sits there'],
    [
      { timestamp: { header: 'x-timestamp', unit: 'sec' }, message: '{timestamp}.{body}' },
      'scheme.timestamp.unit',
    ],
    [{ id: { member: 'a..b' }, message: '{id}.{body}' }, 'has an empty name in it'],
    [{ id: { member: '.a' }, message: '{id}.{body}' }, 'has an empty name in it'],
    [{ id: { member: 'a\\b' }, message: '{id}.{body}' }, 'at character 2: a backslash stands for nothing'],
    [{ id: { members: 'a' }, message: '{id}.{body}' }, 'Did you mean member?'],
    [{ message: 'body-without-members', signature: { member: 's' } }, 'Did you mean body-without-member?'],
    [{ message: 'sorted_form_lines', signature: { field: 's' } }, 'Did you mean sorted-form-lines?'],
    [
      { message: ['{timestamp}.{body}', 'sorted-form-lines'], signature: { field: 's' } },
      'stands beside another message',
    ],
    [{ message: 'body' }, 'names no part of the request'],
    [{ signature: { member: 'a.s' } }, 'sits inside another member'],
    [{ algorithm: 'hmac_sha256' }, 'scheme.algorithm'],
  ])('%j', (scheme, words) => {
    expect(() => gateOf(scheme)).toThrow(SetupError);
    expect(() => gateOf(scheme)).toThrow(words);
  });

  it.each<[{ readonly id: string; readonly [option: string]: unknown }, string]>([
    [{ id: 'jwt-bearer', header: 'x token' }, 'provider.header: "x token" is not a header’s name'],
    [{ id: 'approov', binding: ['authorization:'] }, 'provider.binding'],
    [{ id: 'approov', binding: ['Authorization', 'authorization'] }, 'authorization occurs twice'],
    [{ id: 'incode', header: 'a b' }, 'provider.header'],
    [{ id: 'http-message-signatures', type: 'x' }, 'provider.type: there is no such option'],
    [{ id: 'hmac', keyId: 'x key' }, 'provider.keyId'],
    [{ id: 'hmac', requestId: 'x/id' }, 'provider.requestId'],
  ])('of a provider: %j', ({ id, ...options }, words) => {
    const provider = writtenProvider(id, options);
    expect(() => createGate({ provider, keys: [KEY.repeat(2)] })).toThrow(words);
  });
});

describe('a member inside another one', () => {
  const nested = {
    signature: { member: 'signature.signature', encoding: 'hex' },
    timestamp: { member: 'signature.timestamp', text: true },
    nonce: { member: 'signature.token' },
    message: '{timestamp}{nonce}',
  };
  const body = (signature: string, more = ''): string =>
    `{"event-data":{"a":[1,{"b":2}]},"signature":{"timestamp":"1760000000","token":"abc"${more},"signature":"${signature}"}}`;

  it('is found, proved and signed', async () => {
    expect(await judged(nested, body(mac('1760000000abc')))).toMatchObject({ ok: true });
    expect(await judged(nested, body(mac('1760000000abd')))).toMatchObject({ reason: 'signature-mismatch' });
    expect(await judged(nested, '{"signature":"x"}')).toMatchObject({ reason: 'missing-signature' });
    expect(await judged(nested, '{"signature":{}}')).toMatchObject({ reason: 'missing-signature' });
    expect(await judged(nested, body(mac('1760000000abc'), ',"token":"abd"'))).toMatchObject({
      reason: 'malformed-body',
    });
    const gate = gateOf(nested);
    for (const draft of ['{"event":1}', '{"event":1,"signature":{"extra":true}}', '{}']) {
      const signed = await gate.sign({ method: 'POST', url: '/', body: draft, nonce: 'n1' });
      expect(await gate.verify(signed)).toMatchObject({ ok: true });
      expect(JSON.parse(new TextDecoder().decode(signed.body))).toMatchObject(JSON.parse(draft));
    }
  });

  it('whose name holds a point is written with a backslash', async () => {
    const scheme = { id: { member: 'a\\.b.c\\\\d' }, message: '{id}\n{body}' };
    const text = '{"a.b":{"c\\\\d":"7"}}';
    expect(await judged(scheme, text, { 'x-signature': mac(`7\n${text}`) })).toMatchObject({ ok: true });
    const plain = { id: { member: 'a.b' }, message: '{id}\n{body}' };
    expect(await judged(plain, '{"a.b":"7"}', { 'x-signature': mac('7\n{"a.b":"7"}') })).toMatchObject({
      reason: 'missing-part',
    });
  });

  it('of the signature’s own member is left out of the body with it, and so not signed', () => {
    const scheme = { signature: { member: 'proof' }, timestamp: { member: 'proof.at' }, message: '{body}' };
    expect(() => gateOf(scheme)).toThrow('checked but not signed');
  });
});
