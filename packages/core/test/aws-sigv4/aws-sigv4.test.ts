import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Draft,
  type Gate,
  HeaderList,
  type SignedRequest,
  type Verdict,
} from '../../src/index.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const KEY = { id: 'AKIDEXAMPLE', secret: SECRET };
const SCOPE = { region: 'eu-central-1', service: 'execute-api' };

const gateOf = (options: object = {}, nowMs = NOW, keys: readonly object[] = [KEY]): Gate =>
  createGate({
    provider: { id: 'aws-sigv4', ...SCOPE, ...options },
    keys: keys as (typeof KEY)[],
    now: () => nowMs,
  });

const gate = gateOf();

const DRAFT: Draft = {
  method: 'POST',
  url: 'https://api.example/orders/7?b=2&a=1',
  headers: { Host: 'api.example', 'Content-Type': 'application/json', 'X-Amz-Security-Token': 'token' },
  body: '{"total":12}',
};

const signed: SignedRequest = await gate.sign(DRAFT);

const withHeader = (name: string, value: string): SignedRequest => ({
  ...signed,
  headers: signed.headers.with(name, value),
});

const withoutHeader = (name: string): SignedRequest => ({
  ...signed,
  headers: new HeaderList([...signed.headers].filter(([own]) => own.toLowerCase() !== name).flat()),
});

const authorization = signed.headers.get('authorization') as string;

const withAuthorization = (change: (text: string) => string): SignedRequest =>
  withHeader('authorization', change(authorization));

const reasonOf = (verdict: Verdict): string => (verdict.ok ? 'ok' : verdict.reason);

const judged = async (request: SignedRequest, by: Gate = gate): Promise<string> =>
  reasonOf(await by.verify(request));

/** Headers of a GET of / as a client signs it. @param own in the order of their names, between host and x-amz-date */
function signedByHand(own: Readonly<Record<string, string>>, payloadHash: string): Record<string, string> {
  const headers: Record<string, string> = { host: 'a.example', ...own, 'x-amz-date': '20251009T085320Z' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const names = Object.keys(headers).join(';');
  const canonical = `GET\n/\n\n${lines.join('')}\n${names}\n${payloadHash}`;
  const scope = '20251009/eu-central-1/execute-api/aws4_request';
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${SECRET}`,
    );
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${hash}`;
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope},SignedHeaders=${names},Signature=${signature}`;
  return { ...headers, authorization };
}

describe('what a gate signs', () => {
  it('it takes, and tells which headers are covered', async () => {
    expect(await gate.verify(signed)).toMatchObject({
      ok: true,
      keyId: 'AKIDEXAMPLE',
      timestampMs: NOW,
      coveredHeaders: ['content-type', 'x-amz-date', 'x-amz-security-token'],
    });
  });

  it('is refused where any part is another', async () => {
    const changed: readonly SignedRequest[] = [
      { ...signed, method: 'PUT' },
      { ...signed, url: 'https://api.example/orders/8?b=2&a=1' },
      { ...signed, url: 'https://api.example/orders/7?b=2&a=2' },
      { ...signed, url: 'https://api.example/orders/7?b=2' },
      { ...signed, url: 'https://api.example/orders/7/?b=2&a=1' },
      { ...signed, url: 'https://api.example/orders/%37?b=2&a=1' },
      { ...signed, url: 'https://api.example/a/../orders/7?b=2&a=1' },
      { ...signed, url: 'https://other.example/orders/7?b=2&a=1' },
      { ...signed, body: Buffer.from('{"total":13}') },
      withHeader('content-type', 'text/plain'),
      withHeader('x-amz-security-token', 'other'),
      withHeader('x-amz-date', '20251009T085321Z'),
    ];
    for (const request of changed) expect(await judged(request), request.url).toBe('signature-mismatch');
  });

  it('is the same for parameters in another order, and for their percent-encoding', async () => {
    for (const url of ['/orders/7?a=1&b=2', '/orders/7?%61=1&b=%32', '/orders/7?a=1&&b=2'])
      expect(await judged({ ...signed, url }), url).toBe('ok');
    for (const url of ['/orders/7?a=1&b=2&b=2', '/orders/7?A=1&b=2', '/orders/7?a=1&b=%202'])
      expect(await judged({ ...signed, url }), url).toBe('signature-mismatch');
  });

  it('has no plus sign that could be read as a blank', async () => {
    const plus = await gate.sign({ method: 'GET', url: 'https://api.example/?q=a%2Bb' });
    expect(await judged(plus)).toBe('ok');
    for (const query of ['q=a+b', 'q=a%2Bb&+', '+&q=a%2Bb'])
      expect(await judged({ ...plus, url: `https://api.example/?${query}` }), query).toBe('missing-part');
    expect(() => gate.sign({ method: 'GET', url: 'https://api.example/?q=a+b' })).toThrow('a plus sign that');
  });

  it('verifies whatever it is', async () => {
    const text = fc.string({
      unit: fc.constantFrom(..."aZ09-._~!$&'()*+,;=:@%20%2F/ ".split('')),
      maxLength: 12,
    });
    const safe = text.map((part) => part.replace(/%(?![0-9A-Fa-f]{2})/g, '').replaceAll(' ', ''));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('s3', 'execute-api'),
        safe,
        safe.map((part) => part.replaceAll('+', '')),
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: fc.constantFrom(...'a "\t,é'.split('')), maxLength: 8 }),
        async (service, path, query, body, value) => {
          const own = gateOf({ service, signedHeaders: 'x-own' });
          const draft = {
            method: 'PUT',
            url: `/${path}?${query}`,
            body,
            headers: { host: 'a.example:8443', 'x-own': value },
          };
          const request = await own.sign(draft);
          expect(await judged(request, own)).toBe('ok');
          expect(await judged({ ...request, body: Buffer.concat([body, Buffer.of(0)]) }, own)).toBe(
            'signature-mismatch',
          );
          expect(await judged({ ...request, url: `/${path}x?${query}` }, own)).toBe('signature-mismatch');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reaches the gate behind a proxy by its own name', async () => {
    const request = {
      ...signed,
      url: '/orders/7?b=2&a=1',
      headers: signed.headers.with('host', '10.0.0.7:8787'),
    };
    expect(await judged(request)).toBe('signature-mismatch');
    expect(await judged({ ...request, forwarded: { host: 'api.example' } })).toBe('ok');
    expect(await judged(request, gateOf({ origin: 'https://api.example' }))).toBe('ok');
  });
});

