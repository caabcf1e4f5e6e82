import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import {
  createGate,
  type Draft,
  done,
  type Gate,
  type GateOptions,
  HeaderList,
  requestFrom,
  type SignedRequest,
  type Verdict,
} from '../../src/index.ts';
import type { MessageSignatureAlgorithm } from '../../src/schemes/message-signatures/registered-names.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';
import { sentencesOf } from '../support/warnings.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'a shared secret of thirty-two by';
const OTHER = 'another secret of thirty-two byt';

const draft: Draft = {
  method: 'POST',
  url: '/orders?page=1',
  headers: { Host: 'shop.example', 'Content-Type': 'application/json', 'X-Id': '7' },
  body: '{"total":12}',
};

type Options = Readonly<Record<string, unknown>>;

function gateOf(options: Options = {}, gate: Partial<GateOptions> = {}): Gate {
  return createGate({
    provider: { id: 'http-message-signatures', ...options },
    keys: [{ id: 'k1', secret: SECRET }],
    now: () => NOW,
    ...gate,
  });
}

const said = (verdict: Verdict): string => (verdict.ok ? 'accepted' : verdict.reason);

const withHeader = (request: SignedRequest, name: string, value: string): SignedRequest => ({
  ...request,
  headers: request.headers.with(name, value),
});

const without = (request: SignedRequest, name: string): SignedRequest => ({
  ...request,
  headers: new HeaderList([...request.headers].filter(([n]) => n.toLowerCase() !== name).flat()),
});

describe('a request signed with the defaults', () => {
  it('covers method, target and body, with created and the key’s id', async () => {
    const { headers } = await gateOf().sign(draft);
    expect(headers.get('signature-input')).toBe(
      'sig1=("@method" "@target-uri" "content-digest");created=1760000000;keyid="k1"',
    );
    expect(headers.get('content-digest')).toBe('sha-256=:He/ZqtSuiMEH686prONGTTH2l8dz2APwQT3hbA1CGYQ=:');
  });

  it('has no digest where it has no body', async () => {
    const { headers } = await gateOf().sign({ ...draft, method: 'GET', body: '' });
    expect(headers.get('signature-input')).toMatch(/^sig1=\("@method" "@target-uri"\);/);
    expect(headers.count('content-digest')).toBe(0);
  });

  it.each([
    { change: 'the method', of: (r: SignedRequest) => ({ ...r, method: 'PUT' }) },
    { change: 'the path', of: (r: SignedRequest) => ({ ...r, url: '/order?page=1' }) },
    { change: 'the query', of: (r: SignedRequest) => ({ ...r, url: '/orders?page=2' }) },
    { change: 'the host', of: (r: SignedRequest) => withHeader(r, 'Host', 'evil.example') },
    { change: 'the body', of: (r: SignedRequest) => ({ ...r, body: Buffer.from('{"total":13}') }) },
    { change: 'no body', of: (r: SignedRequest) => ({ ...r, body: new Uint8Array() }) },
    { change: 'another digest', of: (r: SignedRequest) => withHeader(r, 'Content-Digest', 'sha-256=:AAAA:') },
  ])('is refused with $change', async ({ of }) => {
    const gate = gateOf();
    const signed = await gate.sign(draft);
    expect(said(await gate.verify(signed))).toBe('accepted');
    expect(said(await gate.verify(of(signed)))).toBe('signature-mismatch');
  });

  it('is refused with a body where none was signed', async () => {
    const gate = gateOf();
    const signed = await gate.sign({ ...draft, body: '' });
    expect(said(await gate.verify(signed))).toBe('accepted');
    const verdict = await gate.verify({ ...signed, body: Buffer.from('x') });
    expect(verdict).toMatchObject({
      reason: 'missing-part',
      message: expect.stringContaining('does not cover "content-digest"'),
    });
  });

  it('is refused without one of its fields', async () => {
    const gate = gateOf();
    const signed = await gate.sign(draft);
    expect(said(await gate.verify(without(signed, 'signature')))).toBe('missing-signature');
    expect(said(await gate.verify(without(signed, 'signature-input')))).toBe('missing-signature');
    expect(said(await gate.verify(without(signed, 'content-digest')))).toBe('missing-part');
    expect(said(await gate.verify(without(signed, 'host')))).toBe('missing-part');
  });

  it('is taken whole in any of the forms that a URL has', async () => {
    const gate = gateOf();
    const signed = await gate.sign({ ...draft, url: 'https://SHOP.example:443/orders?page=1', headers: {} });
    const headers = signed.headers.with('Host', 'Shop.Example');
    expect(said(await gate.verify({ ...signed, url: '/orders?page=1', headers }))).toBe('accepted');
  });
});

