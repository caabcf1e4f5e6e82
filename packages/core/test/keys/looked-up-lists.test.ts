/** A function's answer is judged as a list at set-up is: two keys of one id are refused alike, and what waits has its turn between two keys. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type GateOptions,
  type KeySpec,
  requestFrom,
  type SignedRequest,
} from '../../src/index.ts';
import { turnsWhile } from '../support/turns.ts';
import { bearer, ED25519, mint, P256 } from '../tokens/mint.ts';
import { gateOf, hmac, requestOf, secretOf } from './looked-up.ts';

type Options = Partial<GateOptions>;

const NAME = 'tenant-7';
const secretNumber = (n: number): string => `secret number ${n}, long enough`;
const jwtOf = (algorithm: string): Options => ({ provider: { id: 'jwt-bearer', algorithm } }) as Options;

function edJwk(kid: string): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  return JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid });
}

interface Answer {
  readonly what: string;
  readonly options: Options;
  readonly keysOf: (id: string) => readonly KeySpec[];
  /** Names the keys by `NAME`. */
  readonly request: () => SignedRequest | Promise<SignedRequest>;
}

const edRequest = () => bearer(mint('EdDSA', ED25519.privateKey, { header: { kid: NAME } }));
const twoSecrets = (id: string): readonly KeySpec[] => [1, 2].map((n) => ({ id, secret: secretNumber(n) }));

const ANSWERS: readonly Answer[] = [
  { what: 'secrets', options: hmac, keysOf: twoSecrets, request: () => requestOf(NAME) },
  {
    what: 'secrets for tokens',
    options: jwtOf('HS256'),
    keysOf: twoSecrets,
    request: () => bearer(mint('HS256', secretNumber(1), { header: { kid: NAME } })),
  },
  {
    what: 'PEMs',
    options: jwtOf('EdDSA'),
    keysOf: (id) => [1, 2].map(() => ({ id, secret: ED25519.pem })),
    request: edRequest,
  },
  {
    what: 'JWKs',
    options: jwtOf('EdDSA'),
    keysOf: (id) => [1, 2].map(() => ({ secret: edJwk(id) })),
    request: edRequest,
  },
  {
    what: 'a JWK and a PEM',
    options: jwtOf('EdDSA'),
    keysOf: (id) => [{ secret: edJwk(id) }, { id, secret: ED25519.pem }],
    request: edRequest,
  },
  {
    what: 'a key set',
    options: jwtOf('EdDSA'),
    keysOf: (id) => [{ secret: `{"keys":[${edJwk(id)},${edJwk(id)}]}` }],
    request: edRequest,
  },
];

function problemOfList(options: Options, keys: readonly KeySpec[]) {
  try {
    createGate({ ...options, keys } as GateOptions);
  } catch (error) {
    return error as { readonly option: string; readonly problem: string; readonly remedy: string };
  }
  throw new Error('a list takes it');
}

describe('two keys of one id', () => {
  it.each(ANSWERS)(
    'are refused as of a list, whether or not it is the one that was asked for: $what',
    async ({ options, keysOf, request }) => {
      for (const id of [NAME, 'another']) {
        const keys = keysOf(id);
        const { option, problem, remedy } = problemOfList(options, keys);
        expect(problem).toContain(`"${id}" occurs twice`);
        const { gate } = gateOf(async () => keys, options);
        expect(await gate.verify(await request())).toMatchObject({
          reason: 'keys-unavailable',
          message: `what the function of keys returned is not taken: ${option}: ${problem}`,
          remedy,
        });
      }
    },
  );

  it('are not those without an id of their own, which share the name: also with one whose id it is', async () => {
    const own = { id: NAME, secret: secretNumber(2) };
    const { gate } = gateOf(async () => [secretNumber(1), { secret: secretOf(NAME) }, own]);
    expect(await gate.verify(await requestOf(NAME))).toMatchObject({ ok: true, keyId: NAME });
  });
});

describe('what waits has its turn between two keys', () => {
  const pem = (n: number): KeySpec => ({ id: `k${n}`, secret: P256.pem });
  const jwk = (n: number): Record<string, unknown> => ({
    ...P256.privateKey.export({ format: 'jwk' }),
    kid: `k${n}`,
  });
  const set = (from: number, count: number): string =>
    JSON.stringify({ keys: Array.from({ length: count }, (_, n) => jwk(from + n)) });
  const token = () => bearer(mint('ES256', P256.privateKey, { header: { kid: NAME } }));
  const approov: Options = {
    provider: { id: 'approov', messageSigning: 'optional', signer: 'account' },
  };

  it.each<[string, Options, readonly KeySpec[], number, () => SignedRequest | Promise<SignedRequest>]>([
    ['PEMs for tokens', jwtOf('ES256'), Array.from({ length: 16 }, (_, n) => pem(n)), 15, token],
    [
      'private JWKs for tokens',
      jwtOf('ES256'),
      Array.from({ length: 16 }, (_, n) => ({ secret: JSON.stringify(jwk(n)) })),
      15,
      token,
    ],
    ['the members of a key set', jwtOf('ES256'), [{ secret: set(0, 16) }], 15, token],
    [
      'the members of key sets that are too many',
      jwtOf('ES256'),
      [0, 32, 64].map((from) => ({ secret: set(from, 32) })),
      95,
      token,
    ],
    [
      'PEMs of a template',
      {
        provider: undefined,
        scheme: {
          algorithm: 'ed25519',
          signature: { header: 'x-signature', encoding: 'hex' },
          message: '{body}',
          timestamp: 'none',
          keyId: 'x-key-id',
        },
      } as unknown as Options,
      Array.from({ length: 16 }, (_, n) => ({ id: `k${n}`, secret: ED25519.pem })),
      15,
      async () => {
        const request = await requestOf(NAME);
        return { ...request, headers: request.headers.with('x-signature', 'ab'.repeat(64)) };
      },
    ],
    [
      'the keys of two kinds of Approov',
      approov,
      Array.from({ length: 16 }, (_, n) => ({
        id: n < 8 ? `k${n}` : `account-message-${n}`,
        secret: Buffer.from(secretNumber(n)).toString('base64'),
      })),
      14,
      () => {
        const jwt = mint('HS256', secretNumber(1), { header: { kid: NAME } });
        return requestFrom({ method: 'POST', url: '/', headers: { 'approov-token': jwt } });
      },
    ],
  ])('%s', async (_, options, keys, least, request) => {
    const made = await request();
    let asked = 0;
    const { gate } = gateOf(async () => {
      asked++;
      return keys;
    }, options);
    await gate.verify(made);
    expect(asked).toBe(1);
    const again = gateOf(async () => keys, options).gate;
    expect(await turnsWhile(async () => again.verify(made))).toBeGreaterThanOrEqual(least);
  });
});