describe('the header', () => {
  it.each([
    ['one that is absent', () => withoutHeader('authorization'), 'missing-signature'],
    ['another scheme', () => withAuthorization(() => 'Bearer abc'), 'malformed-signature'],
    [
      'another algorithm',
      () => withAuthorization((text) => text.replace('HMAC-SHA256', 'ECDSA-P256-SHA256')),
      'algorithm-not-allowed',
    ],
    [
      'upper-case hex',
      () => withAuthorization((text) => text.replace(/[0-9a-f]+$/, (hex) => hex.toUpperCase())),
      'malformed-signature',
    ],
    ['a cut signature', () => withAuthorization((text) => text.slice(0, -1)), 'malformed-signature'],
    [
      'an item twice',
      () => withAuthorization((text) => `${text}, Signature=${'0'.repeat(64)}`),
      'malformed-signature',
    ],
    [
      'an item of no name',
      () => withAuthorization((text) => text.replace('Signature=', '')),
      'malformed-signature',
    ],
    [
      'no credential',
      () => withAuthorization((text) => text.replace(/Credential=\S+/, '')),
      'malformed-signature',
    ],
    [
      'a scope that is too long',
      () => withAuthorization((text) => text.replace('/aws4_request', '/aws4_request/a')),
      'malformed-signature',
    ],
    [
      'a scope of another kind',
      () => withAuthorization((text) => text.replace('aws4_request', 'aws5_request')),
      'malformed-signature',
    ],
    [
      'another region',
      () => withAuthorization((text) => text.replace('eu-central-1', 'eu-central-2')),
      'unknown-key',
    ],
    ['another service', () => withAuthorization((text) => text.replace('execute-api', 's3')), 'unknown-key'],
    ['another access key', () => withAuthorization((text) => text.replace('AKID', 'BKID')), 'unknown-key'],
    [
      'another day',
      () => withAuthorization((text) => text.replace('20251009', '20251010')),
      'malformed-timestamp',
    ],
    ['host unsigned', () => withAuthorization((text) => text.replace(';host', '')), 'missing-part'],
    ['the time unsigned', () => withAuthorization((text) => text.replace(';x-amz-date', '')), 'missing-part'],
    [
      'names out of order',
      () => withAuthorization((text) => text.replace('content-type;host', 'host;content-type')),
      'malformed-signature',
    ],
    [
      'a name twice',
      () => withAuthorization((text) => text.replace(';host', ';host;host')),
      'malformed-signature',
    ],
    [
      'a name in capitals',
      () => withAuthorization((text) => text.replace(';host', ';Host')),
      'malformed-signature',
    ],
    ['a signed header that is absent', () => withoutHeader('content-type'), 'missing-part'],
    ['an x-amz- header that is not signed', () => withHeader('X-Amz-Meta-A', '1'), 'missing-part'],
    ['no time', () => withoutHeader('x-amz-date'), 'missing-timestamp'],
    ['a time of another form', () => withHeader('x-amz-date', '2025-10-09T08:53:20Z'), 'malformed-timestamp'],
    ['a day that there is not', () => withHeader('x-amz-date', '20250230T085320Z'), 'malformed-timestamp'],
    ['a URL that does not decode', () => ({ ...signed, url: '/orders/7?a=%zz' }), 'missing-part'],
    ['1,001 parameters', () => ({ ...signed, url: `/?${'a&'.repeat(1000)}a` }), 'missing-part'],
    [
      '200 signed headers',
      () =>
        withAuthorization((text) =>
          text.replace('host', Array.from({ length: 200 }, (_, i) => `h${1000 + i}`).join(';')),
        ),
      'malformed-signature',
    ],
    [
      '9 KB',
      () => withAuthorization((text) => text.replace('AKID', 'A'.repeat(9000))),
      'malformed-signature',
    ],
  ] as const)('%s', async (_, request, reason) => {
    expect(await judged(request())).toBe(reason);
  });

  it('of a presigned URL is missed by name', async () => {
    const request = { ...withoutHeader('authorization'), url: '/?X-Amz-Algorithm=a&X-Amz-Signature=b' };
    expect(await gate.verify(request)).toMatchObject({ remedy: expect.stringContaining('presigned') });
  });

  it('never costs an exception, whatever stands in it', async () => {
    const piece = fc.constantFrom(
      'AWS4-HMAC-SHA256',
      ' ',
      ',',
      '=',
      '/',
      ';',
      'Credential=',
      'SignedHeaders=',
      'Signature=',
      'host',
      'aws4_request',
      '20251009',
      'é',
      '0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        expect(await judged(withHeader('authorization', pieces.join('')))).toMatch(
          /^(missing-signature|malformed-signature|algorithm-not-allowed|unknown-key|missing-part)$/,
        );
      }),
    );
  });

  it('may demand more headers', async () => {
    const demanding = gateOf({ signedHeaders: ['content-type', 'x-tenant'] });
    expect(await judged(signed, demanding)).toBe('missing-part');
    const request = await demanding.sign({
      ...DRAFT,
      headers: { host: 'api.example', 'content-type': 'a/b', 'x-tenant': '1' },
    });
    expect(await judged(request, demanding)).toBe('ok');
  });
});