describe('the policy', () => {
  it.each([
    { signs: ['@method', '@authority', '@path', '@query'], expected: 'accepted' },
    { signs: ['@method', '@authority', '@request-target'], expected: 'accepted' },
    { signs: ['@method', '@path', '@query'], expected: 'missing-part' },
    { signs: ['@method', '@authority', '@path'], expected: 'missing-part' },
    { signs: ['@method', '@request-target'], expected: 'missing-part' },
    { signs: ['@target-uri'], expected: 'missing-part' },
    { signs: ['@method'], expected: 'missing-part' },
  ])('of method and target, met by $signs: $expected', async ({ signs, expected }) => {
    const sender = gateOf({ components: signs });
    const signed = await sender.sign({ ...draft, body: '' });
    expect(said(await gateOf().verify(signed))).toBe(expected);
    expect(said(await sender.verify(signed))).toBe('accepted');
  });

  it.each([
    { asks: 'x-id', signs: 'x-id;bs', expected: 'accepted' },
    { asks: 'x-id;bs', signs: 'x-id', expected: 'accepted' },
    { asks: 'x-dict', signs: 'x-dict;key="a"', expected: 'missing-part' },
    { asks: 'x-dict;key="a"', signs: 'x-dict;key="b"', expected: 'missing-part' },
    { asks: 'x-dict;key="a"', signs: 'x-dict', expected: 'accepted' },
    { asks: '@query-param;name="page"', signs: '@query', expected: 'accepted' },
    { asks: '@query', signs: '@query-param;name="page"', expected: 'missing-part' },
    { asks: 'content-digest', signs: 'content-digest;key="sha-256"', expected: 'accepted' },
    { asks: 'content-digest', signs: 'x-id', expected: 'missing-part' },
  ])('of $asks, met by $signs: $expected', async ({ asks, signs, expected }) => {
    const headers = { ...draft.headers, 'X-Dict': 'a=1, b=2' };
    const signed = await gateOf({ components: [signs] }).sign({ ...draft, headers });
    expect(said(await gateOf({ components: [asks] }).verify(signed))).toBe(expected);
  });

  it('does not take the digest of an algorithm that nobody checks for that of the body', async () => {
    const headers = { ...draft.headers, 'Content-Digest': 'md5=:Sd/dVLAcvNLSq16eXua5uQ==:' };
    const components = ['@method', '@target-uri', 'content-digest;key="md5"'];
    const sender = gateOf({ components });
    await expect(async () => sender.sign({ ...draft, headers })).rejects.toThrow('is not in the dictionary');
    // Only the md5 member is signed; the true sha-256 beside it could be anybody's.
    const digests = 'md5=:Sd/dVLAcvNLSq16eXua5uQ==:, sha-256=:He/ZqtSuiMEH686prONGTTH2l8dz2APwQT3hbA1CGYQ=:';
    const params = '("@method" "@target-uri" "content-digest";key="md5");created=1760000000;keyid="k1"';
    const base = [
      '"@method": POST',
      '"@target-uri": https://shop.example/orders?page=1',
      '"content-digest";key="md5": :Sd/dVLAcvNLSq16eXua5uQ==:',
      `"@signature-params": ${params}`,
    ].join('\n');
    const request = requestFrom({
      ...draft,
      headers: {
        ...draft.headers,
        'Content-Digest': digests,
        'Signature-Input': `a=${params}`,
        Signature: `a=:${createHmac('sha256', SECRET).update(base).digest('base64')}:`,
      },
    });
    expect(await gateOf().verify(request)).toMatchObject({
      reason: 'missing-part',
      message: expect.stringContaining('does not cover "content-digest"'),
    });
    expect(said(await sender.verify(request))).toBe('accepted');
  });

  it('asks for the parameters that it requires', async () => {
    const plain = await gateOf({ required: 'none' }, { keys: [SECRET] }).sign(draft);
    for (const name of ['nonce', 'alg', 'keyid', 'tag']) {
      const verdict = await gateOf({ required: [name] }).verify(plain);
      expect(verdict).toMatchObject({ reason: 'missing-part', message: expect.stringContaining(name) });
    }
    expect(said(await gateOf({ required: ['expires'] }).verify(plain))).toBe('missing-timestamp');
  });

  it('has all that it requires from sign', async () => {
    const required = ['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'];
    const gate = gateOf({ required, tag: 'shop' }, { keys: [SECRET] });
    const signed = await gate.sign(draft);
    expect(signed.headers.get('signature-input')).toMatch(
      /;created=1760000000;keyid="key-1";alg="hmac-sha256";expires=1760000300;nonce="[\w-]{22}";tag="shop"$/,
    );
    expect(said(await gate.verify(signed))).toBe('accepted');
  });

  it('says so where a signature has not the algorithm’s length', async () => {
    const signed = await gateOf().sign(draft);
    const short = withHeader(signed, 'Signature', 'sig1=:AAAA:');
    expect(await gateOf().verify(short)).toMatchObject({
      reason: 'malformed-signature',
      message: 'the signature is 3 bytes long; that of hmac-sha256 is 32',
    });
  });

  it('never follows the message’s algorithm', async () => {
    const signed = await gateOf({ required: ['created', 'alg'] }).sign(draft);
    expect(signed.headers.get('signature-input')).toContain('alg="hmac-sha256"');
    const text = signed.headers.get('signature-input') as string;
    const swapped = withHeader(signed, 'Signature-Input', text.replace('hmac-sha256', 'ed25519'));
    expect(said(await gateOf().verify(signed))).toBe('accepted');
    expect(said(await gateOf().verify(swapped))).toBe('algorithm-not-allowed');
  });

  it('takes the key that the signature names, and no other', async () => {
    const signed = await gateOf().sign(draft);
    const keys = (k1: string) => [
      { id: 'k0', secret: OTHER },
      { id: 'k1', secret: k1 },
    ];
    expect(await gateOf({}, { keys: keys(SECRET) }).verify(signed)).toMatchObject({
      ok: true,
      keyId: 'k1',
      evidence: { comparisons: 1, namedKeyId: 'k1' },
    });
    const renamed = [{ id: 'k2', secret: SECRET }];
    expect(said(await gateOf({}, { keys: renamed }).verify(signed))).toBe('unknown-key');
  });
});

