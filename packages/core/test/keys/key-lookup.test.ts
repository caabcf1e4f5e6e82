/** Keys that a function finds by what a request names: judged as a list’s, asked for seldom, and refused when in doubt. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { explain } from '../../src/explain/index.ts';
import { createGate as createImportedGate } from '../../src/imported-gate.ts';
import {
  createGate,
  done,
  type KeyFunction,
  type KeyLookupOptions,
  type KeySpec,
  MemoryReplayGuard,
  replyTo,
  requestFrom,
  type SignedRequest,
  withOptions,
  writtenProvider,
} from '../../src/index.ts';
import { hmac as hmacProvider } from '../../src/providers/hmac.ts';
import { bearer, ED25519 as ED25519_PAIR, mint, P256, wordOf } from '../tokens/mint.ts';
import { DRAFT, EC, ED25519, NOW, pkcs8Of, RSA, SECRET_SCHEMES, spkiOf } from './key-fixtures.ts';
import { byTenant, gateOf, hmac, requestOf, secretOf, wordsOf } from './looked-up.ts';

/** Hands over what the types forbid. */
const untyped = <T>(value: unknown): T => value as T;

describe('what the function is told', () => {
  it.each<[string, object, () => SignedRequest | Promise<SignedRequest>, string | undefined]>([
    ['the id in the header that names the key', hmac, () => requestOf('tenant-7'), 'tenant-7'],
    [
      'the kid of a token of secrets',
      { provider: 'jwt-bearer' },
      () => bearer(mint('HS256', secretOf('tenant-7'), { header: { kid: 'tenant-7' } })),
      'tenant-7',
    ],
    [
      'the kid of a token of public keys',
      { provider: { id: 'jwt-bearer', algorithm: 'ES256' } },
      () => bearer(mint('ES256', P256.privateKey, { header: { kid: 'tenant-7' } })),
      'tenant-7',
    ],
    ['no id, where the request names none', { provider: 'github' }, () => requestFrom(DRAFT), undefined],
    [
      'no id of a token without one',
      { provider: 'jwt-bearer' },
      () => bearer(mint('HS256', secretOf('tenant-7'))),
      undefined,
    ],
  ])('%s', async (_, chosen, make, keyId) => {
    const { gate, hints } = gateOf(async () => [], { id: 'shop', ...chosen });
    const request = await make();
    const headers = [...request.headers, ['x-hub-signature-256', `sha256=${'ab'.repeat(32)}`]] as const;
    const word = wordOf(await gate.verify({ ...request, headers: untyped(headers) }));
    expect(word).toBe('unknown-key');
    expect(hints).toEqual([{ gate: 'shop', provider: gate.provider, keyId }]);
    expect(Object.isFrozen(hints[0])).toBe(true);
  });

  it('nothing of an id that is longer than one is', async () => {
    const { gate, hints } = gateOf(byTenant);
    const long = `tenant${'-'.repeat(250)}`;
    expect(await wordsOf(gate, [await requestOf(long), await requestOf(`${long}-`)])).toEqual([
      'accepted',
      'unknown-key',
    ]);
    expect(hints).toHaveLength(1);
  });
});

