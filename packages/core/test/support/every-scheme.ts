/** Every provider and every kind of scheme that can be declared, with requests that they accept. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createGate, type Draft, type GateOptions, type SignedRequest } from '../../src/index.ts';
import { RSA_PAIR } from './rsa-pairs.ts';
import { timedSchemes } from './timed-schemes.ts';

export interface SchemeSample {
  readonly name: string;
  readonly options: Pick<GateOptions, 'provider' | 'scheme' | 'keys'>;
  /** A genuine request. */
  sign(timeMs: number): Promise<SignedRequest>;
}

const SECRET = 'a secret of thirty-two characters';
const KEY_64 = Buffer.from(SECRET).toString('base64');
const FORM = 'application/x-www-form-urlencoded';

const draft: Draft = {
  method: 'POST',
  url: 'https://api.example/orders?page=1',
  headers: { Host: 'api.example', 'Content-Type': 'application/json' },
  body: '{"total":12}',
};

/** @param privateKey what signs, where the options hold the public key */
function sample(
  name: string,
  options: SchemeSample['options'],
  change: Partial<Draft> = {},
  privateKey?: string,
): SchemeSample {
  const gate = createGate(privateKey === undefined ? options : { ...options, keys: [privateKey] });
  return {
    name,
    options,
    sign: async (timestampMs) => gate.sign({ ...draft, timestampMs, ...change }),
  };
}

interface Pair {
  readonly privatePem: string;
  readonly publicPem: string;
}

const pem = ({ privateKey, publicKey }: Readonly<Record<'privateKey' | 'publicKey', KeyObject>>): Pair => ({
  privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
});

const RSA = pem(RSA_PAIR);
const P256 = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const P384 = pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
const ED25519 = pem(generateKeyPairSync('ed25519'));

const declared = (name: string, scheme: object, change?: Partial<Draft>): SchemeSample =>
  sample(
    name,
    {
      scheme: { algorithm: 'hmac-sha256', message: '{body}', signature: 'x-signature', ...scheme },
      keys: [SECRET],
    },
    change,
  );

const byPublicKey = (
  name: string,
  choice: Pick<GateOptions, 'provider' | 'scheme'>,
  { privatePem, publicPem }: Pair,
  change?: Partial<Draft>,
): SchemeSample => sample(name, { ...choice, keys: [publicPem] }, change, privatePem);

const FORM_DRAFT = { headers: { 'content-type': FORM }, body: 'b=1&a=2' };

const claims = { exp: 253_402_300_799 };

const untimed: readonly SchemeSample[] = [
  sample('github', { provider: 'github', keys: [SECRET] }),
  sample('incode', { provider: 'incode', keys: [SECRET] }),
  sample('incode, basic', { provider: { id: 'incode', form: 'basic' }, keys: [`user:${SECRET}`] }),
  sample('flow-production-tracking-webhook', {
    provider: 'flow-production-tracking-webhook',
    keys: [SECRET],
  }),
  byPublicKey(
    'firebase-app-check',
    { provider: { id: 'firebase-app-check', projectNumber: '123456789012' } },
    RSA,
    {
      claims: {
        ...claims,
        iss: 'https://firebaseappcheck.googleapis.com/123456789012',
        aud: ['projects/123456789012'],
        sub: 'app',
      },
    },
  ),
  sample('jwt-bearer', { provider: 'jwt-bearer', keys: [SECRET] }, { claims }),
  sample('approov', { provider: 'approov', keys: [KEY_64] }, { claims }),
  byPublicKey('jwt, RS256', { scheme: { type: 'jwt', algorithm: 'RS256' } }, RSA, { claims }),
  byPublicKey('jwt, EdDSA', { scheme: { type: 'jwt', algorithm: 'EdDSA' } }, ED25519, { claims }),
  sample('shared token', { scheme: { type: 'shared-token', header: 'x-token' }, keys: [SECRET] }),
  declared('a field', { signature: { field: 'sig' } }, FORM_DRAFT),
  declared('sorted form lines', { signature: { field: 'sig' }, message: 'sorted-form-lines' }, FORM_DRAFT),
  declared('a member', { signature: { member: 'sig' } }),
  declared('every part', {
    message: '{method}\n{path}\n{query}\n{host}\n{url}\n{header:content-type}\n{id}\n{body}',
    id: { query: 'page' },
    keyId: { header: 'x-key' },
  }),
  sample('twilio', { provider: 'twilio', keys: [SECRET] }, FORM_DRAFT),
  sample('twilio, JSON', { provider: 'twilio', keys: [SECRET] }),
  declared('a digest', { message: '{method}\n{query:sorted}\n{body:sha256:hex}' }),
  declared('a digest’s bytes', { message: '{path}{body:sha256:bytes}' }),
  ...(
    [
      ['ed25519', ED25519],
      ['ecdsa-p256-sha256', P256],
      ['ecdsa-p256-sha256-der', P256],
      ['ecdsa-p384-sha384-der', P384],
      ['rsa-pkcs1-sha256', RSA],
      ['rsa-pkcs1-sha512', RSA],
      ['rsa-pss-sha256', RSA],
    ] as const
  ).map(([algorithm, keys]) => {
    const signature = { header: 'x-signature', encoding: 'base64' } as const;
    return byPublicKey(algorithm, { scheme: { algorithm, message: '{body}', signature } }, keys);
  }),
  ...(
    [
      ['ed25519', ED25519],
      ['ecdsa-p384-sha384', P384],
      ['rsa-pss-sha512', RSA],
      ['rsa-v1_5-sha256', RSA],
    ] as const
  ).map(([algorithm, keys]) =>
    byPublicKey(
      `message signatures, ${algorithm}`,
      { provider: { id: 'http-message-signatures', algorithm } },
      keys,
    ),
  ),
];

export const everyScheme: readonly SchemeSample[] = [...timedSchemes, ...untimed];