describe('time', () => {
  const at = async (nowMs: number, options: Options = {}): Promise<string> => {
    const signed = await gateOf(options).sign(draft);
    return said(await gateOf(options, { now: () => nowMs }).verify(signed));
  };

  it('is judged to the millisecond, both ways', async () => {
    expect(await at(NOW + 300_000)).toBe('accepted');
    expect(await at(NOW + 300_001)).toBe('expired');
    expect(await at(NOW - 60_000)).toBe('accepted');
    expect(await at(NOW - 60_001)).toBe('from-the-future');
    expect(await at(NOW + 5001, { maxAgeMs: 5000 })).toBe('expired');
    expect(await at(NOW - 1, { futureMs: 0 })).toBe('from-the-future');
  });

  it('ends at expires, even where created would do', async () => {
    const sender = gateOf({ required: ['created', 'expires'], maxAgeMs: 10_000 });
    const signed = await sender.sign(draft);
    expect(signed.headers.get('signature-input')).toContain(';expires=1760000010');
    const judged = async (nowMs: number) => said(await gateOf({}, { now: () => nowMs }).verify(signed));
    expect(await judged(NOW + 10_000)).toBe('accepted');
    expect(await judged(NOW + 10_001)).toBe('expired');
  });

  it('is judged only of a proved signature', async () => {
    const signed = await gateOf().sign({ ...draft, timestampMs: NOW - 900_000 });
    expect(said(await gateOf().verify(signed))).toBe('expired');
    expect(said(await gateOf().verify({ ...signed, method: 'PUT' }))).toBe('signature-mismatch');
  });
});

