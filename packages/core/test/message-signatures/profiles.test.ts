/** The profiles of message signatures: what each demands, by its own published vectors where there are some; and UCP’s idempotency keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  done,
  type GateOptions,
  MemoryReplayGuard,
  type ReplayGuard,
  requestFrom,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { NOW, wordOf } from '../tokens/mint.ts';
import { ED25519, handSigned, P256, P384, RSA, SECONDS, thumbprintOf } from './support/hand-signed.ts';

interface AdcpCase {
  readonly id: string;
  readonly profile: 'adcp' | 'adcp-webhook';
  readonly name: string;
  readonly now: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly keys: readonly object[];
  readonly expect: string;
}

const file = join(import.meta.dirname, '../../../../vectors/adcp/signatures.json');
const adcp: readonly AdcpCase[] = JSON.parse(readFileSync(file, 'utf8')).cases;

/**
 * Where another verdict is right: its list of revoked keys, and its bound on nonces, are the caller’s own; @target-uri says whatever
 * @authority does; a path is compared as it was sent.
 */
const DECIDED: Readonly<Record<string, string>> = {
  'webhook-signing/negative/005-missing-authority-component': 'accepted',
  'webhook-signing/negative/016-replayed-nonce': 'accepted',
  'webhook-signing/negative/017-key-revoked': 'accepted',
  'webhook-signing/negative/018-rate-abuse': 'accepted',
  'webhook-signing/negative/019-revocation-stale': 'accepted',
  'webhook-signing/positive/005-percent-encoded-path': 'signature-mismatch',
};