describe('what it finds', () => {
  it('proves requests, and the verdict has the id that it gave', async () => {
    const { gate } = gateOf(byTenant);
    expect(await gate.verify(await requestOf('tenant-7'))).toMatchObject({ ok: true, keyId: 'tenant-7/1' });
  });

  it('proves requests of a provider that is imported alone', async () => {
    const gate = createImportedGate({
      provider: withOptions(hmacProvider, { keyId: 'x-key-id' }),
      keys: byTenant,
      now: () => NOW,
    });
    expect(await wordsOf(gate, [await requestOf('tenant-7'), await requestOf('stranger')])).toEqual([
      'accepted',
      'unknown-key',
    ]);
  });

  it('proves nothing of another name', async () => {
    const { gate } = gateOf(byTenant);
    const stolen = await requestOf('tenant-7');
    const headers = stolen.headers.with('x-key-id', 'tenant-8');
    expect(wordOf(await gate.verify({ ...stolen, headers }))).toBe('signature-mismatch');
  });

  it.each<[string, object, string, () => string]>([
    ['HS256', {}, secretOf('a'), () => mint('HS256', secretOf('a'), { header: { kid: 'a' } })],
    [
      'ES256, a PEM',
      { algorithm: 'ES256' },
      P256.pem,
      () => mint('ES256', P256.privateKey, { header: { kid: 'a' } }),
    ],
    [
      'EdDSA, a JWK of that kid',
      { algorithm: 'EdDSA' },
      JSON.stringify({ ...ED25519_PAIR.jwk, kid: 'a' }),
      () => mint('EdDSA', ED25519_PAIR.privateKey, { header: { kid: 'a' } }),
    ],
  ])('proves tokens: %s', async (_, options, secret, token) => {
    const find: KeyFunction = async ({ keyId }) => (keyId === 'a' ? [{ id: 'mine', secret }] : []);
    const { gate } = gateOf(find, { provider: writtenProvider('jwt-bearer', { ...options }) });
    expect(wordOf(await gate.verify(bearer(token())))).toBe('accepted');
  });

  const OLD = { id: 'old', secret: secretOf('tenant-7') };
  it.each<[string, Partial<KeySpec>]>([
    ['revoked', { state: 'revoked' }],
    ['ended', { untilMs: NOW }],
    ['not yet valid', { fromMs: NOW + 1 }],
    ['next', { state: 'next' }],
    ['retiring', { state: 'retiring', untilMs: NOW + 1 }],
  ])('is judged as a list’s where it is %s', async (_, state) => {
    const key = { ...OLD, ...state };
    const request = await requestOf('tenant-7');
    const listed = createGate({ ...hmac, keys: [{ ...key, id: 'tenant-7' }], now: () => NOW });
    const { gate } = gateOf(async () => [key]);
    const [found, expected] = [await gate.verify(request), await listed.verify(request)];
    expect(wordOf(found)).toBe(wordOf(expected));
    if (found.ok || expected.ok) return;
    expect(found.message).toBe(expected.message.replaceAll('tenant-7', 'old'));
    expect(found.remedy).toBe(expected.remedy);
  });

  it('is judged by the clock of each request, and not by when it was found', async () => {
    const { gate, clock, hints } = gateOf(async () => [{ ...OLD, untilMs: NOW + 10 }]);
    const request = await requestOf('tenant-7');
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    clock.nowMs += 10;
    expect(wordOf(await gate.verify(request))).toBe('unknown-key');
    expect(hints).toHaveLength(1);
  });
});

/** Keys that a list is refused for, in the scheme of a shared secret. */
const BAD_KEYS: readonly (readonly [string, unknown])[] = [
  ['a public key in DER', { secret: spkiOf(RSA) }],
  ['a public key as PEM', RSA.publicKey.export({ type: 'spki', format: 'pem' })],
  ['a private key in DER', { secret: pkcs8Of(EC) }],
  ['a JWK of a public key', JSON.stringify(ED25519.publicKey.export({ format: 'jwk' }))],
  ['a key set', JSON.stringify({ keys: [EC.publicKey.export({ format: 'jwk' })] })],
  ['a public key in hex', { secret: spkiOf(EC).toString('hex'), encoding: 'hex' }],
  ['an empty text', ''],
  ['blanks', { secret: ' \n' }],
  ['no text', { id: 'a' }],
  ['nothing', undefined],
  ['a promise of one', Promise.resolve('x')],
  ['a key of an unknown member', { secret: 'abc', encodign: 'hex' }],
  ['a text that does not decode', { secret: 'abc', encoding: 'hex' }],
  ['a key of an unknown state', { secret: 'abc', state: 'dead' }],
];