describe('repeats', () => {
  const receive = async (gate: Gate, request: SignedRequest): Promise<string> => {
    const received = await gate.receive(request, () => done('done'));
    return received.kind === 'refused' ? received.verdict.reason : received.kind;
  };

  it('are told by the message', async () => {
    const gate = gateOf();
    const signed = await gate.sign(draft);
    expect(await receive(gate, signed)).toBe('done');
    expect(await receive(gate, signed)).toBe('replayed');
    expect(await receive(gate, await gate.sign({ ...draft, nonce: 'n' }))).toBe('done');
  });

  it('are told by the nonce where it is required', async () => {
    const gate = gateOf({ required: ['created', 'nonce'] });
    const signed = await gate.sign({ ...draft, nonce: 'n-1' });
    expect(await gate.verify(signed)).toMatchObject({ ok: true, id: 'n-1' });
    expect(await receive(gate, signed)).toBe('done');
    expect(await receive(gate, await gate.sign({ ...draft, nonce: 'n-1', method: 'PUT' }))).toBe('replayed');
    expect(await receive(gate, await gate.sign(draft))).toBe('done');
    expect(await receive(gate, await gate.sign(draft))).toBe('done');
  });
});

describe('several signatures', () => {
  const keys = [
    { id: 'k1', secret: SECRET },
    { id: 'k2', secret: OTHER },
  ];
  const second = { id: 'k2', secret: OTHER };

  /** Signed under `a` by k1 and under `b` by k2. */
  const both = async (): Promise<SignedRequest> => {
    const first = await gateOf({ label: 'a', tag: 'one' }).sign(draft);
    return gateOf({ label: 'b', tag: 'two' }, { keys: [second] }).sign(first);
  };

  it('stand side by side in the order in which they were made', async () => {
    const { headers } = await both();
    expect(headers.get('signature-input')).toMatch(/^a=\(.*\);created=.*, b=\(.*\);created=/);
    expect(headers.get('signature')).toMatch(/^a=:.{44}:, b=:.{44}:$/);
  });

  it.each([
    { options: {}, keyId: 'k1' },
    { options: { label: 'a' }, keyId: 'k1' },
    { options: { label: 'b' }, keyId: 'k2' },
    { options: { tag: 'two' }, keyId: 'k2' },
    { options: { label: 'b', tag: 'two' }, keyId: 'k2' },
  ])('of which $options chooses the one of $keyId', async ({ options, keyId }) => {
    expect(await gateOf(options, { keys }).verify(await both())).toMatchObject({ ok: true, keyId });
  });

  it.each([{ label: 'c' }, { tag: 'three' }, { label: 'a', tag: 'two' }])(
    'of which none is %o',
    async (options) => {
      expect(said(await gateOf(options, { keys }).verify(await both()))).toBe('missing-signature');
    },
  );

  it('of which the one counts that a key of the ring proves', async () => {
    const verdict = await gateOf({}, { keys: [second] }).verify(await both());
    expect(verdict).toMatchObject({ ok: true, keyId: 'k2', reading: 'signature 2' });
  });

  it('are never held against another’s parameters', async () => {
    const request = await both();
    const [a, b] = (request.headers.get('signature') as string).split(', ') as [string, string];
    const swapped = withHeader(request, 'Signature', `${a.replace('a=', 'b=')}, ${b.replace('b=', 'a=')}`);
    for (const options of [{}, { label: 'a' }, { label: 'b' }]) {
      expect(said(await gateOf(options, { keys }).verify(swapped))).toBe('signature-mismatch');
    }
  });

  it('must name the key that proves them', async () => {
    // k2's secret under k1's name, beside another signature, so that every key is tried.
    const first = await gateOf({ label: 'a' }, { keys: [{ id: 'k1', secret: OTHER }] }).sign(draft);
    const request = await gateOf({ label: 'b' }, { keys: [{ id: 'k3', secret: 'x'.repeat(32) }] }).sign(
      first,
    );
    expect(said(await gateOf({}, { keys }).verify(request))).toBe('signature-mismatch');
  });

  it('are not signatures where one of the fields lacks them', async () => {
    const request = await both();
    const [a] = (request.headers.get('signature') as string).split(', ') as [string];
    const cut = withHeader(request, 'Signature', a);
    expect(said(await gateOf({ label: 'a' }, { keys }).verify(cut))).toBe('accepted');
    expect(await gateOf({ label: 'b' }, { keys }).verify(cut)).toMatchObject({
      reason: 'malformed-signature',
      message: 'Signature has no member b',
    });
  });

  it.each([
    ['covers what nobody knows', 'bad=("@unknown")', 'bad=:AQI=:'],
    ['covers one thing twice', 'bad=("@method" "@method")', 'bad=:AQI=:'],
    ['is dated by a text', 'bad=("@method");created="1"', 'bad=:AQI=:'],
    ['is not a list', 'bad="@method"', 'bad=:AQI=:'],
    ['is no bytes', 'bad=("@method")', 'bad="AQI="'],
    ['has a parameter of its own', 'bad=("@method")', 'bad=:AQI=:;x=1'],
  ])('of which one %s: it is passed over, and refused alone', async (_why, input, signature) => {
    const good = await gateOf({}).sign(draft);
    const field = (name: string): string => good.headers.get(name) as string;
    for (const [first, second] of [
      [`${input}, ${field('signature-input')}`, `${signature}, ${field('signature')}`],
      [`${field('signature-input')}, ${input}`, `${field('signature')}, ${signature}`],
    ] as const) {
      const mixed = withHeader(withHeader(good, 'Signature-Input', first), 'Signature', second);
      expect(said(await gateOf().verify(mixed))).toBe('accepted');
      expect(said(await gateOf({ label: 'sig1' }).verify(mixed))).toBe('accepted');
      expect(said(await gateOf({ label: 'bad' }).verify(mixed))).toBe('malformed-signature');
      expect(said(await gateOf({ label: 'none' }).verify(mixed))).toBe('missing-signature');
      const forged = { ...mixed, body: new TextEncoder().encode('{"total":13}') };
      expect(said(await gateOf().verify(forged))).toBe('signature-mismatch');
    }
    const alone = withHeader(withHeader(good, 'Signature-Input', input), 'Signature', signature);
    expect(said(await gateOf().verify(alone))).toBe('malformed-signature');
  });

  it('may cover the same in the same words, under two keys', async () => {
    const first = await gateOf({ label: 'a' }, { keys: [SECRET] }).sign(draft);
    const request = await gateOf({ label: 'b' }, { keys: [OTHER] }).sign(first);
    for (const key of [SECRET, OTHER]) {
      expect(said(await gateOf({}, { keys: [key] }).verify(request))).toBe('accepted');
    }
  });

  it('beyond four that could count are refused', async () => {
    let request = await gateOf({ label: 'l0', tag: 't0' }).sign(draft);
    for (const n of [1, 2, 3, 4]) {
      if (n === 4) expect(said(await gateOf().verify(request))).toBe('accepted');
      request = await gateOf({ label: `l${n}`, tag: `t${n}` }).sign(request);
    }
    expect(said(await gateOf().verify(request))).toBe('malformed-signature');
    expect(said(await gateOf({ label: 'l4' }).verify(request))).toBe('accepted');
  });
});

