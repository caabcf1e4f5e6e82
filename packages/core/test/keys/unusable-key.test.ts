/** Where a key that is revoked, ended or not yet valid proves a request, the refusal says so: the operator looks there first. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, type Gate, type KeySpec, requestFrom, writtenProvider } from '../../src/index.ts';
import { DRAFT, NOW, pkcs8Of, SECRET_SCHEMES, spkiOf } from './key-fixtures.ts';

const DAY = 86_400_000;
const secret = Buffer.from('Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wXr2LmYb7HVd3p:Q');
const other = Buffer.from('another key of a ring, of sixty-four bytes or more: nobody uses it!!');

const STATES: readonly (readonly [string, Partial<KeySpec>, RegExp])[] = [
  ['revoked', { state: 'revoked' }, /key "old" proves the request, but is revoked$/],
  ['ended', { untilMs: Date.parse('2020-01-01') }, /key "old" proves the request, but ended 2020-01-01$/],
  ['not yet valid', { fromMs: NOW + DAY + 500 }, /but is valid from 2025-10-10T08:53:20\.500Z$/],
];

interface Pairing {
  readonly name: string;
  readonly gate: (keys: readonly KeySpec[]) => Gate;
  readonly signing: KeySpec;
  readonly proving: KeySpec;
  readonly stranger: KeySpec;
}

const pair = generateKeyPairSync('ed25519');
const strangers = generateKeyPairSync('ed25519');
const asymmetric = {
  signing: { secret: pkcs8Of(pair) },
  proving: { secret: spkiOf(pair) },
  stranger: { secret: spkiOf(strangers) },
};
const symmetric = { signing: { secret }, proving: { secret }, stranger: { secret: other } };
const gateOf =
  (options: Omit<Parameters<typeof createGate>[0], 'keys' | 'now'>) =>
  (keys: readonly KeySpec[]): Gate =>
    createGate({ ...options, keys, now: () => NOW });

const PAIRINGS: readonly Pairing[] = [
  ...['github', 'slack', 'stripe', 'standard-webhooks', 'flowent', 'flow-production-tracking', 'hmac'].map(
    (id) => ({
      name: id,
      gate: gateOf({ provider: writtenProvider(id) }),
      ...symmetric,
    }),
  ),
  { name: 'jwt-bearer HS256', gate: gateOf({ provider: 'jwt-bearer' }), ...symmetric },
  {
    name: 'jwt-bearer EdDSA',
    gate: gateOf({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' } }),
    ...asymmetric,
  },
  { name: 'dpop', gate: gateOf({ provider: { id: 'dpop', algorithm: 'EdDSA' } }), ...asymmetric },
  { name: 'approov', gate: gateOf({ provider: 'approov' }), ...symmetric },
  { name: 'message signatures', gate: gateOf({ scheme: { type: 'http-message-signatures' } }), ...symmetric },
  {
    name: 'message signatures of Ed25519',
    gate: gateOf({ scheme: { type: 'http-message-signatures', algorithm: 'ed25519' } }),
    ...asymmetric,
  },
  { name: 'a bearer token', gate: gateOf({ scheme: { type: 'shared-token' } }), ...symmetric },
  {
    name: 'a template of Ed25519',
    gate: gateOf({
      scheme: { algorithm: 'ed25519', signature: 'x-signature', message: '{body}', timestamp: 'none' },
    }),
    ...asymmetric,
  },
];

const DRAFTS = {
  'flow-production-tracking': {
    ...DRAFT,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=b',
  },
};

async function sign({ name, gate, signing }: Pairing, id?: string) {
  const draft = Object.entries(DRAFTS).find(([one]) => one === name)?.[1] ?? {
    ...DRAFT,
    url: 'https://example.com/hook',
  };
  return await gate([{ ...signing, ...(id && { id }) }]).sign(draft);
}

describe.each(PAIRINGS)('$name', (pairing) => {
  const { gate, proving, stranger } = pairing;

  it.each(STATES)(
    'says that the key that proves it is %s, beside a key that is good',
    async (_, state, words) => {
      const signed = await sign(pairing);
      const ring = gate([
        { ...stranger, id: 'now' },
        { ...proving, id: 'old', ...state },
      ]);
      const verdict = await ring.verify(signed);
      expect(verdict).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/^(signature-mismatch|unknown-key)$/),
        message: expect.stringMatching(words),
      });
      expect(verdict.evidence.comparisons).toBe(1);
      expect(ring.keys.list().map(({ hits }) => hits)).toEqual([0, 0]);
      // Its messages are made once more for the key that may not be used, and told once.
      const without = await gate([{ ...stranger, id: 'now' }]).trace(signed);
      expect((await ring.trace(signed)).messages).toEqual(without.messages);
      const { steps } = await explain(signed, ring);
      expect(JSON.stringify(steps)).toContain('proves the request, but');
    },
  );

  it.each(STATES)('says so where the only key is %s', async (_, state, words) => {
    const verdict = await gate([{ ...proving, id: 'old', ...state }]).verify(await sign(pairing));
    expect(verdict).toMatchObject({
      ok: false,
      reason: 'unknown-key',
      message: expect.stringMatching(words),
    });
  });

  it('says nothing of it where no key proves the request', async () => {
    const ring = gate([
      { ...stranger, id: 'now' },
      { ...stranger, id: 'old', state: 'revoked' },
    ]);
    expect(await ring.verify(await sign(pairing))).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
      message: expect.not.stringMatching(/old|revoked/),
    });
  });
});

it('a key that the request names by its id is looked for alone', async () => {
  const hmac = gateOf({ provider: 'hmac' });
  const signed = await hmac([{ secret, id: 'old' }]).sign(DRAFT);
  const ring = hmac([
    { secret: other, id: 'now' },
    { secret, id: 'old', state: 'revoked' },
    { secret, id: 'older', state: 'revoked' },
  ]);
  expect(await ring.verify(signed)).toMatchObject({
    reason: 'unknown-key',
    message: 'key "old" proves the request, but is revoked',
  });
});

it('an account’s key for Approov’s message signatures too', async () => {
  const provider = { id: 'approov', messageSigning: 'required', signer: 'account' } as const;
  const token = { id: 'token', secret };
  const account = { id: 'account-message', secret: other };
  const gate = createGate({ provider, keys: [token, { ...account, state: 'revoked' }], now: () => NOW });
  const request = await createGate({ provider: 'approov', keys: [token], now: () => NOW }).sign({
    method: 'GET',
    url: '/',
  });
  const signer = createGate({
    scheme: {
      type: 'http-message-signatures',
      label: 'account',
      components: ['@method', '@target-uri', 'approov-token'],
    },
    keys: [{ secret: other }],
    now: () => NOW,
  });
  const signed = await signer.sign({
    ...request,
    headers: [...request.headers, ['host', 'api.example']] as [string, string][],
  });
  expect(await gate.verify(signed)).toMatchObject({
    ok: false,
    message: 'key "account-message" proves the message signature, but is revoked',
  });
});

it('tries a few of them at most, over one pass of a large body', async () => {
  const github = gateOf({ provider: 'github' });
  const revoked = Array.from(
    { length: 12 },
    (_, i): KeySpec => ({ id: `r${i}`, secret: `revoked key number ${i}, long`, state: 'revoked' }),
  );
  const ring = github([{ id: 'now', secret: other }, ...revoked]);
  const by = async (index: number, body: Uint8Array): Promise<string> => {
    const signed = await github([{ secret: `revoked key number ${index}, long` }]).sign({ ...DRAFT, body });
    const verdict = await ring.verify(signed);
    return verdict.ok ? '' : verdict.message;
  };
  expect(await by(3, new Uint8Array(1000))).toContain('"r3"');
  expect(await by(4, new Uint8Array(1000))).not.toContain('"r4"');
  expect(await by(0, new Uint8Array(1_000_000))).toContain('"r0"');
  expect(await by(1, new Uint8Array(1_000_000))).not.toContain('"r1"');
});

it('a request without any proof is refused as before', async () => {
  for (const { gate } of SECRET_SCHEMES.filter(({ name }) => name !== 'flow-production-tracking')) {
    const one = gate({ secret: 'user:Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX', encoding: 'utf8', state: 'revoked' });
    expect(await one.verify(requestFrom({ method: 'POST', url: '/' }))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^(missing|malformed)-/),
    });
  }
});
