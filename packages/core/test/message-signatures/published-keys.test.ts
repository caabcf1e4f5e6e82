/** Keys that say themselves what they are for: listed, or at one address; and what of the options about them cannot be. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type GateOptions, SetupError, writtenScheme } from '../../src/index.ts';
import { messageSignatureRecipe } from '../../src/message-signature-recipe.ts';
import { NOW, wordOf } from '../tokens/mint.ts';
import {
  ED25519,
  handSigned,
  P256,
  P384,
  pairOf,
  RSA,
  SECONDS,
  thumbprintOf,
} from './support/hand-signed.ts';

const OTHER = pairOf(generateKeyPairSync('ed25519'));
const COMPONENTS = ['@method', '@authority', '@path'];

const gateOf = (options: object, more: Partial<GateOptions> = {}) =>
  createGate({
    provider: { id: 'http-message-signatures', components: COMPONENTS, ...options } as never,
    now: () => NOW,
    ...more,
  });
const listed = (keys: GateOptions['keys'], options: object = {}) =>
  gateOf({ algorithm: 'of-key', ...options }, keys === undefined ? {} : { keys });
const named = (keyid: string) => `;created=${SECONDS};keyid="${keyid}"`;

const setupError = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SetupError) return `${error.option}: ${error.problem}. ${error.remedy}`;
  }
  throw new Error('it is not refused');
};

describe('a listed key', () => {
  const pairs = { Ed25519: ED25519, 'P-256': P256, 'P-384': P384, RSA } as const;

  it.each(Object.entries(pairs))('of %s says itself what it is for', async (_, pair) => {
    const gate = listed([{ id: 'k', secret: JSON.stringify(pair.jwk) }]);
    expect(await gate.verify(handSigned({ pair, parameters: named('k') }))).toMatchObject({
      ok: true,
      keyId: 'k',
    });
    expect(wordOf(await gate.verify(handSigned({ pair })))).toBe('accepted');
    expect(wordOf(await gate.verify(handSigned({ pair, parameters: named('x') })))).toBe('unknown-key');
    expect(wordOf(await gate.verify(handSigned({ pair, parameters: `;created=${SECONDS}` })))).toBe(
      'accepted',
    );
    expect(gate.keys.list()).toMatchObject([{ id: 'k', state: 'active', hits: 3 }]);
  });

  it('is one of a set, by its kid, its thumbprint, or whichever proves', async () => {
    const set = { keys: [{ ...P256.jwk, kid: 'p' }, ED25519.jwk] };
    const gate = listed([JSON.stringify(set)]);
    const ids = ['p', 'key-2'];
    expect(gate.keys.list().map(({ id }) => id)).toEqual(ids);
    expect(await gate.verify(handSigned({ pair: P256, parameters: named('p') }))).toMatchObject({
      keyId: 'p',
    });
    expect(await gate.verify(handSigned())).toMatchObject({ keyId: 'key-2' });
    expect(wordOf(await gate.verify(handSigned({ parameters: named('p') })))).toBe('signature-mismatch');
  });

  it('is named by its thumbprint alone, where that is demanded', async () => {
    const gate = listed([JSON.stringify({ ...ED25519.jwk, kid: 'p' })], { thumbprint: true });
    expect(wordOf(await gate.verify(handSigned()))).toBe('accepted');
    expect(wordOf(await gate.verify(handSigned({ parameters: named('p') })))).toBe('unknown-key');
    expect(wordOf(await gate.verify(handSigned({ parameters: `;created=${SECONDS}` })))).toBe('unknown-key');
  });

  it('has a state and a time, its own and its JWK’s', async () => {
    const secret = JSON.stringify(ED25519.jwk);
    expect(wordOf(await listed([{ id: 'k', secret, state: 'revoked' }]).verify(handSigned()))).toBe(
      'unknown-key',
    );
    expect(wordOf(await listed([{ id: 'k', secret, untilMs: NOW }]).verify(handSigned()))).toBe(
      'unknown-key',
    );
    const timed = JSON.stringify({ ...ED25519.jwk, exp: SECONDS + 1, nbf: SECONDS });
    const gate = listed([{ id: 'k', secret: timed, untilMs: NOW + 60_000, fromMs: NOW - 1 }]);
    expect(gate.keys.list()).toMatchObject([{ fromMs: NOW, untilMs: NOW + 1000 }]);
    expect(wordOf(await gate.verify(handSigned()))).toBe('accepted');
  });

  it('signs nothing, though it be private', async () => {
    const gate = listed([JSON.stringify(ED25519.privateKey.export({ format: 'jwk' }))]);
    expect(wordOf(await gate.verify(handSigned()))).toBe('accepted');
    expect(setupError(() => gate.sign({ method: 'GET', url: 'https://a.example/' }))).toBe(
      'keys: the keys of senders are public. To sign, give the gate a private key as PEM as its key, and the option algorithm, e.g. ed25519.',
    );
    expect(messageSignatureRecipe(gate.scheme)).toBeUndefined();
  });

  it('that has nothing to do with the request is looked for no further: one of HMAC proves nothing', async () => {
    const gate = listed([JSON.stringify(ED25519.jwk)]);
    const request = handSigned({ parameters: `;created=${SECONDS};alg="hmac-sha256"` });
    expect(await gate.verify(request)).toMatchObject({ reason: 'algorithm-not-allowed' });
  });

  it('must be a sound JWK', () => {
    const { jwk } = ED25519;
    const remedy = 'Give the sender’s public key as a JWK or a JWKS; or, of another form, set algorithm.';
    const saying = (key: unknown) =>
      setupError(() => listed([typeof key === 'string' ? key : JSON.stringify(key)]));
    const cases: readonly (readonly [unknown, string])[] = [
      ['secret', 'it is not the JSON of one key or of a set'],
      [ED25519.pem, 'it is not the JSON of one key or of a set'],
      ['{"kty":"OKP","kty":"EC"}', 'it is not the JSON of one key or of a set'],
      [{ keys: [] }, 'the set has no list of keys'],
      [{ keys: {} }, 'the set has no list of keys'],
      [{ keys: [1] }, 'it is not an object'],
      [{ kty: 'oct', k: 'AAAA' }, 'its kty and crv are none of Ed25519, P-256, P-384 and RSA'],
      [{ ...jwk, crv: 'Ed448' }, 'its kty and crv are none of Ed25519, P-256, P-384 and RSA'],
      [{ ...jwk, alg: 'ES256' }, 'its alg is none that a key of its type has'],
      [{ ...jwk, alg: 'none' }, 'its alg is none that a key of its type has'],
      [{ ...RSA.jwk, alg: 'PS256' }, 'its alg is none that a key of its type has'],
      [{ ...jwk, use: 'enc' }, 'its use is another than sig'],
      [{ ...jwk, key_ops: ['sign'] }, 'its key_ops has no verify'],
      [{ ...jwk, key_ops: 'verify' }, 'its key_ops is not a list'],
      [{ ...jwk, kid: 7 }, 'its kid is not a short text'],
      [{ ...jwk, kid: 'k'.repeat(257) }, 'its kid is not a short text'],
      [{ ...jwk, nbf: -1 }, 'its nbf is not a Unix time'],
      [{ ...jwk, exp: NOW }, 'its exp looks like milliseconds, where seconds are meant'],
      [{ ...jwk, x: 'AA' }, 'its x is not base64url of 32 bytes'],
      [{ ...P256.jwk, x: P256.jwk.y }, 'its x and y are not a point of P-256'],
    ];
    for (const [key, problem] of cases) expect(saying(key)).toBe(`keys[0].secret: ${problem}. ${remedy}`);
    expect(
      setupError(() => listed([JSON.stringify({ ...jwk, a: 'b' })], { keyMembers: { a: ['c', 'd'] } })),
    ).toBe(`keys[0].secret: its a is none of c, d. ${remedy}`);
  });

  it.each([{ a: 'b' }, { constructor: 'b' }, JSON.parse('{"__proto__":"b"}')])(
    'has what the profile demands of it, and %j besides',
    (keyMembers) => {
      const { jwk } = ED25519;
      const own = JSON.stringify({ ...jwk, adcp_use: 'request-signing' });
      const demands = { profile: 'adcp', keyMembers };
      const [name] = Object.keys(keyMembers);
      expect(setupError(() => listed([JSON.stringify({ ...jwk, a: 'b' })], demands))).toContain(
        'its adcp_use is none',
      );
      expect(setupError(() => listed([own], demands))).toContain(`its ${name} is none of b.`);
      const both = `${own.slice(0, -1)},${JSON.stringify(keyMembers).slice(1)}`;
      if (name !== '__proto__') expect(listed([both], demands).keys.list()).toHaveLength(1);
    },
  );

  it('is one of at most 16, each with an id of its own', () => {
    const secret = JSON.stringify(ED25519.jwk);
    expect(setupError(() => listed([]))).toBe('keys: the gate has no keys. Give at least one.');
    const keys = Array.from({ length: 17 }, () => ED25519.jwk);
    expect(setupError(() => listed([JSON.stringify({ keys })]))).toBe(
      'keys: there are 17; at most 16 are tried. Take out those that are no longer in use.',
    );
    expect(
      setupError(() =>
        listed([
          { id: 'a', secret },
          { id: 'a', secret },
        ]),
      ),
    ).toBe('keys: the id "a" occurs twice. Give each key its own id.');
  });
});

describe('keys at one address', () => {
  const ADDRESS = 'https://sender.example/jwks.json';
  const addressGate = (fetch: typeof globalThis.fetch, options: object = {}) =>
    gateOf({ jwks: ADDRESS, ...options }, { fetch });

  it('are asked for once, and each is known by its kid or thumbprint', async () => {
    let asked = 0;
    const gate = addressGate(async () => {
      asked++;
      return new Response(JSON.stringify({ keys: [ED25519.jwk, { ...P256.jwk, kid: 'p' }] }));
    });
    expect(gate.keys.list()).toEqual([{ id: 'jwks', state: 'active', hits: 0, warnings: [] }]);
    expect(await gate.verify(handSigned())).toMatchObject({ ok: true, keyId: thumbprintOf(ED25519.jwk) });
    expect(await gate.verify(handSigned({ pair: P256, parameters: named('p') }))).toMatchObject({
      keyId: 'p',
    });
    expect(wordOf(await gate.verify(handSigned({ parameters: `;created=${SECONDS}` })))).toBe('accepted');
    expect(await gate.verify(handSigned({ parameters: named('x') }))).toMatchObject({
      reason: 'unknown-key',
      message: 'none of the keys at the address has the id that the signature names, and is valid now',
      remedy:
        'Compare its keyid with what the sender publishes; a key that was added is seen once the cooldown of the last fetch is over.',
    });
    expect(asked).toBe(1);
    expect(gate.keys.list()).toMatchObject([
      { id: thumbprintOf(ED25519.jwk), hits: 2 },
      { id: 'p', hits: 1 },
    ]);
  });

  it('that cannot be had refuse each request, and say so where keys are shown', async () => {
    const gate = addressGate(async () => new Response('', { status: 404 }));
    expect(await gate.verify(handSigned())).toMatchObject({
      reason: 'keys-unavailable',
      message: 'the keys cannot be had: it answered 404',
    });
    expect(gate.keys.list()).toMatchObject([
      { warnings: [{ code: 'set-not-refreshed', fault: 'it answered 404' }] },
    ]);
  });

  it('that are left out are told of', async () => {
    const reports: string[] = [];
    const gate = gateOf(
      { jwks: ADDRESS },
      {
        fetch: async () =>
          new Response(
            JSON.stringify({
              keys: [{ kty: 'oct' }, 1, { ...ED25519.jwk, kid: 'a' }, { ...OTHER.jwk, kid: 'a' }],
            }),
          ),
        report: (problem) => reports.push(problem),
      },
    );
    expect(wordOf(await gate.verify(handSigned()))).toBe('unknown-key');
    expect(reports).toEqual([
      `${ADDRESS}: key 1 is left out: its kty and crv are none of Ed25519, P-256, P-384 and RSA.`,
      `${ADDRESS}: key 2 is left out: it is not an object.`,
      `${ADDRESS}: keys that share a kid are left out.`,
    ]);
  });
});

describe('what cannot be', () => {
  const saying = (options: object, more: Partial<GateOptions> = {}) =>
    setupError(() => gateOf(options, more)).replace(/^provider\./, '');
  const jwks = 'https://a.example/jwks.json';

  it.each<[object, string]>([
    [
      { jwks, algorithm: 'ed25519' },
      'algorithm: it is given, and each key that is fetched says itself what it is for. Leave algorithm out; or give the keys in the place of jwks and agents.',
    ],
    [
      { profile: 'ucp', algorithm: 'hmac-sha256' },
      'algorithm: it is hmac-sha256, and the profile’s signatures are by public keys. Leave algorithm out, and give the senders’ keys as JWKs; or set it to what the key is for.',
    ],
    [
      { profile: 'web-bot-auth', thumbprint: false },
      'thumbprint: it is false, and the profile names keys by their thumbprint. Leave it out.',
    ],
    [
      { thumbprint: true },
      'thumbprint: it is given, and algorithm fixes what keys are for whatever they say of themselves. Set algorithm to of-key, and give the keys as JWKs; or leave it out.',
    ],
    [
      { algorithm: 'ed25519', keyMembers: { a: 'b' } },
      'keyMembers: it is given, and algorithm fixes what keys are for whatever they say of themselves. Set algorithm to of-key, and give the keys as JWKs; or leave it out.',
    ],
    [
      { profile: 'adcp', keyMembers: { adcp_use: ['request-signing', 'anything'] } },
      'keyMembers.adcp_use: "anything" is none that the profile takes. Give some of request-signing, or leave it out.',
    ],
    [
      { agentHeader: 'ucp-agent' },
      'agentHeader: it is given, and no keys are fetched by it. Give agents: whose keys are taken, or any.',
    ],
    [{ jwks, agents: 'any' }, 'agents: it is given, and jwks too. Give one of them.'],
    [
      { agents: { maxAgeMs: 1000 } },
      'agents.of: it is not given. Name the agents whose requests are taken, or any.',
    ],
    [
      { jwks: 'http://a.example/' },
      'jwks: the address is not https: anyone on the way could put in keys of their own. Give an https address; http is taken for this machine only.',
    ],
    ...['10.0.0.1', 'localhost', 'http://a.example/k', 'a b.example', 'https://a.example/'].map(
      (text): [object, string] => [
        { agents: ['b.example', text] },
        `agents: "${text}" is neither the name of a host on the internet nor an https address of keys. Give e.g. agent.example, whose keys are under /.well-known; or the whole address of keys that are elsewhere.`,
      ],
    ),
    ...(
      [
        ['https://u:p@a.example/k', 'https://a.example/k'],
        ['a.example?token=1', 'a.example?…'],
      ] as const
    ).map(([text, shown]): [object, string] => [
      { agents: text },
      `agents: "${shown}" is neither the name of a host on the internet nor an https address of keys. Give e.g. agent.example, whose keys are under /.well-known; or the whole address of keys that are elsewhere.`,
    ]),
    [
      { profile: 'adcp', lifetime: 'unbounded' },
      'lifetime: it is unbounded, and the profile’s signatures have created. Leave it out.',
    ],
    [
      { profile: 'visa-tap', tag: ['agent-payer-auth', 'web-bot-auth'] },
      'tag: "web-bot-auth" is no tag of the profile. Give some of agent-browser-auth, agent-payer-auth, or leave it out.',
    ],
    [
      { profile: 'visa-tap', maxLifetimeMs: 480_001 },
      'maxLifetimeMs: it is 480001, and the profile has at most 480000. Give less, or leave it out.',
    ],
    [
      { profile: 'adcp', required: 'none' },
      'required: "none" is not a parameter. Some of created, expires, nonce, alg, keyid, tag, or none.',
    ],
    [
      { profile: 'adcp', whenPresent: '@status' },
      'whenPresent: @status is a part of responses. Give e.g. @method, @target-uri, content-digest, or the lower-case name of a header.',
    ],
  ])('%j', (options, words) => {
    expect(saying(options)).toBe(words);
  });

  it('keys beside those that are fetched', () => {
    const keys = [JSON.stringify(ED25519.jwk)];
    expect(saying({ jwks }, { keys })).toBe('keys: the gate has keys and jwks. Give one of them.');
    expect(saying({ agents: 'any' }, { keys })).toBe('keys: the gate has keys and agents. Give one of them.');
  });
});

describe('options beside a profile', () => {
  const gate = (options: object) => listed([JSON.stringify(ED25519.jwk)], options);
  const scheme = (options: object) =>
    createGate({
      scheme: writtenScheme({ type: 'http-message-signatures', ...options }),
      keys: [JSON.stringify(ED25519.jwk)],
      now: () => NOW,
    });
  const signed = (covers: readonly string[], more = '') =>
    handSigned({
      covers,
      parameters: `;created=${SECONDS};expires=${SECONDS + 60};keyid="${thumbprintOf(ED25519.jwk)}";tag="web-bot-auth"${more}`,
    });

  it('add to what it demands', async () => {
    for (const make of [gate, scheme]) {
      const bare = make({ profile: 'web-bot-auth', components: 'none' });
      expect(wordOf(await bare.verify(signed(['@authority'])))).toBe('accepted');
      expect(wordOf(await bare.verify(signed(['@method'])))).toBe('missing-part');
      const more = make({
        profile: 'web-bot-auth',
        components: '@path',
        required: 'nonce',
        maxLifetimeMs: 60_000,
      });
      expect(wordOf(await more.verify(signed(['@authority'], ';nonce="n"')))).toBe('missing-part');
      expect(wordOf(await more.verify(signed(['@authority', '@path'])))).toBe('missing-part');
      expect(await more.verify(signed(['@authority', '@path'], ';nonce="n"'))).toMatchObject({
        ok: true,
        id: 'n',
      });
      const shorter = make({ profile: 'web-bot-auth', components: 'none', maxLifetimeMs: 59_999 });
      expect(wordOf(await shorter.verify(signed(['@authority'])))).toBe('malformed-timestamp');
    }
  });

  it('make a time one of them', async () => {
    const ucp = gate({ profile: 'ucp', lifetime: 'bounded' });
    const request = (parameters: string) =>
      handSigned({
        method: 'GET',
        covers: COMPONENTS,
        parameters: `${parameters};keyid="${thumbprintOf(ED25519.jwk)}"`,
      });
    expect(wordOf(await ucp.verify(request('')))).toBe('missing-timestamp');
    expect(wordOf(await ucp.verify(request(`;created=${SECONDS}`)))).toBe('accepted');
  });

  it('may fix the algorithm of a key that is no JWK', async () => {
    const pem = createGate({
      provider: { id: 'http-message-signatures', profile: 'web-bot-auth', algorithm: 'ed25519' },
      keys: [
        {
          id: thumbprintOf(ED25519.jwk),
          secret: ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        },
      ],
      now: () => NOW,
    });
    expect(wordOf(await pem.verify(signed(['@authority'])))).toBe('accepted');
    const draft = { method: 'GET', url: 'https://api.example/orders', timestampMs: NOW };
    const request = await pem.sign(draft);
    expect(request.headers.get('signature-input')).toBe(
      `sig1=("@authority");created=${SECONDS};keyid="${thumbprintOf(ED25519.jwk)}";expires=${SECONDS + 86_400};tag="web-bot-auth"`,
    );
    expect(wordOf(await pem.verify(request))).toBe('accepted');
  });
});
