/** What is said of a declaration that cannot be, whole; and what a declaration may leave out. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type GateOptions } from '../../src/index.ts';
import { TEMPLATE_FIELDS_TEXT } from '../../src/schemes/template-fields.ts';

const KEY = 'a-secret-of-thirty-two-characters';
const NOW = 1_760_000_000_000;
const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');

const gateFor = (options: object): Gate =>
  createGate({ keys: [KEY], now: () => NOW, ...options } as unknown as GateOptions);
const gateOf = (scheme: object): Gate =>
  gateFor({ scheme: { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{body}', ...scheme } });

const LIST = { separator: ',', assign: '=', labels: ['v1'] };
const FIELDS = `Fields: ${TEMPLATE_FIELDS_TEXT}; \\{ is a brace.`;

describe('a declared scheme', () => {
  it.each<[scheme: object, says: string]>([
    [{ algorithm: undefined }, 'scheme.algorithm: it is not given. Give it, e.g. hmac-sha256.'],
    [
      { signature: undefined },
      'scheme.signature: it is not given. Give it, e.g. { header: x-signature, encoding: hex }.',
    ],
    [{ message: undefined }, 'scheme.message: it is not given. Give it, e.g. "{timestamp}.{body}".'],
    [
      { signature: { encoding: 'hex' } },
      'scheme.signature: it says no place. Give one, e.g. { header: x-signature, encoding: hex }.',
    ],
    [
      { signature: { item: 'v1' } },
      'scheme.signature.item: the signature is not an item of itself. Give header: NAME and list: { labels }.',
    ],
    [
      { signature: { header: 'x-sig', prefix: 'v1=', list: LIST } },
      'scheme.signature.prefix: in a list a label stands before each signature, and nothing else. Leave it out; or write it as the list’s labels and assign.',
    ],
    [
      { timestamp: { unit: 's' } },
      'scheme.timestamp: it says no place. Give one, e.g. { header: x-timestamp, unit: s }, or none.',
    ],
    [
      { timestamp: 'NONE' },
      'scheme.timestamp: "NONE" is not none. Write none in lower case, or the name of a header.',
    ],
    [
      { toleranceMs: 1000 },
      'scheme.toleranceMs: there is no timestamp that it could be for. Leave it out, or say where the timestamp sits.',
    ],
    [
      { id: {} },
      'scheme.id: it says no place. Give { header: NAME }, { query: … }, { member: … } or { field: … }.',
    ],
    [
      { id: { query: 'a', field: 'b' } },
      'scheme.id.field: it names a second place, beside query. Give one of them.',
    ],
    [
      { message: ['sorted-form-lines', '{body}'], signature: { field: 'sig' } },
      'scheme.message: sorted-form-lines stands beside another message. Give one of them.',
    ],
    [
      { message: 'sorted-form-lines' },
      'scheme.message: sorted-form-lines needs the signature inside the body. Set signature: { field: NAME }: the form’s field that carries it.',
    ],
    [
      { message: 'sorted-form-lines', signature: { member: 'sig' } },
      'scheme.message: sorted-form-lines needs the signature inside the body. Set signature: { field: NAME }: the form’s field that carries it.',
    ],
    [
      { message: 'body-without-member', signature: { field: 'sig' } },
      'scheme.message: body-without-member needs the signature inside the body. Set signature: { member: NAME }: the JSON member that carries it.',
    ],
    [
      { message: 'host' },
      'scheme.message: "host" names no part of the request. Write {host} for that part of the request.',
    ],
    [
      { message: 'header' },
      'scheme.message: "header" names no part of the request. Forms: body-without-member, sorted-form-lines. Or a template, e.g. "{timestamp}.{body}".',
    ],
    [
      { message: 'query:sorted' },
      'scheme.message: "query:sorted" names no part of the request. Forms: body-without-member, sorted-form-lines. Or a template, e.g. "{timestamp}.{body}".',
    ],
    [
      { message: '{body}\\' },
      'scheme.message: at character 7: a backslash before the end stands for nothing. Write \\\\ for a backslash.',
    ],
    [
      { message: '{body}\\n' },
      'scheme.message: at character 7: a backslash before "n" stands for nothing. Write the line break or tab itself (in YAML: in double quotes, "{timestamp}\\n{body}"), or \\\\ for a backslash.',
    ],
    [
      { message: 'a{body' },
      'scheme.message: at character 2: a { is not closed. Write \\{ or \\} for a brace that is part of the message.',
    ],
    [{ message: '{}{body}' }, `scheme.message: at character 1: "{}" is not a field. ${FIELDS}`],
    [{ message: '{7}{body}' }, `scheme.message: at character 1: "{7}" is not a field. ${FIELDS}`],
    [
      { message: 'v1' },
      'scheme.message: "v1" names no part of the request. Forms: body-without-member, sorted-form-lines. Or a template, e.g. "{timestamp}.{body}".',
    ],
    [
      { message: '{timestamp}', timestamp: 'x-time', signature: { header: 'X-Time' } },
      'scheme.timestamp: the signature sits there. Give its own place, or item: LABEL of the signature’s list.',
    ],
    [
      { message: '{id}.{body}', id: { item: 'i' }, signature: { header: 'x-sig', list: LIST } },
      'scheme.id: "i" is not an item beside the signatures. Only the timestamp may be an item, and only where signature.list has other labels.',
    ],
    [
      {
        message: '{timestamp}.{body}',
        timestamp: { item: 'v1' },
        signature: { header: 'x-sig', list: LIST },
      },
      'scheme.timestamp: "v1" is not an item beside the signatures. Only the timestamp may be an item, and only where signature.list has other labels.',
    ],
    [
      { nonce: 'x-nonce' },
      'scheme.nonce: the nonce is declared and not signed: it would do nothing. Add {nonce} to the message, in place of a part that reads the same, or leave it out.',
    ],
    [
      { id: 'x-id' },
      'scheme.id: the id is declared and not signed: it would do nothing. Add {id} to the message, in place of a part that reads the same, or leave it out.',
    ],
    [
      { message: ['{body}', '{method}'], signature: { member: 'a.b' } },
      'scheme.message: {body} is the body without the signature, and a.b sits inside another member. Name other parts than {body}, or give a signature at the top level.',
    ],
    [
      { id: { member: 'a.b\\c' } },
      'scheme.id.member: at character 4: a backslash stands for nothing. Write \\. for a point that is part of a name, \\\\ for a backslash.',
    ],
    [
      { id: { member: 'a\\\\b\\c' } },
      'scheme.id.member: at character 5: a backslash stands for nothing. Write \\. for a point that is part of a name, \\\\ for a backslash.',
    ],
    [{ id: { member: 'a.b.c.d.e.f.g.h.i' } }, 'scheme.id.member: it has 9 names. At most 8 are looked into.'],
    [
      { id: { member: 'a.b\\' } },
      'scheme.id.member: at character 4: a backslash stands for nothing. Write \\. for a point that is part of a name, \\\\ for a backslash.',
    ],
    [
      { message: '{form:sorted}', signature: { field: 'sig' } },
      'scheme.message: {form:sorted} has every field of the form, and one of them would be the signature. Give a signature in a header or in the query, or sorted-form-lines.',
    ],
    [
      { message: '{form:sorted}', signature: { member: 'sig' } },
      'scheme.message: {form:sorted} has every field of the form, and one of them would be the signature. Give a signature in a header or in the query, or sorted-form-lines.',
    ],
    ...['{body:sha256:hex}', '{body:sha256:bytes}'].flatMap((message) =>
      [{ member: 'sig' }, { field: 'sig' }].map((signature): [object, string] => [
        { message, signature },
        'scheme.message: {body:sha256:…} is the digest of the body as received, which cannot hold its own signature. Give a signature in a header or in the query.',
      ]),
    ),
    [
      { message: '{timestamp}\n{body}', timestamp: { field: 'sig' }, signature: { field: 'sig' } },
      'scheme.timestamp: the signature sits there. Give its own place, or item: LABEL of the signature’s list.',
    ],
    ...[{ field: 'sig' }, { member: 'sig' }].map((place): [object, string] => [
      { timestamp: place, signature: place },
      'scheme.timestamp: the timestamp is checked but not signed: anyone who holds one request could re-date it forever. Add {timestamp} to the message, every one if there are several, or set timestamp: none.',
    ]),
  ])('%j is refused', (scheme, says) => {
    expect(() => gateOf(scheme)).toThrow(expect.objectContaining({ message: says }));
  });

  it.each<[scheme: object]>([
    [{ id: { member: 'a.b.c.d.e.f.g.h' } }],
    [{ id: { member: 'a\\.b\\\\c' } }],
    [{ message: '{timestamp}.{body}', timestamp: { item: 't' }, signature: { header: 'x-sig', list: LIST } }],
    [{ message: ['{method}', '{path}'], signature: { member: 'a.b' } }],
    [{ message: '{query}\n{body}', id: { query: 'id' } }],
    [{ message: '{header:X-Nonce}\n{body}', nonce: 'x-nonce' }],
    [{ timestamp: 'none' }],
  ])('%j is built', (scheme) => {
    expect(gateOf(scheme).provider).toBe('template');
  });

  it('takes public keys in base64, without a PEM about them', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const scheme = {
      algorithm: 'ed25519',
      signature: { header: 'x-sig', encoding: 'base64' },
      message: '{body}',
    };
    const keys = [publicKey.export({ type: 'spki', format: 'der' }).toString('base64')];
    const signature = sign(null, Buffer.from('b'), privateKey).toString('base64');
    const request = { method: 'POST', url: '/', headers: { 'x-sig': signature }, body: 'b' };
    expect(await gateFor({ scheme, keys }).verify(request)).toMatchObject({ ok: true });
  });

  it('may say that it is a template, which names no type of events; and a header may be called like a scheme', async () => {
    const typed = gateOf({ type: 'template' });
    expect(typed.coverage.warnings).toEqual(gateOf({}).coverage.warnings);
    const gate = gateOf({ message: '{nonce}.{body}', nonce: 'jwt' });
    const headers = { jwt: 'n', 'x-sig': mac('n.b') };
    expect(await gate.verify({ method: 'POST', url: '/', headers, body: 'b' })).toMatchObject({ ok: true });
  });
});

describe('a declared scheme of tokens', () => {
  const token = (key: string | Uint8Array): string => {
    const written = [{ alg: 'HS256', typ: 'JWT' }, { exp: NOW / 1000 + 60 }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${written}.${createHmac('sha256', key).update(written).digest('base64url')}`;
  };
  const judge = async (scheme: object, keys: readonly string[], header: string, value: string) => {
    const gate = gateFor({ scheme: { type: 'jwt', algorithm: 'HS256', ...scheme }, keys });
    const verdict = await gate.verify({ method: 'POST', url: '/', headers: { [header]: value }, body: '' });
    return verdict.ok ? 'accepted' : verdict.reason;
  };

  it('finds them behind Bearer in the header authorization, or behind the prefix that it names', async () => {
    expect(await judge({}, [KEY], 'authorization', `Bearer ${token(KEY)}`)).toBe('accepted');
    expect(await judge({}, [KEY], 'authorization', token(KEY))).not.toBe('accepted');
    expect(await judge({ prefix: 'Token ' }, [KEY], 'authorization', `Token ${token(KEY)}`)).toBe('accepted');
    expect(await judge({ prefix: 'Token ' }, [KEY], 'authorization', `Bearer ${token(KEY)}`)).not.toBe(
      'accepted',
    );
    expect(await judge({ header: 'x-token' }, [KEY], 'x-token', token(KEY))).toBe('accepted');
  });

  it('takes a secret as it is written, or in base64 where it says so', async () => {
    const bytes = Buffer.from(KEY);
    const base64 = bytes.toString('base64');
    const value = `Bearer ${token(bytes)}`;
    expect(await judge({ keyEncoding: 'base64' }, [base64], 'authorization', value)).toBe('accepted');
    expect(await judge({}, [base64], 'authorization', value)).toBe('signature-mismatch');
    expect(await judge({}, [base64], 'authorization', `Bearer ${token(base64)}`)).toBe('accepted');
  });

  it.each([
    [{ type: 'jwt', algorithm: 'HS256' }, 'jwt'],
    [{ type: 'http-message-signatures', algorithm: 'hmac-sha256' }, 'http-message-signatures'],
    [{ type: 'shared-token' }, 'shared-token'],
  ])('%j is called by its type', (scheme, name) => {
    expect(gateFor({ scheme }).provider).toBe(name);
  });
});
