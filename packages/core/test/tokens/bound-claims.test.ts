/** Tokens that are for one request: what their claims say must be of the request that comes with them. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import {
  createGate,
  done,
  failed,
  type Gate,
  MemoryReplayGuard,
  requestFrom,
  type SignedRequest,
  writtenScheme,
} from '../../src/index.ts';
import { gateOptionsOf, judgeVector, requestOf } from '../../src/testing/index.ts';
import { readVectors } from '../support/vector-files.ts';
import { mint, NOW, SECONDS, wordOf } from './mint.ts';

const SECRET = 'a secret of thirty-two characters';
const BODY = '{"total":12}';
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

const gateOf = (options: object, more: object = {}): Gate =>
  createGate({
    scheme: writtenScheme({ type: 'jwt', algorithm: 'HS256', ...options }),
    keys: [SECRET],
    now: () => NOW,
    ...more,
  });

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

function sent(
  claims: object,
  { method = 'POST', url = '/hook', headers, body = BODY }: Sent = {},
): SignedRequest {
  const authorization = `Bearer ${mint('HS256', SECRET, { claims: { ...claims } })}`;
  return requestFrom({ method, url, headers: { host: 'api.example', ...headers, authorization }, body });
}

const judged = async (gate: Gate, request: SignedRequest): Promise<string> =>
  wordOf(await gate.verify(request));

describe('the hash of a body', () => {
  const hash = sha256(BODY);
  const hex = hash.toString('hex');
  const base64 = hash.toString('base64');
  const base64url = hash.toString('base64url');

  it.each<[string, string, string]>([
    ['hex', hex, 'accepted'],
    ['hex', hex.toUpperCase(), 'accepted'],
    ['hex', base64, 'binding-mismatch'],
    ['hex', `${hex}00`, 'binding-mismatch'],
    ['hex', ` ${hex}`, 'binding-mismatch'],
    ['base64', base64, 'accepted'],
    ['base64', base64.replace('=', ''), 'accepted'],
    ['base64', `${base64}=`, 'binding-mismatch'],
    ['base64', base64.toLowerCase(), 'binding-mismatch'],
    ['base64url', base64url, 'accepted'],
    ['base64url', `${base64url}=`, 'accepted'],
    ['base64url', `${base64url}==`, 'binding-mismatch'],
    ['base64url', hex, 'binding-mismatch'],
    ['base64url', '', 'binding-mismatch'],
  ])('in %s, written %s: %s', async (encoding, text, word) => {
    const gate = gateOf({ bodyClaim: { name: 'hash', encoding } });
    expect(await judged(gate, sent({ hash: text }))).toBe(word);
  });

  it('is of the bytes, whatever they are in any encoding', async () => {
    const gate = gateOf({ bodyClaim: 'hash' });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 64 }),
        fc.uint8Array({ maxLength: 64 }),
        async (own, other) => {
          const claims = { hash: sha256(own).toString('hex') };
          expect(await judged(gate, sent(claims, { body: own }))).toBe('accepted');
          const isSame = Buffer.compare(own, other) === 0;
          expect(await judged(gate, sent(claims, { body: other }))).toBe(
            isSame ? 'accepted' : 'binding-mismatch',
          );
        },
      ),
      { seed: 7, numRuns: runs(100) },
    );
  });

  it('must be there, unless tokens of empty bodies lack it', async () => {
    const strict = gateOf({ bodyClaim: 'hash' });
    const lax = gateOf({ bodyClaim: { name: 'hash', emptyBody: 'absent' } });
    const empty = { hash: sha256('').toString('hex') };
    for (const [gate, claims, body, word] of [
      [strict, {}, BODY, 'missing-claim'],
      [strict, {}, '', 'missing-claim'],
      [strict, empty, '', 'accepted'],
      [lax, {}, BODY, 'missing-claim'],
      [lax, {}, '', 'accepted'],
      [lax, empty, '', 'accepted'],
      [lax, { hash: hex }, '', 'binding-mismatch'],
      [lax, { hash: null }, '', 'binding-mismatch'],
    ] as const) {
      expect(await judged(gate, sent(claims, { body }))).toBe(word);
    }
  });

  it('is not one that only a prototype has', async () => {
    const gate = gateOf({ bodyClaim: 'toString' });
    expect(await judged(gate, sent({}))).toBe('missing-claim');
  });

  it('is judged behind the signature: a stranger learns nothing of it', async () => {
    const gate = gateOf({ bodyClaim: 'hash' });
    const forged = mint('HS256', 'another secret of thirty-two chars', { claims: { hash: hex } });
    const headers = { host: 'api.example', authorization: `Bearer ${forged}` };
    const request = requestFrom({ method: 'POST', url: '/hook', headers, body: 'other' });
    expect(await judged(gate, request)).toBe('signature-mismatch');
  });
});

describe('the URL', () => {
  const gate = gateOf({ urlClaim: 'sub' });
  const URL = 'https://api.example/hook?a=1';

  it.each<[string, string, string]>([
    [URL, URL, 'accepted'],
    ['https://API.example/hook?a=1', URL, 'accepted'],
    ['HTTPS://api.example:443/hook?a=1', URL, 'accepted'],
    ['https://api.example', 'https://api.example/', 'accepted'],
    [URL, '/hook?a=1', 'accepted'],
    ['http://api.example/hook?a=1', URL, 'binding-mismatch'],
    ['https://api.example:8443/hook?a=1', URL, 'binding-mismatch'],
    ['https://api.example/hook', URL, 'binding-mismatch'],
    ['https://api.example/hook?', 'https://api.example/hook', 'binding-mismatch'],
    ['https://api.example/hook/', 'https://api.example/hook', 'binding-mismatch'],
    ['https://ann@api.example/hook?a=1', URL, 'binding-mismatch'],
    ['https://api.example/hook?a=1#x', URL, 'binding-mismatch'],
    ['/hook?a=1', URL, 'binding-mismatch'],
    ['*', URL, 'binding-mismatch'],
    ['', URL, 'binding-mismatch'],
  ])('%s, for a request to %s: %s', async (sub, url, word) => {
    expect(await judged(gate, sent({ sub }, { url }))).toBe(word);
  });

  it('is of the gate’s origin, whatever the request says of its host', async () => {
    const behindProxy = gateOf({ urlClaim: 'sub', origin: 'https://hooks.example' });
    const request = sent({ sub: 'https://hooks.example/hook' }, { headers: { host: '10.0.0.7:8080' } });
    expect(await judged(behindProxy, request)).toBe('accepted');
    expect(await judged(gate, request)).toBe('binding-mismatch');
  });

  it('may stand as its hash', async () => {
    const hashed = gateOf({ urlClaim: { name: 'url_hash', hash: 'hex' } });
    const claims = { url_hash: sha256(URL).toString('hex') };
    expect(await judged(hashed, sent(claims, { url: URL }))).toBe('accepted');
    expect(await judged(hashed, sent(claims, { url: `${URL}&b=2` }))).toBe('binding-mismatch');
    expect(await judged(hashed, sent({ url_hash: URL }, { url: URL }))).toBe('binding-mismatch');
  });
});

describe('Atlassian’s query string hash', () => {
  const gate = gateOf({ queryHashClaim: 'qsh' });

  it('is that of atlassian-connect-core’s own example', async () => {
    const qsh = '70282c7cf82834bd5a3d6dacda1b4ccd5cf5860a63a1fa2fb86b64d576e6a1d5';
    const url = 'http://localhost:2990/path/to/service?a=1&A=2&b=3&B=4';
    expect(await judged(gate, sent({ qsh }, { method: 'GET', url, body: '' }))).toBe('accepted');
  });

  it.each<[string, string, string]>([
    ['POST', '/hook', 'POST&/hook&'],
    ['POST', '/hook/', 'POST&/hook&'],
    ['POST', '/', 'POST&/&'],
    ['POST', '/hook?', 'POST&/hook&'],
    ['POST', '/a&b?c=d', 'POST&/a%26b&c=d'],
    ['POST', '/hook?b=2&a=1', 'POST&/hook&a=1&b=2'],
    ['POST', '/hook?a=2&a=1', 'POST&/hook&a=1,2'],
    ['POST', '/hook?a=1,2', 'POST&/hook&a=1%2C2'],
    ['POST', '/hook?a', 'POST&/hook&a='],
    ['POST', '/hook?a=x+y&b=%7E', 'POST&/hook&a=x%20y&b=~'],
    ['POST', "/hook?a=!'()*", 'POST&/hook&a=%21%27%28%29%2A'],
    ['POST', '/hook?a-b=1&a%5B=2', 'POST&/hook&a%5B=2&a-b=1'],
    ['POST', '/hook?a=%C3%A9', 'POST&/hook&a=%C3%A9'],
  ])('%s %s has the canonical form %s', async (method, url, canonical) => {
    const qsh = sha256(canonical).toString('hex');
    expect(await judged(gate, sent({ qsh }, { method, url }))).toBe('accepted');
  });

  it('leaves the base path out, where the path is below it', async () => {
    const based = gateOf({ queryHashClaim: { name: 'qsh', basePath: '/connect' } });
    for (const [url, canonical] of [
      ['/connect/hook', 'POST&/hook&'],
      ['/connect', 'POST&/&'],
      ['/connect/', 'POST&/&'],
    ] as const) {
      expect(await judged(based, sent({ qsh: sha256(canonical).toString('hex') }, { url }))).toBe('accepted');
    }
    // One token would be good at both paths.
    for (const [url, canonical] of [
      ['/hook', 'POST&/hook&'],
      ['/', 'POST&/&'],
      ['/connection/hook', 'POST&/connection/hook&'],
      ['/connection/hook', 'POST&/ion/hook&'],
    ] as const) {
      const qsh = sha256(canonical).toString('hex');
      expect(await judged(based, sent({ qsh }, { url })), url).toBe('binding-mismatch');
    }
  });

  it('is of the method as it is written', async () => {
    const qsh = sha256('POST&/hook&').toString('hex');
    expect(await judged(gate, sent({ qsh }, { method: 'post' }))).toBe('binding-mismatch');
  });

  it('is of no query with more parameters than a form may have', async () => {
    const url = `/hook?${'a=1&'.repeat(1001)}`;
    expect(await judged(gate, sent({ qsh: '' }, { url }))).toBe('binding-mismatch');
  });
});

describe('values of claims', () => {
  const gate = gateOf({ requiredValues: { role: ['admin', 'owner'], verified: true, tenant: 7 } });
  const right = { role: 'owner', verified: true, tenant: 7 };

  it.each<[string, object, string]>([
    ['all of them right', right, 'accepted'],
    ['another text', { ...right, role: 'Owner' }, 'claim-mismatch'],
    ['a list in place of its text', { ...right, role: ['owner'] }, 'claim-mismatch'],
    ['a text in place of true', { ...right, verified: 'true' }, 'claim-mismatch'],
    ['a text in place of a number', { ...right, tenant: '7' }, 'claim-mismatch'],
    ['null', { ...right, tenant: null }, 'claim-mismatch'],
    ['none', { role: 'owner', verified: true }, 'missing-claim'],
  ])('%s', async (_, claims, word) => {
    expect(await judged(gate, sent(claims))).toBe(word);
  });
});

describe('the age of a token', () => {
  const gate = gateOf({ maxAgeMs: 60_000 });

  it('stands for its end, and must be told', async () => {
    expect(await judged(gate, sent({ exp: undefined }))).toBe('missing-claim');
    expect(await judged(gate, sent({ exp: undefined, iat: SECONDS - 60 }))).toBe('accepted');
    expect(await judged(gate, sent({ exp: undefined, iat: SECONDS - 60.001 }))).toBe('expired');
    expect(await judged(gate, sent({ exp: undefined, iat: SECONDS + 6 }))).toBe('from-the-future');
    expect(await judged(gate, sent({ exp: SECONDS - 1, iat: SECONDS - 2 }))).toBe('expired');
  });
});

describe('Approov’s maxAgeMs, which is of message signatures', () => {
  it('asks nothing else of its tokens: they end by their exp', async () => {
    const secret = Buffer.from(SECRET).toString('base64');
    const provider = { id: 'approov', messageSigning: 'optional', maxAgeMs: 60_000 } as const;
    const gate = createGate({ provider, keys: [secret], now: () => NOW });
    const bearing = (claims: object): SignedRequest =>
      requestFrom({
        method: 'GET',
        url: '/',
        headers: { 'approov-token': mint('HS256', SECRET, { claims: { ...claims } }) },
        body: '',
      });
    expect(await judged(gate, bearing({ iat: SECONDS - 600 }))).toBe('accepted');
    expect(await judged(gate, bearing({ exp: undefined, iat: SECONDS }))).toBe('missing-claim');
  });
});

describe('a token of one body', () => {
  const claims = { hash: sha256(BODY).toString('hex') };
  const gate = (): Gate => gateOf({ bodyClaim: 'hash' }, { replay: new MemoryReplayGuard() });

  it('is taken once', async () => {
    const own = gate();
    const request = sent(claims);
    expect(await own.receive(request, () => done('a'))).toMatchObject({ kind: 'done' });
    expect(await own.receive(request, () => done('b'))).toMatchObject({
      kind: 'refused',
      verdict: { reason: 'replayed' },
    });
  });

  it('is taken again where the first came to nothing', async () => {
    const own = gate();
    const request = sent(claims);
    expect(await own.receive(request, () => failed())).toMatchObject({ kind: 'failed' });
    expect(await own.receive(request, () => done('b'))).toMatchObject({ kind: 'done' });
  });

  it('is another request than a token made anew, which its sender may send', async () => {
    const own = gate();
    for (const jti of ['1', '2']) {
      expect(await own.receive(sent({ ...claims, jti }), () => done('a'))).toMatchObject({ kind: 'done' });
    }
  });
});

/** What a configuration would write in place of each provider. */
const WRITTEN: Readonly<Record<string, object>> = {
  'upstash-qstash': {
    algorithm: 'HS256',
    header: 'upstash-signature',
    issuer: 'Upstash',
    urlClaim: 'sub',
    bodyClaim: { name: 'body', encoding: 'base64url' },
  },
  livekit: {
    algorithm: 'HS256',
    header: 'authorization',
    prefix: '',
    bodyClaim: { name: 'sha256', encoding: 'base64' },
  },
  'messagebird-jwt': {
    algorithm: 'HS256',
    header: 'messagebird-signature-jwt',
    issuer: 'MessageBird',
    required: 'jti',
    urlClaim: { name: 'url_hash', hash: 'hex' },
    bodyClaim: { name: 'payload_hash', emptyBody: 'absent' },
  },
  vonage: { algorithm: 'HS256', issuer: 'Vonage', maxAgeMs: 300_000, bodyClaim: 'payload_hash' },
  plaid: {
    algorithm: 'ES256',
    header: 'plaid-verification',
    maxAgeMs: 300_000,
    bodyClaim: 'request_body_sha256',
  },
  'atlassian-connect': { algorithm: 'HS256', prefix: 'JWT ', queryHashClaim: 'qsh' },
  'google-pubsub': {
    algorithm: 'RS256',
    issuer: ['https://accounts.google.com', 'accounts.google.com'],
    audience: 'https://hooks.example.com/pubsub',
    requiredValues: { email: 'push@proj.iam.gserviceaccount.com', email_verified: true },
  },
  truelayer: {
    type: 'detached-jws',
    algorithm: 'ES512',
    header: 'tl-signature',
    headersParameter: 'tl_headers',
    parameters: { tl_version: '2' },
    pathEnd: 'either',
  },
};

describe.each(Object.entries(WRITTEN))('a declaration from text in place of %s', (id, written) => {
  it.each(readVectors(`providers/${id}`).cases)('judges as it: $name', async (vector) => {
    const declaration = { type: 'jwt', ...written };
    const gate = createGate(gateOptionsOf({ scheme: id, declaration }, vector));
    const own = await judgeVector(id, vector);
    expect(wordOf(await gate.verify(requestOf(vector)))).toBe(wordOf(own));
  });

  it('says that the same is proved', () => {
    const [vector] = readVectors(`providers/${id}`).cases;
    if (vector === undefined) throw new Error('there is none');
    const declaration = { type: 'jwt', ...written };
    const gates = [gateOptionsOf({ scheme: id, declaration }, vector), gateOptionsOf({ scheme: id }, vector)];
    const [first, second] = gates.map((options) => createGate(options).coverage);
    expect(first).toEqual(second);
  });
});