it('a signed header is signed as the bytes that came', async () => {
  const empty = createHash('sha256').digest('hex');
  const headers = signedByHand({ 'x-a': 'café' }, empty);
  // HTTP delivers one character a byte.
  const asReceived = { ...headers, 'x-a': Buffer.from('café').toString('latin1') };
  expect(await gate.verify({ method: 'GET', url: '/', headers: asReceived })).toMatchObject({ ok: true });
  expect(await gate.verify({ method: 'GET', url: '/', headers })).toMatchObject({
    reason: 'signature-mismatch',
  });
});

describe('the body', () => {
  const s3 = gateOf({ service: 's3' });

  it('is held against the hash that is signed', async () => {
    const request = await s3.sign(DRAFT);
    expect(await judged(request, s3)).toBe('ok');
    const changed = await s3.verify({ ...request, body: Buffer.from('{"total":13}') });
    expect(changed).toMatchObject({
      reason: 'signature-mismatch',
      message: 'the signed digest is of another body',
    });
  });

  it.each([
    ['UNSIGNED-PAYLOAD', 'missing-part'],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'algorithm-not-allowed'],
    ['', 'missing-part'],
    ['E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', 'missing-part'],
  ])('with %j in place of its hash', async (hash, reason) => {
    const request = await s3.sign(DRAFT);
    expect(
      await judged({ ...request, headers: request.headers.with('x-amz-content-sha256', hash) }, s3),
    ).toBe(reason);
  });

  it('is anybody’s only where the gate says so', async () => {
    const open = gateOf({ unsignedPayload: true });
    expect(gate.coverage.covered).toContain('body');
    expect(open.coverage.open).toContain('body');
    const request = {
      method: 'GET',
      url: '/',
      body: 'anything',
      headers: signedByHand({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'UNSIGNED-PAYLOAD'),
    };
    expect(await open.verify(request)).toMatchObject({ ok: true });
    expect(await gate.verify(request)).toMatchObject({ reason: 'missing-part' });
  });
});

