/** What more is required never takes away what is required by default: a proof that ends by no time is good for ever. */

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type GateOptions,
  optionRowsOf,
  providers,
  requestFrom,
  type SignedRequest,
  schemeTypes,
  writtenProvider,
} from '../../src/index.ts';
import { codesOf } from '../support/warnings.ts';

const SECRET = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;

type Choice = Pick<GateOptions, 'provider' | 'scheme' | 'keys'>;

const JWT = { type: 'jwt', algorithm: 'HS256' } as const;

/** Every kind of gate that has the option, by where it is declared. */
const KINDS: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Choice>> = {
  approov: (options) => ({
    provider: writtenProvider('approov', options),
    keys: [Buffer.from(SECRET).toString('base64')],
  }),
  'jwt-bearer': (options) => ({ provider: writtenProvider('jwt-bearer', options), keys: [SECRET] }),
  dpop: (options) => ({ provider: writtenProvider('dpop', options), keys: [SECRET] }),
  'http-message-signatures': (options) => ({
    provider: writtenProvider('http-message-signatures', options),
    keys: [SECRET],
  }),
  'scheme jwt': (options) => ({ scheme: { ...JWT, ...options }, keys: [SECRET] }),
  'scheme http-message-signatures': (options) => ({
    scheme: { type: 'http-message-signatures', ...options },
    keys: [SECRET],
  }),
};

/** Its keys are the vendor’s; `scheme jwt` stands for it. */
const ELSEWHERE = ['firebase-app-check'];

const isToken = (kind: string): boolean => !kind.endsWith('http-message-signatures');

const gateOf = (kind: string, options: Readonly<Record<string, unknown>>) =>
  createGate({ ...KINDS[kind]?.(options), now: () => NOW } as GateOptions);

/** A genuine proof that says no time; a message signature by hand, as signing always says when. */
async function timeless(kind: string): Promise<SignedRequest> {
  const url = 'https://a.example/x';
  if (isToken(kind)) {
    const claims = { exp: undefined, sub: 'ada', nonce: 'n1' };
    return gateOf(kind, {}).sign({ method: 'GET', url, claims });
  }
  const parameters = '("@method" "@target-uri");nonce="n1"';
  const base = `"@method": GET\n"@target-uri": ${url}\n"@signature-params": ${parameters}`;
  const signature = createHmac('sha256', SECRET).update(base).digest('base64');
  const headers = { 'Signature-Input': `sig1=${parameters}`, Signature: `sig1=:${signature}:` };
  return requestFrom({ method: 'GET', url, headers });
}

async function judged(kind: string, options: Readonly<Record<string, unknown>>): Promise<string> {
  const verdict = await gateOf(kind, options).verify(await timeless(kind));
  return verdict.ok ? 'accepted' : verdict.reason;
}

const NO_TIME = ['missing-claim', 'missing-timestamp'];

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const further = isToken(kind)
    ? ['sub', ['sub'], ['sub', 'nonce'], ['exp', 'sub']]
    : ['expires', ['expires'], ['created', 'expires']];

  it('refuses a proof without a time, whatever more it requires', async () => {
    expect(NO_TIME).toContain(await judged(kind, {}));
    for (const required of further)
      expect(NO_TIME, JSON.stringify(required)).toContain(await judged(kind, { required }));
  });

  it('takes one by a word of its own, and says that it is good for ever', async () => {
    const endless = (gate: ReturnType<typeof gateOf>) =>
      codesOf(gate).filter((code) => code === 'endless-token' || code === 'no-time');
    expect(endless(gateOf(kind, { lifetime: 'unbounded' }))).toHaveLength(1);
    expect(endless(gateOf(kind, {}))).toEqual([]);
    expect(await judged(kind, { lifetime: 'unbounded' })).toBe('accepted');
  });
});

it('holds every provider and scheme that has the option', () => {
  const having = [
    ...providers
      .filter(({ scheme }) => optionRowsOf({ scheme }).some(({ name }) => name === 'required'))
      .map(({ id }) => id),
    ...schemeTypes
      .filter(({ options }) => options.some(({ name }) => name === 'required'))
      .map(({ type }) => `scheme ${type}`),
  ];
  expect(having.sort()).toEqual([...Object.keys(KINDS), ...ELSEWHERE].sort());
});

it('keeps the time of a message signature whose nonce is required', async () => {
  const options = { required: 'nonce' };
  const signed = await gateOf('http-message-signatures', options).sign({
    method: 'GET',
    url: 'https://a.example/x',
  });
  expect(signed.headers.get('signature-input')).toMatch(/;created=\d+/);
  expect(gateOf('http-message-signatures', options).coverage.covered).toContain('timestamp');
});

const COUNTED_FOR_EVER =
  'lifetime: it is unbounded, but consume needs an end: its claim must expire with the token';

it.each([
  ['jwt-bearer', { lifetime: 'unbounded', consume: 1 }, COUNTED_FOR_EVER],
  ['approov', { lifetime: 'unbounded', consume: 1 }, COUNTED_FOR_EVER],
  [
    'http-message-signatures',
    { lifetime: 'bounded', required: 'none' },
    'provider.lifetime: it is bounded, and required is none',
  ],
  ['http-message-signatures', { components: [] }, 'provider.components: the list is empty'],
])('%s does not take %j, which cannot be meant', (kind, options, message) => {
  expect(() => gateOf(kind, options)).toThrow(message);
});

it.each([
  [{ id: 'approov', binding: ['authorization'], bindingMode: 'optional' }, 'optional-binding'],
  [{ id: 'approov', binding: ['authorization'], bindingMode: 'off' }, 'binding-off'],
  [
    { id: 'approov', binding: ['authorization'], bindingMode: 'off', messageSigning: 'required' },
    'binding-off',
  ],
  [{ id: 'approov', lifetime: 'unbounded', messageSigning: 'required' }, 'endless-token'],
] as const)('%j says what it leaves open', (provider, expected) => {
  const gate = createGate({ provider, keys: [Buffer.from(SECRET).toString('base64')] });
  expect(codesOf(gate)).toContain(expected);
});

it.each([
  [{}, true],
  [{ issuer: 'https://i.example' }, true],
  [{ audience: 'api.example' }, false],
])('a key set by its address with %j: any audience is %s', (options, expected) => {
  const provider = {
    id: 'jwt-bearer',
    algorithm: 'RS256',
    jwks: 'https://i.example/jwks',
    ...options,
  } as const;
  expect(codesOf(createGate({ provider })).includes('any-audience')).toBe(expected);
});
