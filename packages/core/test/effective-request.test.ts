/** One grammar of method, target and Host, for every scheme: what is signed is what is received, part by part. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import { effectiveRequest, parseOrigin, requestFault } from '../src/effective-request.ts';
import {
  createGate,
  done,
  findProvider,
  type Gate,
  HeaderList,
  providerIds,
  requestFrom,
  type SignedRequest,
  writtenProvider,
} from '../src/index.ts';

import { normalPath, removeDotSegments } from '../src/text/uri-path.ts';
import { keyOfProvider } from './support/provider-key.ts';
import { ED25519, mint, NOW, type Pair, SECONDS, wordOf } from './tokens/mint.ts';

const KEY = 'a shared secret of 26 byte';

interface Head {
  readonly method?: string;
  readonly url?: string;
  readonly host?: string | readonly string[];
  readonly forwarded?: SignedRequest['forwarded'];
}

function headOf({ method = 'POST', url = '/a', host = 'a.example', forwarded }: Head): SignedRequest {
  const headers = [host].flat().map((value) => ['Host', value] as const);
  return { ...requestFrom({ method, url, headers }), ...(forwarded && { forwarded }) };
}

const FITTING: readonly Head[] = [
  { url: '/' },
  { url: '/?' },
  { url: '/a//b/?x=[]{}|"^`\\&y=%' },
  { url: '//evil.example/a' },
  { url: '/a:b@c/(d);e=f,g!$&\'*+~_-.%7E"<>[]^`{|}' },
  { url: 'https://a.example' },
  { url: 'HTTP://a.example:8080?x' },
  { method: 'OPTIONS', url: '*' },
  { method: "!#$%&'*+-.^_`|~09azAZ" },
  { host: [] },
  { host: 'A.example.' },
  { host: 'a_b-c~d.example:0' },
  { host: 'a:' },
  { host: 'a:65535' },
  { host: '127.0.0.1:80' },
  { host: '[::1]' },
  { host: '[2001:DB8::ffff:1.2.3.4]:443' },
  { forwarded: { host: 'b.example', scheme: 'http' } },
];

const MISFITS: readonly Head[] = [
  ...['', 'PO ST', 'PO\u0153T', 'PÖST', 'GET\n', 'a/b', 'a:b', '(a)', '{'].map((method) => ({ method })),
  ...[
    '',
    'a',
    'a/b',
    '?a',
    '#',
    '\\',
    '\\\\a',
    ' /a',
    '\ufeff/a',
    '%2fa',
    'a.example:443',
    'mailto:a',
    '*',
  ].map((url) => ({ url })),
  ...[
    '#',
    '?x#y',
    '\\b',
    ' b',
    '\tb',
    '\nb',
    '\rb',
    '\0b',
    '\x7f',
    '\x80',
    '\xe9',
    '\u0153',
    '\ufeff',
    '?\xe9',
  ].map((end) => ({ url: `/a${end}` })),
  ...['?\n', '? ', '?\u2028', '?\x7f'].map((end) => ({ url: `/a${end}` })),
  ...['ftp://a/b', 'https:/a', 'https:a', 'https:///a', 'https://', 'https://a@b/', 'https://a:b@c/'].map(
    (url) => ({ url }),
  ),
  ...[
    'https://a b/',
    'https://a:x/',
    'https://a:65536',
    'https://a\\b',
    'https://a/\\b',
    'https://a#b',
    'https://a/#',
  ].map((url) => ({ url })),
  ...[
    'https://[::1',
    'https://[::1]x/',
    'https://%61/',
    'https://a,b/',
    'wss://a/',
    'https://a/\n',
    'https://a\n/',
  ].map((url) => ({ url })),
  { method: 'GET', url: '*' },
  { method: 'OPTIONS', url: '**' },
  ...[
    '',
    'a/b',
    'a b',
    'a@b',
    'a?b',
    'a#b',
    'a\\b',
    ' a',
    'a ',
    'a\t',
    'a,b',
    'a, b',
    'a;b',
    '%61',
    'a%00',
  ].map((host) => ({ host })),
  ...[
    'a:b',
    'a:-1',
    'a:+1',
    'a:65536',
    'a:99999',
    'a:100000',
    'a:080',
    'a:8 0',
    'a::1',
    ':80',
    'https://a',
  ].map((host) => ({ host })),
  ...['[', '[]', '[::1', '::1', '[::1]]', '[::1]a', '[fe80::1%25eth0]', '[v1.a]', '[1.2.3.4]', '[:::]'].map(
    (host) => ({ host }),
  ),
  ...['ä.example', '\u0153', 'a\u3002example', '\ufeffa', 'a\0', 'a\nb', '"a"', 'a|b', '<a>'].map((host) => ({
    host,
  })),
  { host: ['a', 'a'] },
  { host: ['a', ''] },
  { url: 'https://a.example/', host: ['a.example', 'b.example'] },
  { url: 'https://a.example/', host: 'a/b' },
  { forwarded: { host: 'a/b' } },
  { forwarded: { host: '' } },
];

describe('the grammar of a request’s head', () => {
  it.each(FITTING)('has %j', (head) => {
    expect(requestFault(headOf(head))).toBeUndefined();
  });

  it.each(MISFITS)('has not %j', (head) => {
    expect(requestFault(headOf(head))).toMatch(/^the .*(request’s|proxy)/);
    expect(effectiveRequest(headOf(head))).toMatchObject({ reason: 'malformed-request' });
  });

  it('is that of every provider, whatever its proof covers', async () => {
    for (const id of providerIds) {
      const { needs } = findProvider(id) ?? {};
      const keys = keyOfProvider(id).held;
      const gate = createGate({ provider: writtenProvider(id, needs), keys, now: () => NOW });
      for (const head of MISFITS) {
        const request = headOf(head);
        expect(await gate.verify(request)).toMatchObject({ reason: 'malformed-request', step: 'receive' });
        const received = await gate.receive(request, () => done(1));
        expect(received).toMatchObject({ verdict: { reason: 'malformed-request' } });
      }
      for (const head of FITTING) {
        expect(await gate.verify(headOf(head))).not.toMatchObject({ reason: 'malformed-request' });
      }
    }
  });
});

describe('the effective request', () => {
  const origin = parseOrigin('http://Hooks.example:81');
  it.each<[string, Head, object]>([
    [
      'the Host field’s',
      {},
      { scheme: undefined, host: 'a.example', port: '', path: '/a', query: undefined },
    ],
    ['none', { host: [] }, { scheme: undefined, host: undefined, port: '' }],
    [
      'an absolute target’s',
      { url: 'HTTP://B.example:8080?x' },
      { scheme: 'http', host: 'b.example', port: '8080', path: '/', query: 'x' },
    ],
    ['no path’s', { url: '//b.example/c?' }, { host: 'a.example', path: '//b.example/c', query: '' }],
    [
      'a trusted proxy’s',
      { forwarded: { scheme: 'https', host: 'C.example:443' } },
      { scheme: 'https', host: 'c.example', port: '443' },
    ],
    [
      'a proxy’s before an absolute target’s',
      { url: 'http://b/c', forwarded: { host: 'd' } },
      { scheme: 'http', host: 'd', path: '/c' },
    ],
  ])('has as authority %s', (_, head, expected) => {
    expect(effectiveRequest(headOf(head))).toMatchObject(expected);
    expect(effectiveRequest(headOf(head), origin)).toMatchObject({
      scheme: 'http',
      host: 'hooks.example',
      port: '81',
    });
  });

  it.each([
    'hooks.example',
    'https://',
    'https://a/',
    'https://a/b',
    'https://a?',
    'https://a#',
    'https://u@a',
    'ftp://a',
  ])('has no origin %s', (text) => {
    expect(parseOrigin(text)).toBeUndefined();
    const options = { message: '{url}', origin: text, timestamp: 'none' };
    expect(() => createGate({ provider: { id: 'hmac', ...options }, keys: [KEY] })).toThrow(/origin/);
  });
});

describe('normal paths (RFC 3986 §6.2.2)', () => {
  it.each([
    ['/%7e%7E%41', '/~~A'],
    ['/%c3%a9%2f', '/%C3%A9%2F'],
    ['/%', '/%'],
    ['/%zz%4', '/%zz%4'],
    ['/%2541', '/%2541'],
  ])('%s is %s', (path, normal) => {
    expect(normalPath(path)).toBe(normal);
  });

  it('have their dot segments removed as URL objects do', () => {
    const segment = fc.constantFrom('', 'a', '.', '..', '...', '.a', 'b.');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), (segments) => {
        const path = `/${segments.join('/')}`;
        expect(removeDotSegments(path)).toBe(new URL(`https://a.example${path}`).pathname);
      }),
    );
  });
});

/** An untimed template that is one field, a method and a body. */
const templateGate = (message: string, origin?: string): Gate =>
  createGate({
    provider: { id: 'hmac', timestamp: 'none', message, ...(origin !== undefined && { origin }) },
    keys: [KEY],
    now: () => NOW,
  });