describe('time', () => {
  it('is judged behind the compare, to the millisecond', async () => {
    const at = (ms: number, options = {}): Promise<string> => judged(signed, gateOf(options, NOW + ms));
    expect(await at(300_000)).toBe('ok');
    expect(await at(300_001)).toBe('expired');
    expect(await at(-300_000)).toBe('ok');
    expect(await at(-300_001)).toBe('from-the-future');
    expect(await at(900_000, { toleranceMs: 900_000 })).toBe('ok');
    expect(await judged(withHeader('content-type', 'a/b'), gateOf({}, NOW + 10 ** 9))).toBe(
      'signature-mismatch',
    );
  });

  it('makes a key a day, and forgets old ones', async () => {
    for (let day = 0; day < 9; day++) {
      const own = gateOf({}, NOW + day * 86_400_000);
      expect(await judged(await own.sign(DRAFT), own)).toBe('ok');
      expect(await judged(await gate.sign({ ...DRAFT, timestampMs: NOW + day * 86_400_000 }))).toBe(
        day === 0 ? 'ok' : 'from-the-future',
      );
    }
  });
});

describe('keys', () => {
  it('are found by the access key id, and may rotate', async () => {
    const other = { id: 'AKIDOTHER', secret: 'another secret of forty characters here' };
    const both = gateOf({}, NOW, [other, KEY]);
    expect(await both.verify(signed)).toMatchObject({ ok: true, keyId: 'AKIDEXAMPLE' });
    const revoked = gateOf({}, NOW, [other, { ...KEY, state: 'revoked' }]);
    expect(await judged(signed, revoked)).toBe('unknown-key');
  });

  it('sign only under an id that a credential can name', () => {
    expect(() => gateOf({}, NOW, [{ ...KEY, id: 'a/b' }]).sign(DRAFT)).toThrow(/keys/);
  });
});

it('a request runs once', async () => {
  const own = gateOf();
  const run = async (request: SignedRequest): Promise<string> => {
    const received = await own.receive(request, () => ({ kind: 'done', value: 1 }) as never);
    return received.kind === 'refused' ? received.verdict.reason : received.kind;
  };
  expect(await run(signed)).toBe('done');
  expect(await run(signed)).toBe('replayed');
  // Another order of parameters is no other request.
  expect(await run({ ...signed, url: '/orders/7?a=1&b=2' })).toBe('replayed');
});

describe('set-up', () => {
  it.each([
    [{ region: undefined }, 'provider.region'],
    [{ service: undefined }, 'provider.service'],
    [{ region: 'a/b' }, 'provider.region'],
    [{ service: '' }, 'provider.service'],
    [{ signedHeaders: ['a b'] }, 'provider.signedHeaders'],
    [{ unsignedPayload: 'yes' }, 'provider.unsignedPayload'],
    [{ origin: 'api.example' }, 'provider.origin'],
    [{ regoin: 'a' }, 'provider.regoin'],
  ])('%j is refused by its name', (options, option) => {
    expect(() => gateOf(options)).toThrow(expect.objectContaining({ option }));
  });
});