describe('keys that a list is refused for', () => {
  it.each(
    SECRET_SCHEMES.filter(({ name }) =>
      ['github', 'jwt-bearer HS256', 'a template of sha256'].includes(name),
    ).flatMap(({ name, gate }) => BAD_KEYS.map(([what, key]) => ({ name, what, gate, key }))),
  )('$name: $what', async ({ name, gate: listed, key }) => {
    const problem = (() => {
      try {
        listed(untyped(key));
      } catch (error) {
        return error as { option: string; problem: string; remedy: string };
      }
      throw new Error('a list takes it');
    })();
    const chosen =
      name === 'a template of sha256'
        ? {
            provider: undefined,
            scheme: { algorithm: 'sha256', signature: 'x-signature', message: '{body}', timestamp: 'none' },
          }
        : { provider: name.split(' ')[0] };
    const { gate } = gateOf(async () => [untyped(key)], untyped(chosen));
    const request = await listed({ secret: Buffer.alloc(64, 'a secret:') }).sign(DRAFT);
    expect(await gate.verify(request)).toMatchObject({
      ok: false,
      reason: 'keys-unavailable',
      message: `what the function of keys returned is not taken: ${problem.option}: ${problem.problem}`,
      // A list of one key that is missing names the variable to set; a function may have its keys from anywhere.
      remedy: problem.remedy.includes('in the environment')
        ? expect.stringMatching(/^Give the key’s text/)
        : problem.remedy,
    });
  });

  it('two of one id', async () => {
    const { gate } = gateOf(async () => [
      { id: 'a', secret: 'x1' },
      { id: 'a', secret: 'x2' },
    ]);
    expect(await gate.verify(await requestOf('tenant-7'))).toMatchObject({ reason: 'keys-unavailable' });
  });

  it('a weak one is taken, and told of where the request is explained', async () => {
    const { gate } = gateOf(async () => [{ id: 'a', secret: 'changeme' }]);
    const { steps } = await explain(await requestOf('tenant-7'), gate);
    const found = steps.flatMap(({ lines }) => lines).find(({ label }) => label === 'keys found');
    expect(found?.value).toBe(
      'a; it is 8 bytes long; at least 16 are advised; it is a placeholder of an example, which anybody can guess',
    );
  });
});

const SECRET_OF_STORE = 'hunter2-of-the-database';
const hostile = (members: object): unknown =>
  new Proxy([], {
    get: () => {
      throw new Error(SECRET_OF_STORE);
    },
    ...members,
  });
const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

/** A promise of another library, or a broken one. */
const thenable = (then: () => void): unknown => Object.defineProperty({}, 'then', { value: then });

const FAR_TOO_MANY = between(100_000, 10_000_000);

/** Whatever else it does. */
const BAD_FUNCTIONS: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'throws',
    () => {
      throw new Error(SECRET_OF_STORE);
    },
    /^the function of keys failed \(Error\)$/,
  ],
  ['rejects', () => Promise.reject(new TypeError(SECRET_OF_STORE)), /failed \(TypeError\)$/],
  [
    'rejects with a code',
    () => Promise.reject(Object.assign(new Error(SECRET_OF_STORE), { code: 'ECONNREFUSED' })),
    /failed \(ECONNREFUSED\)$/,
  ],
  [
    'rejects with a code that is a sentence',
    () =>
      Promise.reject(Object.assign(new Error(''), { code: `at ${SECRET_OF_STORE}`, name: SECRET_OF_STORE })),
    /failed$/,
  ],
  ['rejects with nothing', () => Promise.reject(), /failed$/],
  ['rejects with a text', () => Promise.reject(SECRET_OF_STORE), /failed$/],
  ['returns nothing', () => undefined, /returned undefined$/],
  ['returns null', async () => null, /returned null$/],
  ['returns a text', async () => SECRET_OF_STORE, /returned a text$/],
  [
    'returns one key that is not a list',
    async () => ({ secret: SECRET_OF_STORE }),
    /returned a plain object$/,
  ],
  ['returns a Map', async () => new Map([['a', SECRET_OF_STORE]]), /returned an instance of Map$/],
  ['returns an iterator', async () => [SECRET_OF_STORE].values(), /returned /],
  [
    'returns 17 keys',
    async () => Array.from({ length: 17 }, () => SECRET_OF_STORE),
    /returned 17 keys; at most 16 are tried$/,
  ],
  ['returns far too many', async () => Array.from({ length: FAR_TOO_MANY }), /returned \d{6,} keys/],
  ['returns a list with a hole', async () => new Array(3), /is not taken: keys\[0\]: it is undefined$/],
  ['returns a list that cannot be read', async () => hostile({}), /./],
  ['returns a proxy that was revoked', async () => revoked(), /./],
  [
    'returns a key whose text throws',
    async () => [
      Object.defineProperty({}, 'secret', {
        enumerable: true,
        get: () => {
          throw new Error(SECRET_OF_STORE);
        },
      }),
    ],
    /returned what cannot be read$/,
  ],
  [
    'returns a promise that throws',
    () =>
      thenable(() => {
        throw new Error(SECRET_OF_STORE);
      }),
    /failed \(Error\)$/,
  ],
  ['does not answer', () => new Promise(() => {}), /did not answer within 10 ms$/],
  ['returns a promise that never settles', () => thenable(() => {}), /did not answer within 10 ms$/],
];

