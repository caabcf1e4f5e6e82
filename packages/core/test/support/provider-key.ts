/** A key of the form that each provider takes: what signs its requests, and what a gate of it holds. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { findProvider, writtenProvider } from '../../src/index.ts';
import type { SecretForm } from '../../src/keys/key-form.ts';
import { sampleScheme } from '../../src/providers/registry.ts';
import { RSA_PAIR } from './rsa-pairs.ts';

export interface ProviderKey {
  readonly signing: string;
  /** As many as a gate needs: none where the provider fetches its keys itself. */
  readonly held: readonly string[];
}

const SECRET = 'a secret of thirty-two characters';

/** @param secret what a shared secret’s text stands for */
export function keyOfProvider(id: string, secret = SECRET): ProviderKey {
  const provider = findProvider(id);
  const { keys, declared } = sampleScheme(writtenProvider(id));
  const [form] = keys.forms;
  if (form === undefined) {
    const { algorithms: [algorithm = ''] = [] } = declared.options as {
      readonly algorithms?: readonly string[];
    };
    const { signing, held } = pairKey(pairOf(OF_TOKENS[algorithm] ?? 'rsa-pkcs1-sha256'));
    return { signing, held: provider?.fetchesKeys ? [] : held };
  }
  if (form.kind !== 'secret') return pairKey(pairOf(form.algorithm));
  const signing = secretText(form, secret);
  return { signing, held: [signing] };
}

/** What keys of a token’s algorithm are. */
const OF_TOKENS: Readonly<Record<string, string>> = { ES256: 'ecdsa-p256', ES512: 'ecdsa-p521' };

function secretText({ encoding, prefix = '', begins = '' }: SecretForm, secret: string): string {
  return prefix + begins + Buffer.from(secret).toString(encoding as 'utf8' | 'base64' | 'hex');
}

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pairs = new Map<string, Pair>();

/** One of each kind, made when it is first asked for. */
function pairOf(algorithm: string): Pair {
  const pair = pairs.get(algorithm) ?? newPair(algorithm);
  pairs.set(algorithm, pair);
  return pair;
}

function newPair(algorithm: string): Pair {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  const [, curve] = /^ecdsa-p(\d+)/.exec(algorithm) ?? [];
  return curve === undefined ? RSA_PAIR : generateKeyPairSync('ec', { namedCurve: `P-${curve}` });
}

function pairKey({ privateKey, publicKey }: Pair): ProviderKey {
  return {
    signing: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    held: [publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  };
}
