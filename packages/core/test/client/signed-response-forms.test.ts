/** Signed responses in the forms that servers and proxies give them, through real sockets and fetch: what is proved comes whole, all else is refused. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { signedFetch } from '../../src/client/index.ts';
import { createGate } from '../../src/create-gate.ts';
import { createResponseGate, UnprovedResponse } from '../../src/responses/index.ts';
import { listen, withOrigin } from './server.ts';

const KEY = 'a-secret-nobody-may-see-0123';
const SERVERS_KEY = { id: 'server', secret: 'another-secret-nobody-may-see' };
const gate = createGate({ provider: 'http-message-signatures', keys: [KEY] });

type Lines = readonly (readonly [name: string, value: string])[];

interface Sent {
  readonly status: number;
  readonly headers?: Lines;
  readonly body?: string | Buffer;
}

const COVERED = ['@status', 'content-type', 'content-digest', 'location', '@method;req', '@target-uri;req'];

interface Heard {
  /** Why it was refused. */
  readonly code?: string;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Headers;
}

/** What signedFetch hands on of a response: that is signed as `signed`, and goes out as `sent` makes it. */
async function heard(
  signed: Sent,
  sent: (response: {
    readonly status: number;
    readonly headers: Lines;
    readonly body: string | Buffer;
  }) => Sent,
  { method = 'POST', components = COVERED, headers = {} }: Partial<Request> | Record<string, never> = {},
): Promise<Heard> {
  const responses = createResponseGate({ keys: [SERVERS_KEY], scheme: { components } });
  const { url } = await listen(async (request, response) => {
    const {
      status,
      headers: own,
      body,
    } = await responses
      .tiedTo(gate.proofHeaders)
      .signResponse(withOrigin(request), { body: '', headers: [], ...signed } as never);
    const { headers: lines = [], ...out } = sent({
      status,
      headers: [...own] as Lines,
      body: Buffer.from(body),
    });
    response.writeHead(out.status, lines.flat());
    response.end(out.body);
  });
  const send = signedFetch('http-message-signatures', KEY, { responses });
  try {
    const response = await send(url, { method, headers, ...(method === 'POST' && { body: '{}' }) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  } catch (error) {
    if (error instanceof UnprovedResponse) return { code: error.code };
    throw error;
  }
}

interface Request {
  readonly method: string;
  readonly components: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

const asSigned = (response: Sent): Sent => response;
const JSON_TYPE: Lines = [['Content-Type', 'application/json']];
const TEXT = '{"ok":true}';
const same = (
  lines: Lines,
  change: (name: string, value: string) => readonly (readonly [string, string])[],
): Lines => lines.flatMap(([name, value]) => change(name, value));

describe('a signed response is handed on', () => {
  const forms: readonly (readonly [title: string, signed: Sent, request?: Partial<Request>])[] = [
    ['with a body', { status: 200, headers: JSON_TYPE, body: TEXT }],
    ['with an empty body', { status: 200, headers: JSON_TYPE, body: '' }],
    ['with an empty body and no type', { status: 200 }],
    ['without content', { status: 204 }],
    ['with its content reset', { status: 205 }],
    [
      'as not modified',
      { status: 304, headers: [['ETag', '"1"']] },
      { method: 'GET', headers: { 'if-none-match': '"1"' } },
    ],
    ['as a redirect', { status: 307, headers: [['Location', 'https://a.example/']] }],
    ['as a refusal', { status: 403, headers: JSON_TYPE, body: '{}' }],
    ['as an error', { status: 500, headers: JSON_TYPE, body: '{}' }],
    ['to HEAD', { status: 200, headers: JSON_TYPE, body: TEXT }, { method: 'HEAD' }],
    [
      'with a field on two lines',
      {
        status: 200,
        headers: [
          ['X-A', '1'],
          ['x-a', '2'],
        ],
        body: TEXT,
      },
      { components: [...COVERED, 'x-a'] },
    ],
    [
      'with cookies',
      {
        status: 200,
        headers: [
          ['Set-Cookie', 'a=1; Path=/'],
          ['Set-Cookie', 'b=2'],
        ],
        body: TEXT,
      },
      { components: [...COVERED, 'set-cookie'] },
    ],
    [
      'with white space about a value',
      { status: 200, headers: [['X-A', '  a  b ']], body: TEXT },
      { components: [...COVERED, 'x-a'] },
    ],
    [
      'with a value that is empty',
      { status: 200, headers: [['X-A', '']], body: TEXT },
      { components: [...COVERED, 'x-a'] },
    ],
    [
      'with bytes',
      {
        status: 200,
        headers: [['Content-Type', 'application/octet-stream']],
        body: Buffer.from([0x61, 0, 0x62]),
      },
    ],
  ];
  const cases = forms.map(([title, signed, request = {}]) => ({ title, signed, request }));
  it.each(cases)('$title', async ({ signed, request }) => {
    const { method = 'POST' } = request;
    const expected = method === 'HEAD' ? '' : String(signed.body ?? '');
    expect(await heard(signed, asSigned, request)).toMatchObject({ status: signed.status, body: expected });
  });

  it('where a proxy writes names in other letters, and fields in another order', async () => {
    const capitals = ({ headers, ...response }: Sent): Sent => ({
      ...response,
      headers: same(headers ?? [], (name, value) => [[name.toUpperCase(), value]]).toReversed(),
    });
    expect(await heard({ status: 200, headers: JSON_TYPE, body: TEXT }, capitals)).toMatchObject({
      status: 200,
      body: TEXT,
    });
  });

  it('where a proxy compresses what was signed, and fetch undoes that', async () => {
    const compressed = ({ headers = [], body = '', status }: Sent): Sent => ({
      status,
      headers: [...headers, ['Content-Encoding', 'gzip']],
      body: gzipSync(body),
    });
    const accepts = { headers: { 'accept-encoding': 'gzip' } };
    expect(await heard({ status: 200, headers: JSON_TYPE, body: TEXT }, compressed, accepts)).toMatchObject({
      status: 200,
      body: TEXT,
    });
  });

  it('without the fields that somebody put beside those that are signed', async () => {
    const more = ({ headers = [], ...response }: Sent): Sent => ({
      ...response,
      headers: [...headers, ['Location', 'https://evil.example/'], ['X-Evil', '1'], ['Set-Cookie', 'a=evil']],
    });
    // One that would be due is no longer covered: the response is refused. Others are dropped.
    expect(await heard({ status: 200, headers: JSON_TYPE, body: TEXT }, more)).toEqual({
      code: 'missing-part',
    });
    const harmless = ({ headers = [], ...response }: Sent): Sent => ({
      ...response,
      headers: [...headers, ['X-Evil', '1'], ['Set-Cookie', 'a=evil']],
    });
    const { headers } = await heard({ status: 200, headers: JSON_TYPE, body: TEXT }, harmless);
    expect([headers?.get('x-evil'), headers?.getSetCookie()]).toEqual([null, []]);
  });
});

describe('a response is refused', () => {
  const without = (name: string, { headers = [], ...response }: Sent): Sent => ({
    ...response,
    headers: same(headers, (own, value) => (own.toLowerCase() === name ? [] : [[own, value]])),
  });
  const twice = (name: string, { headers = [], ...response }: Sent): Sent => ({
    ...response,
    headers: same(headers, (own, value) =>
      own.toLowerCase() === name
        ? [
            [own, value],
            [own, value],
          ]
        : [[own, value]],
    ),
  });
  it.each<readonly [title: string, change: (response: Sent) => Sent, code: string]>([
    ['that has lost its body', (response) => ({ ...response, body: '' }), 'signature-mismatch'],
    [
      'that has lost its body and the digest',
      (response) => without('content-digest', { ...response, body: '' }),
      'missing-part',
    ],
    ['whose body is another', (response) => ({ ...response, body: '{"ok":false}' }), 'signature-mismatch'],
    ['of another status', (response) => ({ ...response, status: 201 }), 'signature-mismatch'],
    [
      'whose status has no content',
      (response) => ({ ...response, status: 204, body: '' }),
      'signature-mismatch',
    ],
    ['whose type is there twice', (response) => twice('content-type', response), 'signature-mismatch'],
    ['whose digest is there twice', (response) => twice('content-digest', response), 'signature-mismatch'],
    ['whose signature is there twice', (response) => twice('signature', response), 'malformed-signature'],
    ['whose input is there twice', (response) => twice('signature-input', response), 'malformed-signature'],
    ['without its type', (response) => without('content-type', response), 'missing-part'],
    ['without its signature', (response) => without('signature', response), 'missing-signature'],
  ])('%s', async (_, change, code) => {
    expect(await heard({ status: 200, headers: JSON_TYPE, body: TEXT }, change)).toEqual({ code });
  });

  it('whose compressed bytes were signed: fetch hands on what they decompress to', async () => {
    const headers: Lines = [...JSON_TYPE, ['Content-Encoding', 'gzip']];
    const accepts = { headers: { 'accept-encoding': 'gzip' } };
    const signed: Sent = { status: 200, headers, body: gzipSync(TEXT) };
    expect(await heard(signed, asSigned, accepts)).toEqual({ code: 'signature-mismatch' });
  });

  it('that was signed without a body, and got one on its way', async () => {
    expect(await heard({ status: 200 }, (response) => ({ ...response, body: 'more' }))).toEqual({
      code: 'missing-part',
    });
  });

  it('whose cookie is another, where cookies are covered', async () => {
    const signed: Sent = {
      status: 200,
      headers: [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ],
      body: TEXT,
    };
    const changed = ({ headers = [], ...response }: Sent): Sent => ({
      ...response,
      headers: same(headers, (name, value) => [[name, value.replace('b=2', 'b=3')]]),
    });
    expect(await heard(signed, changed, { components: [...COVERED, 'set-cookie'] })).toEqual({
      code: 'signature-mismatch',
    });
  });
});