const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');

function acceptsText(message: string, text: string, head: Head): boolean {
  const request = headOf(head);
  const headers = request.headers.with('x-signature', mac(text));
  const verdict = templateGate(message).verify({ ...request, headers });
  return 'ok' in verdict && verdict.ok;
}

describe('a template', () => {
  it.each<[string, string, Head]>([
    ['{url}', 'https://a.example/u/x?a=1', { url: '/u/x?a=1', host: 'A.EXAMPLE:443' }],
    ['{url}', 'https://a.example:80/', { url: '/', host: 'a.example:80' }],
    ['{url}', 'http://a.example/', { url: 'http://A.example:80', host: 'inner:1' }],
    ['{url}', 'https://a.example/?', { url: '/?' }],
    ['{url}', 'https://a.example//b/', { url: '//b/' }],
    ['{url}', 'http://b.example/a', { forwarded: { scheme: 'http', host: 'B.example:80' } }],
    ['{url}', 'https://b.example/a', { forwarded: { host: 'b.example' } }],
    ['{url}', 'https://[::1]:8/a', { host: '[::1]:8' }],
    ['{host}', 'a.example', { host: 'A.example:443' }],
    ['{host}', 'b.example:81', { url: 'https://b.example:81/x', host: 'a.example' }],
    ['{header:host}', 'A.example:443', { host: 'A.example:443' }],
    ['{header:host}', 'A.example:443', { url: 'https://a.example/', host: 'A.example:443' }],
    ['{method}', 'POST', {}],
    ['{path}?{query}', '/a?', {}],
  ])('%s is %s', (message, text, head) => {
    expect(acceptsText(`${message} {body}`, `${text} `, head)).toBe(true);
  });

  it.each<[string, string, Head]>([
    ['{header:host}', 'a.example', { url: 'https://b.example/', host: 'a.example' }],
    ['{host}', 'a.example', { url: 'https://b.example/', host: 'a.example' }],
    ['{host}', 'a.example', { forwarded: { host: 'b.example' } }],
    ['{url}', 'https://a.example/a', { url: '/a?' }],
    ['{url}', 'https:///a', { host: [] }],
  ])('%s is not %s', (message, text, head) => {
    expect(acceptsText(`${message} {body}`, `${text} `, head)).toBe(false);
  });

  it('leaves a signature in the query out of it, and nothing else', () => {
    const gate = createGate({
      provider: {
        id: 'hmac',
        timestamp: 'none',
        message: '{url} {body}',
        signature: { query: 's', encoding: 'hex' },
      },
      keys: [KEY],
    });
    const judge = (query: string, signed: string) =>
      gate.verify(headOf({ url: `/a?${query.replace('S', mac(`https://a.example/a${signed} `))}` }));
    expect(judge('s=S', '')).toMatchObject({ ok: true });
    expect(judge('b=1&s=S&c', '?b=1&c')).toMatchObject({ ok: true });
    expect(judge('&s=S', '?')).toMatchObject({ ok: true });
    expect(judge('&s=S', '')).toMatchObject({ ok: false });
    expect(judge('b=1&s=S', '')).toMatchObject({ ok: false });
  });
});

/** What a server reads: by an own, literal reading of RFC 9112 §3.2. */
function wireOf({ method, url, headers }: SignedRequest, unsaid = 'https'): string {
  const absolute = /^(https?):\/\/([^/?]+)(.*)$/i.exec(url);
  const [scheme, authority, rest] = absolute
    ? [absolute[1]?.toLowerCase(), absolute[2] ?? '', absolute[3] ?? '']
    : [unsaid, headers.get('host') ?? '', url];
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  const port = scheme === 'http' ? /:(80)?$/ : /:(443)?$/;
  return [method, scheme, authority.toLowerCase().replace(port, ''), target].join(' ');
}

/** A request whose parts hold what could stand in other parts. */
const part = fc.array(
  fc.constantFrom(
    'a',
    'b',
    '/',
    '//',
    '?',
    '#',
    '@',
    ':',
    ':443',
    '.',
    '..',
    '%2f',
    '%7e',
    '%3F',
    '\\',
    ' ',
    '\t',
    '&',
    '=',
  ),
  { maxLength: 5 },
);
const someRequest = fc
  .record({
    method: fc.constantFrom('GET', 'POST'),
    authority: part.map((pieces) => `a${pieces.join('')}`),
    rest: part.map((pieces) => `/${pieces.join('')}`),
    absolute: fc.constantFrom('', '', 'https://', 'http://', 'HTTPS://'),
    host: fc.constantFrom('a', 'b', 'A:443'),
  })
  .map(({ method, authority, rest, absolute, host }) =>
    headOf({
      method,
      url: absolute === '' ? rest : `${absolute}${authority}${rest}`,
      host: absolute === '' ? authority : host,
    }),
  );

/** A request, and one of the same text cut elsewhere, or of another spelling. */
const pair = fc.tuple(someRequest, fc.nat(), fc.nat(4), someRequest).map(([first, cut, kind, other]) => {
  if (kind === 4) return [first, other] as const;
  const whole = wireOf(first).split(' ').slice(2).join('');
  const { method, url } = first;
  const at = 1 + (cut % Math.max(1, whole.length));
  const host = first.headers.get('host') ?? '';
  const changed = [
    { method, host: whole.slice(0, at), url: whole.slice(at) },
    { method, host: host.toUpperCase(), url },
    { method, host, url: `${url}#${whole}` },
    { method, host: 'b', url: `https://${whole}` },
  ][kind] as Head;
  return [first, headOf(changed)] as const;
});

describe('a signature over the whole target', () => {
  const message = '{method} {url} {body}';
  const gates: readonly (readonly [string, Gate])[] = [
    ['a template', templateGate(message)],
    [
      'RFC 9421',
      createGate({
        provider: { id: 'http-message-signatures', components: ['@method', '@target-uri'] },
        keys: [KEY],
        now: () => NOW,
      }),
    ],
    [
      'RFC 9421 in parts',
      createGate({
        provider: {
          id: 'http-message-signatures',
          components: ['@method', '@scheme', '@authority', '@request-target'],
        },
        keys: [KEY],
        now: () => NOW,
      }),
    ],
  ];

  it.each(gates)('is good for no other, by %s', async (_, gate) => {
    const numRuns = runs(20_000);
    let [signed, accepted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(pair, async ([first, second]) => {
        if (requestFault(first) !== undefined) return;
        signed++;
        const proved = await gate.sign(first);
        const proof = [...proved.headers].filter(([name]) => gate.proofHeaders.includes(name.toLowerCase()));
        expect(await gate.verify(proved)).toMatchObject({ ok: true });
        const headers = HeaderList.from([...second.headers, ...proof]);
        const verdict = await gate.verify({ ...second, headers });
        if (!verdict.ok) return;
        accepted++;
        expect(wireOf(second)).toBe(wireOf(first));
      }),
      { numRuns, seed: 2 },
    );
    expect(signed).toBeGreaterThan(numRuns / 10);
    expect(accepted).toBeGreaterThan(numRuns / 200);
  });

  it('is good for no other path, by DPoP', async () => {
    const gate = createGate({ provider: 'dpop', keys: [KEY.repeat(2)], now: () => NOW });
    const access = mint('HS256', KEY.repeat(2), { claims: { cnf: { jkt: thumbprintOf(ED25519) } } });
    const proofFor = (htm: string, htu: string): string =>
      mint('EdDSA', ED25519.privateKey, {
        header: { typ: 'dpop+jwt', jwk: ED25519.jwk },
        claims: { exp: undefined, jti: 'j', htm, htu, iat: SECONDS, ath: sha256(access) },
      });
    /** Method, scheme, authority, path: what a proof is for. Spellings of RFC 3986 §6.2.2 are one. */
    const aimOf = (request: SignedRequest, unsaid?: string): string =>
      normalPath(wireOf(request, unsaid).replace(/\?.*/s, ''));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(pair, async ([first, second]) => {
        if (requestFault(first) !== undefined) return;
        const [method = '', scheme, authority, path] = wireOf(first).split(' ');
        const headers = HeaderList.from([
          ...second.headers,
          ['authorization', `DPoP ${access}`],
          ['dpop', proofFor(method, `${scheme}://${authority}${path}`)],
        ]);
        const verdict = await gate.verify({ ...second, headers });
        if (!verdict.ok) return;
        accepted++;
        // Where nobody says the scheme, the proof's is taken; dots of the proof's own path are resolved.
        const resolved = removeDotSegments(normalPath((path ?? '').replace(/\?.*/s, '')));
        expect([aimOf(first), `${method} ${scheme} ${authority} ${resolved}`]).toContain(
          aimOf(second, scheme),
        );
      }),
      { numRuns: runs(8000), seed: 2 },
    );
    expect(accepted).toBeGreaterThan(runs(8000) / 50);
  });

  it.each([
    ['/%7Ec', 'https://a.example/~c', true],
    ['/~c', 'https://a.example/%7ec', true],
    ['/%C3%A9', 'https://a.example/%c3%a9', true],
    ['/%2F', 'https://a.example/%2f', true],
    ['/', 'HTTPS://A.example:443', true],
    ['/a', 'https://a.example/b/../a', true],
    ['/%2F', 'https://a.example//', false],
    ['/b/../a', 'https://a.example/a', false],
    ['/%2e/a', 'https://a.example/a', false],
    ['/a', 'https://a.example/\ta', false],
    ['/a', ' https://a.example/a', false],
    ['/a', 'https://a.example\\a', false],
    ['/a', 'https:a.example/a', false],
    ['/a', 'https://u@a.example/a', false],
    ['/a', 'https://a.example./a', false],
  ])('of DPoP, for %s as %s: %s', async (url, htu, expected) => {
    const gate = createGate({ provider: 'dpop', keys: [KEY.repeat(2)], now: () => NOW });
    const access = mint('HS256', KEY.repeat(2), { claims: { cnf: { jkt: thumbprintOf(ED25519) } } });
    const dpop = mint('EdDSA', ED25519.privateKey, {
      header: { typ: 'dpop+jwt', jwk: ED25519.jwk },
      claims: { exp: undefined, jti: 'j', htm: 'GET', htu, iat: SECONDS, ath: sha256(access) },
    });
    const headers = { host: 'a.example', authorization: `DPoP ${access}`, dpop };
    const word = wordOf(await gate.verify(requestFrom({ method: 'GET', url, headers })));
    expect(word).toBe(expected ? 'accepted' : 'binding-mismatch');
  });
});

describe('@request-target of an absolute target (RFC 9421 §2.2.5)', () => {
  const gate = createGate({
    provider: { id: 'http-message-signatures', components: ['@request-target'], required: ['created'] },
    keys: [KEY],
    now: () => NOW,
  });
  it.each([
    ['http://h.example/a?b=1', true],
    ['/a?b=1', true],
    ['http://h.example/a', false],
    ['https://h.example/a?b=1', false],
  ])('is %s: %s', async (value, expected) => {
    const params = `("@request-target");created=${SECONDS}`;
    const base = `"@request-target": ${value}\n"@signature-params": ${params}`;
    const signature = createHmac('sha256', KEY).update(base).digest('base64');
    const headers = { host: 'h.example', 'signature-input': `s=${params}`, signature: `s=:${signature}:` };
    const url = 'http://h.example/a?b=1';
    expect((await gate.verify(requestFrom({ method: 'GET', url, headers }))).ok).toBe(expected);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function thumbprintOf({ jwk: { crv, kty, x } }: Pair): string {
  return sha256(JSON.stringify({ crv, kty, x }));
}

describe('what fitted last time is not read again', () => {
  const judge = (method: string, url: string, host = 'a.example') =>
    requestFault({ method, url, headers: new HeaderList(['Host', host]) });
  const right = [
    ['POST', '/hook'],
    ['POST', 'https://a.example/hook?x=1'],
    ['OPTIONS', '*'],
  ] as const;
  const wrong = [
    ['PO ST', '/hook'],
    ['POST', '/ho ok'],
    ['POST', 'https://a.example/hook#x'],
    ['POST', '*'],
  ] as const;

  it('a method or a target that does not fit is refused right after one that does', () => {
    for (const [method, url] of right) {
      for (const [otherMethod, otherUrl] of wrong) {
        expect(judge(method, url)).toBeUndefined();
        expect(judge(otherMethod, otherUrl), `${otherMethod} ${otherUrl}`).toBeDefined();
        expect(judge(otherMethod, otherUrl), `${otherMethod} ${otherUrl}, again`).toBeDefined();
        expect(judge(method, url, 'a b')).toBeDefined();
      }
    }
  });
});
