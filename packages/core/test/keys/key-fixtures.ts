/** Keys of every type, and the schemes that take a shared secret. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  createGate,
  type Gate,
  type KeySpec,
  keyWarningText,
  requestFrom,
  SetupError,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

export const NOW = 1_760_000_000_000;
export const DRAFT = { method: 'POST', url: '/hook', body: '{"id":1}' };

export const RSA: Pair = RSA_PAIR;
export const EC: Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const ED25519: Pair = generateKeyPairSync('ed25519');

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function spkiOf({ publicKey }: Pair): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

export function pkcs8Of({ privateKey }: Pair): Buffer {
  return privateKey.export({ type: 'pkcs8', format: 'der' });
}

/** What stands for a gate that takes one shared secret. */
export interface SecretScheme {
  readonly name: string;
  readonly gate: (key: KeySpec) => Gate;
}

const declared = (scheme: Readonly<Record<string, unknown>>) => (key: KeySpec) =>
  createGate({ scheme: writtenScheme(scheme), keys: [key], now: () => NOW });

const provided =
  (id: string, options: Readonly<Record<string, unknown>> = {}) =>
  (key: KeySpec) =>
    createGate({ provider: writtenProvider(id, options), keys: [key], now: () => NOW });

export const SECRET_SCHEMES: readonly SecretScheme[] = [
  ...['github', 'slack', 'stripe', 'standard-webhooks', 'flowent', 'flow-production-tracking', 'hmac'].map(
    (id) => ({ name: id, gate: provided(id) }),
  ),
  ...['sha1', 'sha256', 'sha384', 'sha512'].map((algorithm) => ({
    name: `a template of ${algorithm}`,
    gate: declared({ algorithm, signature: 'x-signature', message: '{body}', timestamp: 'none' }),
  })),
  ...['HS256', 'HS384', 'HS512'].flatMap((algorithm) => [
    { name: `jwt-bearer ${algorithm}`, gate: provided('jwt-bearer', { algorithm }) },
    { name: `dpop ${algorithm}`, gate: provided('dpop', { algorithm }) },
    { name: `approov ${algorithm}`, gate: provided('approov', { algorithm }) },
  ]),
  ...['utf8', 'base64', 'base64url', 'hex', 'base32'].map((keyEncoding) => ({
    name: `a declared token with keys in ${keyEncoding}`,
    gate: declared({ type: 'jwt', algorithm: 'HS256', keyEncoding }),
  })),
  { name: 'an account of Approov', gate: accountGate },
  { name: 'message signatures', gate: declared({ type: 'http-message-signatures' }) },
  { name: 'a bearer token', gate: declared({ type: 'shared-token' }) },
  { name: 'basic credentials', gate: declared({ type: 'shared-token', form: 'basic' }) },
  { name: 'incode', gate: provided('incode') },
];

function accountGate(key: KeySpec): Gate {
  return createGate({
    provider: { id: 'approov', messageSigning: 'required', signer: 'account' },
    keys: [
      { id: 'token', secret: Buffer.alloc(64, 'a secret for tokens') },
      { ...key, id: 'account-message' },
    ],
    now: () => NOW,
  });
}

/** The set-up’s own words; undefined where it takes the key. Any other exception escapes. */
export function refusal(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
}

/** Whether what the one signs the other takes. */
export async function proves(signer: Gate, judge: Gate): Promise<boolean | string> {
  const signed = await signer.sign(DRAFT);
  const verdict = await judge.verify({ ...requestFrom(DRAFT), ...signed });
  return verdict.ok || verdict.reason;
}

/** The warnings of a gate’s only key, in sentences. */
export function warningsOf(gate: Gate): readonly string[] {
  return gate.keys.list()[0]?.warnings.map((warning) => keyWarningText(warning)) ?? [];
}
