/** Digests of every hash that senders take: those that no scheme has are made here, to recognise them. */
import { joinMessage, type Message } from '../crypto/backend.ts';
import { copy } from '../crypto/web-bytes.ts';
import { md5 } from './md5.ts';

export type DigestName = 'sha256' | 'sha1' | 'sha512' | 'sha384' | 'md5';

/** The usual first. */
export const DIGEST_NAMES: readonly DigestName[] = ['sha256', 'sha1', 'sha512', 'md5', 'sha384'];

export const DIGEST_LENGTHS: Readonly<Record<DigestName, number>> = {
  sha256: 32,
  sha1: 20,
  sha512: 64,
  sha384: 48,
  md5: 16,
};

const OF_WEB_CRYPTO: Readonly<Record<Exclude<DigestName, 'md5'>, string>> = {
  sha256: 'SHA-256',
  sha1: 'SHA-1',
  sha512: 'SHA-512',
  sha384: 'SHA-384',
};

/** As people write its name. */
export const digestTitle = (name: DigestName): string => (name === 'md5' ? 'MD5' : OF_WEB_CRYPTO[name]);

/** Ours takes two milliseconds for as many; longer messages have no MD5 here. */
const MAX_MD5_BYTES = 32 * 1024;

/** Undefined where a part of the message does not become whole, or it is too long. */
export async function digestOf(name: DigestName, message: Message): Promise<Uint8Array | undefined> {
  const bytes = joinMessage(message);
  if (bytes === undefined) return undefined;
  if (name === 'md5') return bytes.length > MAX_MD5_BYTES ? undefined : md5(bytes);
  return new Uint8Array(await crypto.subtle.digest(OF_WEB_CRYPTO[name], copy(bytes)));
}