describe.each([
  { algorithm: 'ed25519', pair: generateKeyPairSync('ed25519') },
  { algorithm: 'ecdsa-p256-sha256', pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  { algorithm: 'ecdsa-p384-sha384', pair: generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
  { algorithm: 'rsa-pss-sha512', pair: RSA_PAIR },
  { algorithm: 'rsa-v1_5-sha256', pair: RSA_PAIR },
] as const)('under $algorithm', ({ algorithm, pair }) => {
  const pem = (half: 'public' | 'private'): string =>
    half === 'public'
      ? pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
      : pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const gate = (half: 'public' | 'private', named: MessageSignatureAlgorithm = algorithm): Gate =>
    gateOf({ algorithm: named }, { keys: [{ id: 'k1', secret: pem(half) }] });

  it('what the private key signs the public key proves', async () => {
    const signed = await gate('private').sign(draft);
    expect(said(await gate('public').verify(signed))).toBe('accepted');
    expect(said(await gate('public').verify({ ...signed, method: 'PUT' }))).toBe('signature-mismatch');
    const text = signed.headers.get('signature') as string;
    const cut = withHeader(signed, 'Signature', `sig1=:${text.slice(10)}`);
    expect(said(await gate('public').verify(cut))).not.toBe('accepted');
  });

  it('says at first use that a key is of another kind', async () => {
    const other = algorithm === 'ed25519' ? 'ecdsa-p384-sha384' : 'ed25519';
    await expect(async () => gate('private', other).sign(draft)).rejects.toThrow();
  });
});

describe('a gate that demands little', () => {
  it.each([
    { components: ['@method'], input: '("@method")', covered: ['method', 'timestamp'] },
    { components: 'none', input: '()', covered: ['timestamp'] },
  ])('$components: signs $input, and says what is open', async ({ components, input, covered }) => {
    const gate = gateOf({ components });
    const signed = await gate.sign({ method: 'GET', url: 'https://shop.example/a' });
    expect(signed.headers.get('signature-input')).toMatch(`sig1=${input};created=`);
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
    expect(gate.coverage.covered).toEqual(covered);
    expect(sentencesOf(gate).join()).toMatch(/with another [^.]*path/);
    const more = await gateOf({ components: ['@method', '@path'] }).sign({ method: 'GET', url: '/a' });
    expect(await gate.verify(more)).toMatchObject({ ok: true });
  });
});

describe('what an operator sees', () => {
  it('covers what the policy asks for', () => {
    expect(gateOf().coverage).toMatchObject({
      covered: ['method', 'host', 'path', 'query', 'body', 'timestamp'],
      // What a sender may cover in place of @target-uri does not have it.
      open: ['scheme', 'id', 'type'],
      replay: 'message',
      warnings: expect.arrayContaining([{ code: 'equal-requests', within: 'second' }]),
    });
    expect(gateOf({ required: ['created', 'nonce'] }).coverage).toMatchObject({
      open: ['scheme', 'type'],
      replay: 'signed-id',
      warnings: [{ code: 'repeat-in-time', pastMs: 300_000 }],
    });
    const open = gateOf({ components: ['@path'], required: 'none' }).coverage;
    expect(open.covered).toEqual(['path']);
    expect(open.warnings).toContainEqual({ code: 'no-time' });
  });

  it('shows the signature base, and no signature', async () => {
    const gate = gateOf();
    const explanation = await explain(await gate.sign(draft), gate);
    expect(Buffer.from(explanation.messages[0]?.bytes ?? []).toString()).toBe(
      [
        '"@method": POST',
        '"@target-uri": https://shop.example/orders?page=1',
        '"content-digest": sha-256=:He/ZqtSuiMEH686prONGTTH2l8dz2APwQT3hbA1CGYQ=:',
        '"@signature-params": ("@method" "@target-uri" "content-digest");created=1760000000;keyid="k1"',
      ].join('\n'),
    );
    expect(explanation.messages).toHaveLength(1);
  });

  it.each([
    { options: { algorithm: 'none' }, message: /provider\.algorithm/ },
    { options: { components: ['@status'] }, message: /components: @status is a part of responses/ },
    { options: { components: ['X-Id'] }, message: /neither a lower-case field name/ },
    { options: { components: ['x"y'] }, message: /is not a component/ },
    { options: { required: ['time'] }, message: /"time" is not a parameter/ },
    { options: { label: 'A' }, message: /"A" is not a label/ },
    { options: { origin: 'shop.example' }, message: /is not an origin/ },
    { options: { origin: 'https://shop.example/' }, message: /is not an origin/ },
    { options: { structuredFields: { 'x-a': 'map' } }, message: /structuredFields\.x-a/ },
    { options: { componets: ['x'] }, message: /Did you mean components\?/ },
  ])('is told at start of $options', ({ options, message }) => {
    expect(() => gateOf(options)).toThrow(message);
  });

  it('is told what a draft lacks', async () => {
    const gate = gateOf({ components: ['x-tenant'] });
    await expect(async () => gate.sign(draft)).rejects.toThrow(/"x-tenant", which is not in the request/);
    const broken = { ...draft, headers: { ...draft.headers, Signature: 'a' } };
    expect(said(await gateOf().verify(await gateOf().sign(draft)))).toBe('accepted');
    await expect(async () =>
      gateOf().sign({ ...broken, headers: { ...broken.headers, Signature: 'A' } }),
    ).rejects.toThrow(/field signature is not a dictionary/);
  });
});
