/** Schemes whose keys say for themselves what they are for: a trial that reads keys as a scheme’s forms has none to read them as. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate, type GateOptions } from '../../src/index.ts';

const NOW_MS = 1_760_000_000_000;
const DRAFT = {
  method: 'POST',
  url: 'https://hooks.example/orders',
  headers: { 'content-type': 'application/json' },
  body: '{"order":7}',
};

const pair = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' });

const pem = (key: KeyObject): string =>
  String(key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }));

const jwk = (key: KeyObject): string => JSON.stringify({ ...key.export({ format: 'jwk' }), kid: 'main' });

const DETACHED = {
  type: 'detached-jws',
  algorithm: 'ES256',
  header: 'x-sig',
  headersParameter: 'headers',
} as const;
const TOKEN = { type: 'jwt', algorithm: 'ES256', bodyClaim: 'sha256' } as const;
const UCP = { id: 'http-message-signatures', profile: 'ucp' } as const;
const MESSAGES = { type: 'http-message-signatures' } as const;

type Scheme = Pick<GateOptions, 'scheme' | 'provider'>;

/** The scheme as the sender signs by it, and as the gate has it; keys of an algorithm of their own are JWKs. */
const CASES: readonly (readonly [string, (key: KeyObject) => string, Scheme, Scheme])[] = [
  [
    'message signatures by a JWK',
    jwk,
    { scheme: { ...MESSAGES, algorithm: 'ecdsa-p256-sha256' } },
    { scheme: { ...MESSAGES, algorithm: 'of-key' } },
  ],
  ['a profile by a JWK', jwk, { provider: { ...UCP, algorithm: 'ecdsa-p256-sha256' } }, { provider: UCP }],
  ['detached JWS by a JWK', jwk, { scheme: DETACHED }, { scheme: DETACHED }],
  ['detached JWS by a PEM', pem, { scheme: DETACHED }, { scheme: DETACHED }],
  ['tokens by a JWK', jwk, { scheme: TOKEN }, { scheme: TOKEN }],
  ['tokens by a PEM', pem, { scheme: TOKEN }, { scheme: TOKEN }],
];

describe('a request that no key proves', () => {
  it.each(CASES)('is explained under %s', async (_name, written, signs, judges) => {
    const keys = [{ id: 'main', secret: pem(pair().privateKey) }];
    const signer = createGate({ ...signs, keys, now: () => NOW_MS } as GateOptions);
    const request = await signer.sign(DRAFT);
    const others = [{ id: 'main', secret: written(pair().publicKey) }];
    const gate = createGate({ ...judges, keys: others, now: () => NOW_MS } as GateOptions);
    const { verdict, findings } = await explain(request, gate, { budgetMs: 200 });
    expect(verdict).toMatchObject({ ok: false, reason: 'signature-mismatch' });
    expect(findings.filter(({ certainty }) => certainty !== 'possible')).toEqual([]);
  });
});
