/** WebCrypto: for runtimes without node:crypto. Every operation is a promise. */
import {
  type Algorithm,
  type CryptoBackend,
  isMac,
  KeyFault,
  type MacAlgorithm,
  type Message,
  type ProofKey,
} from './backend.ts';
import { copy, findAsync, joined, whole } from './web-bytes.ts';

const HASH: Readonly<Record<MacAlgorithm, string>> = {
  'hmac-sha1': 'SHA-1',
  'hmac-sha256': 'SHA-256',
  'hmac-sha384': 'SHA-384',
  'hmac-sha512': 'SHA-512',
};

async function createMac(algorithm: MacAlgorithm, secret: Uint8Array): Promise<ProofKey> {
  const parameters = { name: 'HMAC', hash: HASH[algorithm] };
  const key = await crypto.subtle.importKey('raw', copy(secret), parameters, false, ['sign', 'verify']);
  return {
    isSlow: false,
    async find(message, signatures) {
      const bytes = await joined(message);
      if (!bytes) return -1;
      if (signatures.length === 1)
        return findAsync(signatures, (signature) =>
          crypto.subtle.verify('HMAC', key, copy(signature), bytes),
        );
      // One pass over the message, however many signatures there are.
      const mac = crypto.subtle.sign('HMAC', key, bytes);
      return mac.then((computed) => {
        const expected = new Uint8Array(computed);
        return signatures.findIndex((signature) => equal(signature, expected));
      });
    },
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('HMAC', key, await whole(message))),
  };
}

async function createSharedToken(secret: Uint8Array): Promise<ProofKey> {
  const token = copy(secret);
  const expected = await sha256([token]);
  return {
    isSlow: false,
    find: (_message, tokens) =>
      findAsync(tokens, async (candidate) => equal(await sha256([candidate]), expected)),
    sign: () => Uint8Array.from(token),
  };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] ?? 0);
  return difference === 0;
}

function createSecretKey(algorithm: Algorithm, secret: Uint8Array): Promise<ProofKey> {
  if (algorithm === 'shared-token') return createSharedToken(secret);
  if (isMac(algorithm)) return createMac(algorithm, secret);
  throw new KeyFault(`${algorithm} needs a public or private key, not a secret`);
}

async function digest(hash: string, message: Message): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, await whole(message)));
}

function sha1(message: Message): Promise<Uint8Array> {
  return digest('SHA-1', message);
}

function sha256(message: Message): Promise<Uint8Array> {
  return digest('SHA-256', message);
}

function sha512(message: Message): Promise<Uint8Array> {
  return digest('SHA-512', message);
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

export const backend: CryptoBackend = { createSecretKey, sha1, sha256, sha512, randomBytes };