describe('a function that', () => {
  it.each(BAD_FUNCTIONS)('%s refuses the request, for now', async (_, find, says) => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const { gate } = gateOf(untyped(find), { keyLookup: { timeoutMs: 10 } });
    const request = await requestOf('tenant-7');
    const verdict = await gate.verify(request);
    expect(verdict).toMatchObject({ ok: false, reason: 'keys-unavailable', step: 'extract' });
    if (verdict.ok) return;
    expect(verdict.message).toMatch(says);
    expect(JSON.stringify(verdict)).not.toContain('hunter2');
    const received = await gate.receive(request, () => done('ran'));
    expect(received.kind).toBe('refused');
    expect(replyTo(received)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('fails after its time is over troubles nobody', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    let fail: (error: Error) => void = () => {};
    const { gate } = gateOf(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
      { keyLookup: { timeoutMs: 10 } },
    );
    expect(wordOf(await gate.verify(await requestOf('tenant-7')))).toBe('keys-unavailable');
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('finds none refuses the request as another key’s', async () => {
    const { gate } = gateOf(byTenant);
    const received = await gate.receive(await requestOf('stranger'), () => done('ran'));
    expect(received).toMatchObject({ kind: 'refused', verdict: { reason: 'unknown-key', step: 'extract' } });
    expect(replyTo(received).status).toBe(401);
  });
});

describe('the function is asked', () => {
  it('once for many requests of one name at once, and not again while its answer is young', async () => {
    const { gate, hints, clock } = gateOf(byTenant);
    const request = await requestOf('tenant-7');
    expect(
      new Set(
        await wordsOf(
          gate,
          Array.from({ length: 50 }, () => request),
        ),
      ),
    ).toEqual(new Set(['accepted']));
    clock.nowMs += 59_999;
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    expect(hints).toHaveLength(1);
    clock.nowMs += 1;
    await wordsOf(gate, [request, request]);
    expect(hints).toHaveLength(2);
  });

  it('at once where its answer is kept: a promise for the first request only', async () => {
    const { gate } = gateOf(byTenant, { provider: 'github', keys: async () => [secretOf('tenant')] });
    const sender = createGate({ provider: 'github', keys: [secretOf('tenant')] });
    const request = await sender.sign(DRAFT);
    const first = gate.verify(request);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toMatchObject({ ok: true });
    const { keys } = gate;
    expect(keys.find({ nowMs: NOW, namedKeyId: undefined, keyHints: [] })).not.toBeInstanceOf(Promise);
  });

  it.each<[KeyLookupOptions, number]>([
    [{ maxAgeMs: 1000 }, 1000],
    [{ maxAgeMs: 0 }, 0],
  ])('again after %o', async (keyLookup, ageMs) => {
    const { gate, hints, clock } = gateOf(byTenant, { keyLookup });
    const request = await requestOf('tenant-7');
    await gate.verify(request);
    clock.nowMs += ageMs;
    await gate.verify(request);
    expect(hints).toHaveLength(2);
  });

  it('so that a key that is taken away proves nothing once its age is over', async () => {
    let keys: readonly string[] = [secretOf('tenant-7')];
    const { gate, clock } = gateOf(async () => keys);
    const request = await requestOf('tenant-7');
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    keys = [];
    clock.nowMs += 60_000;
    expect(wordOf(await gate.verify(request))).toBe('unknown-key');
    expect(gate.keys.list()).toEqual([]);
  });

  it.each<[string, KeyFunction]>([
    ['none', async () => []],
    ['a failure', () => Promise.reject(new Error('down'))],
  ])('after %s for two seconds not again', async (_, find) => {
    const { gate, hints, clock } = gateOf(find);
    const request = await requestOf('tenant-7');
    for (let i = 0; i < 20; i++) await gate.verify(request);
    clock.nowMs += 1999;
    await gate.verify(request);
    expect(hints).toHaveLength(1);
    clock.nowMs += 1;
    await gate.verify(request);
    expect(hints).toHaveLength(2);
  });

  it('also where its last keys are old: those are not taken meanwhile', async () => {
    let isDown = false;
    const { gate, clock } = gateOf((hint) => (isDown ? Promise.reject(new Error('down')) : byTenant(hint)));
    const request = await requestOf('tenant-7');
    expect(wordOf(await gate.verify(request))).toBe('accepted');
    isDown = true;
    clock.nowMs += 60_000;
    expect(wordOf(await gate.verify(request))).toBe('keys-unavailable');
    isDown = false;
    clock.nowMs += 2000;
    expect(wordOf(await gate.verify(request))).toBe('accepted');
  });

  it('for a bounded number of names that are kept, the last used', async () => {
    const { gate, hints } = gateOf(byTenant, { keyLookup: { maxNames: 2 } });
    const [a, b, c] = await Promise.all(['tenant-a', 'tenant-b', 'tenant-c'].map((one) => requestOf(one)));
    for (const request of [a, b, a, c, a, b]) await gate.verify(request as SignedRequest);
    expect(hints.map(({ keyId }) => keyId)).toEqual(['tenant-a', 'tenant-b', 'tenant-c', 'tenant-b']);
    expect(gate.keys.list().map(({ id }) => id)).toEqual(['tenant-a/1', 'tenant-b/1']);
  });
});

describe('a flood of names that nobody has', () => {
  it('comes to 32 calls at a time; more are refused, and known names are asked for all the same', async () => {
    const waiting: (() => void)[] = [];
    let isSlow = false;
    const { gate, hints, clock } = gateOf(async (hint) => {
      if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
      return byTenant(hint);
    });
    const honest = await requestOf('tenant-7');
    expect(wordOf(await gate.verify(honest))).toBe('accepted');
    isSlow = true;
    clock.nowMs += 60_000;
    const forged = await Promise.all(
      Array.from({ length: 500 }, (_, i) => requestOf(`forged-${i}`, '{}', clock.nowMs)),
    );
    const flood = wordsOf(gate, forged);
    const regular = gate.verify(await requestOf('tenant-7', '{}', clock.nowMs));
    await new Promise((resolve) => setImmediate(resolve));
    expect(hints.length).toBe(1 + 32 + 1);
    const turnedAway = await gate.verify(await requestOf('tenant-8', '{}', clock.nowMs));
    expect(turnedAway).toMatchObject({
      reason: 'keys-unavailable',
      message: '32 calls of the function of keys are on their way, and no more are made for new names',
      remedy:
        'Look for a flood of requests that name unknown keys, or make the function of keys faster; the sender should retry.',
    });
    for (const answer of waiting) answer();
    expect(wordOf(await regular)).toBe('accepted');
    const words = await flood;
    expect(words.filter((word) => word === 'unknown-key')).toHaveLength(32);
    expect(words.filter((word) => word === 'keys-unavailable')).toHaveLength(468);
    isSlow = false;
    expect(wordOf(await gate.verify(await requestOf('tenant-8', '{}', clock.nowMs)))).toBe('accepted');
  });

  it('pushes no known name out', async () => {
    const { gate, hints } = gateOf(byTenant, { keyLookup: { maxNames: 10 } });
    const honest = await requestOf('tenant-7');
    await gate.verify(honest);
    for (let i = 0; i < between(100, 1200); i++) await gate.verify(await requestOf(`forged-${i}`));
    const asked = hints.length;
    expect(wordOf(await gate.verify(honest))).toBe('accepted');
    expect(hints).toHaveLength(asked);
  });
});

/** Message signatures by hand, one a label, each by the tenant that its keyid names. */
function signedBy(...tenants: readonly string[]): SignedRequest {
  const members = tenants.map((tenant, i) => {
    const input = `("@method" "@path");created=${NOW / 1000 - i};keyid="${tenant}"`;
    const base = `"@method": POST\n"@path": /hook\n"@signature-params": ${input}`;
    return {
      label: `s${tenant}`,
      input,
      mac: createHmac('sha256', secretOf(tenant)).update(base).digest('base64'),
    };
  });
  const headers = {
    'signature-input': members.map(({ label, input }) => `${label}=${input}`).join(', '),
    signature: members.map(({ label, mac }) => `${label}=:${mac}:`).join(', '),
  };
  return requestFrom({ method: 'POST', url: '/hook', headers, body: '{}' });
}

function without(request: SignedRequest, label: string): SignedRequest {
  const cut = (name: string): string =>
    (request.headers.get(name) ?? '')
      .split(', ')
      .filter((one) => !one.startsWith(`${label}=`))
      .join(', ');
  return requestFrom({
    method: 'POST',
    url: '/hook',
    headers: { 'signature-input': cut('signature-input'), signature: cut('signature') },
    body: '{}',
  });
}

const messages = { provider: { id: 'http-message-signatures', components: ['@method', '@path'] } } as const;

describe('a request of several signatures', () => {
  it('is proved by the key of any, each held against the keys of its own name', async () => {
    const { gate, hints } = gateOf(byTenant, messages);
    expect(await gate.verify(signedBy('stranger', 'tenant-b'))).toMatchObject({
      ok: true,
      keyId: 'tenant-b/1',
    });
    expect(hints.map(({ keyId }) => keyId)).toEqual(['stranger', 'tenant-b']);
    expect(wordOf(await gate.verify(signedBy('x', 'y')))).toBe('unknown-key');
  });

  it('is taken once, whichever of them is cut off', async () => {
    for (const label of ['stenant-a', 'stenant-b']) {
      const { gate } = gateOf(byTenant, messages);
      const request = signedBy('tenant-a', 'tenant-b');
      expect((await gate.receive(request, () => done('ran'))).kind).toBe('done');
      expect(await gate.receive(without(request, label), () => done('again'))).toMatchObject({
        kind: 'refused',
        verdict: { reason: 'replayed' },
      });
    }
  });

  it('is refused, and claims nothing, where it cannot be told what else was signed', async () => {
    let isDown = true;
    const find: KeyFunction = (hint) =>
      isDown && hint.keyId === 'tenant-b' ? Promise.reject(new Error('down')) : byTenant(hint);
    const { gate, clock } = gateOf(find, messages);
    const request = signedBy('tenant-a', 'tenant-b');
    let ran = 0;
    const act = () => done(++ran);
    expect(await gate.receive(request, act)).toMatchObject({
      kind: 'refused',
      verdict: { reason: 'keys-unavailable', step: 'replay' },
    });
    isDown = false;
    clock.nowMs += 2000;
    expect((await gate.receive(request, act)).kind).toBe('done');
    expect(ran).toBe(1);
  });

  it('is refused for now, where the keys of one are missing and the others prove nothing', async () => {
    const find: KeyFunction = (hint) =>
      hint.keyId === 'tenant-b'
        ? Promise.reject(new Error('down'))
        : Promise.resolve(['another secret altogether']);
    const { gate } = gateOf(find, messages);
    expect(wordOf(await gate.verify(signedBy('tenant-a', 'tenant-b')))).toBe('keys-unavailable');
  });
});

describe('a claim', () => {
  it('is the same whoever found the key, and whatever its id is', async () => {
    const replay = new MemoryReplayGuard();
    const request = await requestOf('tenant-7');
    const list = [{ id: 'tenant-7', secret: secretOf('tenant-7') }];
    const listed = createGate({ ...hmac, keys: list, now: () => NOW, replay });
    const { gate } = gateOf(byTenant, { replay });
    expect((await listed.receive(request, () => done('ran'))).kind).toBe('done');
    expect(await gate.receive(request, () => done('again'))).toMatchObject({
      verdict: { reason: 'replayed' },
    });
  });

  it('is taken once by requests that wait for the same call', async () => {
    const { gate } = gateOf(byTenant);
    const request = await requestOf('tenant-7');
    const all = await Promise.all(Array.from({ length: 20 }, () => gate.receive(request, () => done('ran'))));
    expect(all.filter(({ kind }) => kind === 'done')).toHaveLength(1);
  });
});

describe('an account of Approov', () => {
  it('proves messages with the key that came with the token’s, whoever asks meanwhile', async () => {
    const find: KeyFunction = async ({ keyId = '' }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return [
        { id: keyId, secret: Buffer.from(secretOf(keyId)).toString('base64') },
        { id: 'account-message', secret: Buffer.from(`account ${secretOf(keyId)}`).toString('base64') },
      ];
    };
    const provider = { id: 'approov', messageSigning: 'required', signer: 'account' } as const;
    const { gate } = gateOf(find, { provider });
    const signed = (tenant: string, account = tenant): SignedRequest => {
      const token = mint('HS256', secretOf(tenant), { header: { kid: tenant } });
      const input = `("@method" "@target-uri" "approov-token");alg="hmac-sha256";created=${NOW / 1000}`;
      const base = `"@method": GET\n"@target-uri": https://api.example/a\n"approov-token": ${token}\n"@signature-params": ${input}`;
      const mac = createHmac('sha256', `account ${secretOf(account)}`)
        .update(base)
        .digest('base64');
      const headers = {
        host: 'api.example',
        'approov-token': token,
        'signature-input': `account=${input}`,
        signature: `account=:${mac}:`,
      };
      return requestFrom({ method: 'GET', url: '/a', headers });
    };
    expect(await wordsOf(gate, [signed('a'), signed('b'), signed('a', 'b'), signed('b', 'a')])).toEqual([
      'accepted',
      'accepted',
      'signature-mismatch',
      'signature-mismatch',
    ]);
  });
});
