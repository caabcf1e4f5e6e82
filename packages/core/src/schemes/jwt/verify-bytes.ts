/**
 * Verifies what a detached signature covers, by WebCrypto at once: jose decodes a payload that it has verified, which holds
 * the loop for 7 ms where a request has a body of 1 MB.
 */
import type { CryptoKey } from 'jose';
import { joinMessage, type Message } from '../../crypto/backend.ts';
import { utf8 } from '../../text/bytes.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';

/** The place of the first signature that the key has made of the message; -1 where it has made none. */
export async function findByWebCrypto(
  algorithm: PublicKeyJwtAlgorithm,
  publicKey: CryptoKey,
  message: Message,
  signatures: readonly Uint8Array[],
): Promise<number> {
  const data = asciiBytes(message) ?? joinMessage(message);
  if (data === undefined) return -1;
  const { subtle } = globalThis.crypto;
  for (const [i, signature] of signatures.entries()) {
    const isRight = await subtle.verify(
      parametersOf(algorithm),
      publicKey,
      signature as BufferSource,
      data as BufferSource,
    );
    if (isRight) return i;
  }
  return -1;
}

/** All at once: letter by letter, a million take longer than a request may hold the loop. Undefined where they are no ASCII. */
function asciiBytes(message: Message): Uint8Array | undefined {
  if (message.some((piece) => typeof piece !== 'string')) return undefined;
  const text = message.join('');
  const bytes = utf8(text);
  return bytes.length === text.length ? bytes : undefined;
}

/** RFC 7518 §3, RFC 8037 §3.1: of RSA the hash is the key’s, as it was imported. */
function parametersOf(algorithm: PublicKeyJwtAlgorithm): EcdsaParams | RsaPssParams | Algorithm {
  const bits = algorithm.slice(2);
  if (algorithm.startsWith('ES')) return { name: 'ECDSA', hash: `SHA-${bits}` };
  if (algorithm.startsWith('PS')) return { name: 'RSA-PSS', saltLength: Number(bits) / 8 };
  return { name: algorithm.startsWith('RS') ? 'RSASSA-PKCS1-v1_5' : 'Ed25519' };
}