/** The engine’s reason for each of theirs. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  accept: ['accepted'],
  tag_invalid: ['missing-signature'],
  window_invalid: ['expired', 'malformed-timestamp'],
  alg_not_allowed: ['algorithm-not-allowed'],
  components_incomplete: ['missing-part'],
  key_unknown: ['unknown-key'],
  key_purpose_invalid: ['unknown-key'],
  digest_mismatch: ['signature-mismatch'],
  header_malformed: ['malformed-signature', 'missing-signature'],
  // Of the vectors that lack a parameter the signature is another’s, so that it may be refused for either.
  params_incomplete: ['missing-part', 'signature-mismatch', 'missing-timestamp'],
  invalid: ['signature-mismatch'],
  target_uri_malformed: ['signature-mismatch'],
};

function adcpRequest({ method, url, headers, body }: AdcpCase) {
  const { host } = new URL(url);
  return requestFrom({
    method,
    url: url.slice(url.indexOf('/', 'https://'.length)),
    headers: { host, ...headers },
    body,
  });
}

describe('the vectors of AdCP', () => {
  it.each(adcp)('$id: $name', async (example) => {
    const gate = createGate({
      provider: {
        id: 'http-message-signatures',
        profile: example.profile,
        jwks: 'https://seller.example/jwks.json',
      },
      fetch: async () => new Response(JSON.stringify({ keys: example.keys })),
      now: () => example.now * 1000,
    });
    const word = wordOf(await gate.verify(adcpRequest(example)));
    const expected = example.expect.replace(/^(?:webhook|request)_(?:signature_)?/, '');
    const decided = DECIDED[example.id];
    if (decided === undefined) expect(REASONS[expected]).toContain(word);
    else expect(word).toBe(decided);
  });

  it('a nonce is taken once', async () => {
    const example = adcp.find(({ id }) => id.endsWith('positive/001-basic-post')) as AdcpCase;
    const gate = createGate({
      provider: { id: 'http-message-signatures', profile: 'adcp-webhook' },
      keys: [JSON.stringify({ keys: example.keys })],
      now: () => example.now * 1000,
    });
    const receive = () => gate.receive(adcpRequest(example), () => done('done'));
    expect(await receive()).toMatchObject({ kind: 'done' });
    expect(await receive()).toMatchObject({ verdict: { reason: 'replayed' } });
  });
});

const TAP_COVERS = ['@authority', '@path'];
const tapParameters = (tag: string, more: object = {}) => {
  const { expires = SECONDS + 480, nonce = 'n1', alg = 'ed25519' } = more as Record<string, unknown>;
  return `;created=${SECONDS};expires=${expires};keyid="${thumbprintOf(ED25519.jwk)}";alg="${alg}";nonce="${nonce}";tag="${tag}"`;
};

describe('the profile of Visa’s Trusted Agent Protocol', () => {
  const gate = createGate({
    provider: { id: 'http-message-signatures', profile: 'visa-tap' },
    keys: [JSON.stringify(ED25519.jwk)],
    now: () => NOW,
  });
  const verify = (parameters: string, covers: readonly string[] = TAP_COVERS) =>
    gate.verify(handSigned({ covers, parameters }));

  it.each(['agent-browser-auth', 'agent-payer-auth'])('takes %s', async (tag) => {
    expect(wordOf(await verify(tapParameters(tag)))).toBe('accepted');
    expect(wordOf(await verify(tapParameters(tag, { alg: 'Ed25519' })))).toBe('accepted');
  });

  it('takes no other tag, no longer time, no time that ends before it begins, and nothing less covered', async () => {
    expect(await verify(tapParameters('web-bot-auth'))).toMatchObject({
      message: 'the request has no signature tagged agent-browser-auth or agent-payer-auth',
    });
    expect(await verify(tapParameters('agent-payer-auth', { expires: SECONDS + 481 }))).toMatchObject({
      reason: 'malformed-timestamp',
      message: 'the signature is for 8 min 1 s, from created to expires; at most 8 min are taken',
      remedy: 'Have the sender sign for a shorter time.',
    });
    expect(await verify(tapParameters('agent-payer-auth', { expires: SECONDS }))).toMatchObject({
      reason: 'malformed-timestamp',
      message: 'the signature’s expires is not later than its created',
      remedy: 'Have the sender sign with an expires that follows its created.',
    });
    expect(wordOf(await verify(tapParameters('agent-payer-auth'), ['@authority']))).toBe('missing-part');
  });
});

const UCP_COVERS = [
  '@method',
  '@authority',
  '@path',
  'ucp-agent',
  'idempotency-key',
  'content-digest',
  'content-type',
];
const UCP_HEADERS = {
  'ucp-agent': 'profile="https://platform.example/.well-known/ucp"',
  'content-type': 'application/json',
};

interface UcpRequest {
  readonly key?: string;
  readonly body?: string;
  readonly path?: string;
  readonly parameters?: string;
  readonly pair?: typeof P256;
}

function ucpRequest({
  key = 'k-1',
  body = '{"a":1}',
  path = '/checkout-sessions',
  parameters = ';keyid="platform-2026"',
  pair = P256,
}: UcpRequest = {}) {
  return handSigned({
    pair,
    covers: UCP_COVERS,
    parameters,
    path,
    body,
    headers: { ...UCP_HEADERS, 'idempotency-key': key },
  });
}

const ucpGate = (more: Partial<GateOptions> = {}, options: object = {}) =>
  createGate({
    provider: { id: 'http-message-signatures', profile: 'ucp', agents: 'any', ...options } as never,
    fetch: async () =>
      new Response(
        JSON.stringify({ ucp: {}, keys: [{ ...P256.jwk, kid: 'platform-2026', use: 'sig', alg: 'ES256' }] }),
      ),
    now: () => NOW,
    ...more,
  });

describe('the profile of UCP', () => {
  it('takes the keys of the profile that UCP-Agent names, and its host is the sender', async () => {
    const asked: string[] = [];
    const gate = ucpGate({
      fetch: async (url) => {
        asked.push(String(url));
        return new Response(JSON.stringify({ signing_keys: [{ ...P256.jwk, kid: 'platform-2026' }] }));
      },
    });
    expect(await gate.verify(ucpRequest())).toMatchObject({ ok: true, keyId: 'platform.example', id: 'k-1' });
    expect(asked).toEqual(['https://platform.example/.well-known/ucp']);
  });

  it.each([
    ['P-256', P256],
    ['P-384', P384],
    ['Ed25519', ED25519],
    ['RSA', RSA],
  ])('takes whatever algorithm the key is for: %s', async (_, pair) => {
    const gate = ucpGate({
      fetch: async () =>
        new Response(
          JSON.stringify({
            keys: [
              { kty: 'EC', crv: 'secp256k1' },
              { ...pair.jwk, kid: 'platform-2026' },
            ],
          }),
        ),
    });
    expect(wordOf(await gate.verify(ucpRequest({ pair })))).toBe('accepted');
  });

  it('leaves out keys for something else, and all of those that share an id', async () => {
    const verdictOf = (...keys: readonly object[]) =>
      ucpGate({ fetch: async () => new Response(JSON.stringify({ keys })) }).verify(ucpRequest());
    const key = { ...P256.jwk, kid: 'platform-2026' };
    expect(wordOf(await verdictOf({ ...key, use: 'enc' }))).toBe('unknown-key');
    expect(wordOf(await verdictOf({ ...key, key_ops: ['sign'] }))).toBe('unknown-key');
    expect(wordOf(await verdictOf({ ...key, alg: 'ES384' }))).toBe('unknown-key');
    expect(wordOf(await verdictOf({ ...key, alg: 'HS256' }))).toBe('unknown-key');
    expect(wordOf(await verdictOf({ kty: 'oct', k: 'AAAA', kid: 'platform-2026' }))).toBe('unknown-key');
    expect(wordOf(await verdictOf({ ...P384.jwk, kid: 'platform-2026' }, key))).toBe('unknown-key');
    expect(wordOf(await verdictOf(key, key))).toBe('accepted');
    expect(wordOf(await verdictOf('key' as never, { ...P256.jwk, kid: 1 }, key))).toBe('accepted');
  });

  it.each(UCP_COVERS)('demands that %s is covered where the request has it', async (name) => {
    const gate = ucpGate({}, { agents: undefined, jwks: 'https://platform.example/.well-known/ucp' });
    const covers = UCP_COVERS.filter((component) => component !== name);
    const request = handSigned({
      pair: P256,
      covers,
      parameters: ';keyid="platform-2026"',
      body: '{}',
      headers: { ...UCP_HEADERS, 'idempotency-key': 'k', 'content-digest': 'sha-256=:AA==:' },
    });
    expect(await gate.verify(request)).toMatchObject({
      reason: 'missing-part',
      message: `the signature does not cover "${name}", which the gate requires`,
    });
  });

  it('demands the query of a target that has one, and no more than the target of a plain GET', async () => {
    const gate = ucpGate({}, { agents: undefined, jwks: 'https://platform.example/.well-known/ucp' });
    const get = (path: string, covers = ['@method', '@authority', '@path']) =>
      gate.verify(
        handSigned({ pair: P256, method: 'GET', path, covers, parameters: ';keyid="platform-2026"' }),
      );
    expect(wordOf(await get('/checkout-sessions/1'))).toBe('accepted');
    expect(wordOf(await get('/checkout-sessions?after=1'))).toBe('missing-part');
    expect(
      wordOf(await get('/checkout-sessions?after=1', ['@method', '@authority', '@path', '@query'])),
    ).toBe('accepted');
  });

  it('passes over signatures for another purpose, and takes the next', async () => {
    const gate = ucpGate({}, { agents: undefined, jwks: 'https://platform.example/.well-known/ucp' });
    const foreign = ';keyid="platform-2026";tag="adcp/request-signing/v1"';
    expect(await gate.verify(ucpRequest({ parameters: foreign }))).toMatchObject({
      reason: 'missing-signature',
      message: 'the request has no signature tagged not at all or web-bot-auth',
    });
    const [foreignRequest, ownRequest] = [ucpRequest({ parameters: foreign }), ucpRequest()];
    const headers = ownRequest.headers
      .with(
        'Signature-Input',
        `${foreignRequest.headers.get('signature-input')?.replace('sig1', 'other')}, ${ownRequest.headers.get('signature-input')}`,
      )
      .with(
        'Signature',
        `${foreignRequest.headers.get('signature')?.replace('sig1', 'other')}, ${ownRequest.headers.get('signature')}`,
      );
    expect(wordOf(await gate.verify({ ...ownRequest, headers }))).toBe('accepted');
  });
});

describe('an idempotency key', () => {
  const receive = (gate: ReturnType<typeof ucpGate>, request: UcpRequest = {}, answer?: Uint8Array) =>
    gate.receive(ucpRequest(request), () => done('done', answer));
  const other = {
    reason: 'replayed',
    message: 'another request came before under the same id',
    remedy:
      'The sender must give each request an id of its own, and send the same bytes again where it tries again.',
  };

  it('sent again with the same body is a repeat, with the first answer', async () => {
    const gate = ucpGate();
    const answer = Uint8Array.of(1, 2, 3);
    expect(await receive(gate, {}, answer)).toMatchObject({ kind: 'done' });
    for (const parameters of [';keyid="platform-2026"', `;created=${SECONDS};keyid="platform-2026"`])
      expect(await receive(gate, { parameters })).toMatchObject({
        kind: 'refused',
        verdict: { reason: 'replayed', repeat: { state: 'committed', answer } },
      });
  });

  it('sent again with another body is refused, is never given the first answer, and changes nothing', async () => {
    const gate = ucpGate();
    await receive(gate, {}, Uint8Array.of(1));
    for (let i = 0; i < 3; i++) {
      const refused = await receive(gate, { body: '{"a":2}' });
      expect(refused).toMatchObject({ kind: 'refused', verdict: other });
      expect(refused.kind === 'refused' && refused.verdict.repeat).toBeUndefined();
    }
    expect(await receive(gate)).toMatchObject({ verdict: { repeat: { state: 'committed' } } });
  });

  it('is of one operation, and of one sender', async () => {
    const gate = ucpGate();
    expect(await receive(gate)).toMatchObject({ kind: 'done' });
    expect(await receive(gate, { path: '/checkout-sessions/1/complete' })).toMatchObject({ kind: 'done' });
    expect(await receive(gate, { key: 'k-2' })).toMatchObject({ kind: 'done' });
    const request = handSigned({
      pair: P256,
      covers: UCP_COVERS,
      parameters: ';keyid="platform-2026"',
      path: '/checkout-sessions',
      body: '{"a":1}',
      headers: {
        ...UCP_HEADERS,
        'ucp-agent': 'profile="https://rival.example/.well-known/ucp"',
        'idempotency-key': 'k-1',
      },
    });
    expect(await gate.receive(request, () => done(1))).toMatchObject({ kind: 'done' });
  });

  it('of a request that failed is free: the sender may correct it', async () => {
    const gate = ucpGate();
    const failed = await gate.receive(ucpRequest(), () => ({ kind: 'failed', value: 1 }));
    expect(failed).toMatchObject({ kind: 'failed' });
    expect(await receive(gate, { body: '{"a":2}' })).toMatchObject({ kind: 'done' });
    expect(await receive(gate)).toMatchObject({ verdict: other });
  });

  it('while the first is on its way: the sender is told to come again, whatever it sends', async () => {
    const gate = ucpGate();
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const first = gate.receive(ucpRequest(), async () => {
      begun.resolve();
      await end.promise;
      return done('done');
    });
    await begun.promise;
    for (const body of ['{"a":1}', '{"a":2}'])
      expect(await receive(gate, { body })).toMatchObject({
        verdict: { reason: 'replayed', repeat: { state: 'in-flight' } },
      });
    end.resolve();
    expect(await first).toMatchObject({ kind: 'done' });
    expect(await receive(gate, { body: '{"a":2}' })).toMatchObject({ verdict: other });
  });

  it('is kept for 24 hours', async () => {
    const clock = fakeClock(NOW);
    const replay = new MemoryReplayGuard();
    const gate = ucpGate({ now: clock.now, replay });
    await receive(gate);
    clock.advance(24 * 3_600_000 - 1);
    expect(await receive(gate, { body: '{"a":2}' })).toMatchObject({ verdict: other });
    expect(await receive(gate)).toMatchObject({ verdict: { reason: 'replayed' } });
    clock.advance(24 * 3_600_000 + 1);
    expect(await receive(gate, { body: '{"a":2}' })).toMatchObject({ kind: 'done' });
  });

  it('is kept for as long where its signature was for a minute', async () => {
    const clock = fakeClock(NOW);
    const gate = ucpGate({ now: clock.now });
    const soon = (seconds: number) => `;created=${seconds};expires=${seconds + 60};keyid="platform-2026"`;
    await receive(gate, { parameters: soon(SECONDS) });
    clock.advance(24 * 3_600_000 - 1000);
    const parameters = soon(SECONDS + 24 * 3600 - 1);
    expect(await receive(gate, { parameters, body: '{"a":2}' })).toMatchObject({ verdict: other });
    expect(await receive(gate, { parameters })).toMatchObject({ verdict: { reason: 'replayed' } });
    expect(gate.coverage.warnings.map(({ code }) => code)).toContain('no-time');
  });

  it('is refused where what remembers it cannot be asked, for the id or for the rest of it', async () => {
    const away = { state: 'unavailable', problem: 'gone' } as const;
    const memory = new MemoryReplayGuard();
    let isAway = true;
    let begun = 0;
    const replay: ReplayGuard = {
      begin: (identity, nowMs, leaseMs) =>
        isAway || begun++ === 3 ? away : memory.begin(identity, nowMs, leaseMs),
      renew: (identity, nowMs, leaseMs) => memory.renew(identity, nowMs, leaseMs),
      commit: (identity, untilMs, answer, freshUntilMs) =>
        memory.commit(identity, untilMs, answer, freshUntilMs),
      abort: (identity) => memory.abort(identity),
    };
    const gate = ucpGate({ replay });
    expect(await receive(gate)).toMatchObject({ verdict: { reason: 'replay-guard-unavailable' } });
    isAway = false;
    expect(await receive(gate)).toMatchObject({ kind: 'done' });
    expect(await receive(gate)).toMatchObject({ verdict: { reason: 'replay-guard-unavailable' } });
  });
});

describe('what a gate of a profile signs', () => {
  const draft = {
    method: 'POST',
    url: 'https://api.example/checkout-sessions?a=1',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1' },
    body: '{}',
  };
  it.each(['web-bot-auth', 'ucp', 'adcp', 'visa-tap'])('%s is what it takes', async (profile) => {
    const gate = createGate({
      provider: writtenProvider('http-message-signatures', { profile, algorithm: 'ed25519' }),
      keys: [{ id: 'k', secret: ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }],
      now: () => NOW,
    });
    expect(await gate.verify(await gate.sign(draft))).toMatchObject({ ok: true, keyId: 'k' });
    const bare = await gate.sign({ method: 'GET', url: 'https://api.example/a' });
    expect(wordOf(await gate.verify(bare))).toBe('accepted');
  });

  it('needs the type of a body that is to be covered', async () => {
    const gate = createGate({
      provider: writtenProvider('http-message-signatures', { profile: 'ucp', algorithm: 'ed25519' }),
      keys: [{ id: 'k', secret: ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }],
      now: () => NOW,
    });
    await expect(async () => gate.sign({ ...draft, headers: {} })).rejects.toThrow(
      'the signature covers "content-type", which is not in the request',
    );
    expect(gate.coverage.covered).toEqual(expect.arrayContaining(['body', 'query', 'id']));
  });
});

describe('a profile in a text', () => {
  it('is the provider’s', async () => {
    const options = { profile: 'ucp', agents: ['platform.example'] };
    const gates = [
      ucpGate({ provider: writtenProvider('http-message-signatures', options) }),
      ucpGate({
        provider: undefined as never,
        scheme: writtenScheme({ type: 'http-message-signatures', ...options }),
      }),
    ];
    for (const gate of gates) {
      expect(await gate.verify(ucpRequest())).toMatchObject({
        ok: true,
        keyId: 'platform.example',
        id: 'k-1',
      });
      expect(wordOf(await gate.verify(ucpRequest({ parameters: ';keyid="x"' })))).toBe('unknown-key');
      expect(gate.coverage.covered).toContain('id');
    }
  });
});
