/** argon2id of Node's own, which came with Node 24.7: it works in Node's pool of threads, off the event loop. */
import crypto, { timingSafeEqual } from 'node:crypto';
import { SetupError } from '@countersign/core/internal/setup-error';
import { HASH_COSTS, type PasswordHash } from './password-hash.ts';

/** UTF-16 units of a password that is looked at. */
export const MAX_PASSWORD_CHARS = 1_024;

type Costs = Pick<PasswordHash, 'memoryKib' | 'passes' | 'parallelism' | 'salt'>;

/** @throws SetupError where this Node has no argon2. @param option what asks for it */
export function requireArgon2(option: string, argon2: unknown = crypto.argon2): void {
  if (typeof argon2 === 'function') return;
  throw new SetupError(
    option,
    `passwords are checked with argon2id, which Node ${process.versions.node} does not have`,
    'Start it with Node 24.7 or later, or leave the users out and use admin.token or admin.oidc.',
  );
}

/** Whether a password is the hash's. It takes `memoryKib` of memory meanwhile. */
export async function isPassword(password: string, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await deriveTag(password, hash, hash.tag.byteLength), hash.tag);
}

/** Hashes a password with a salt of its own. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const costs = { ...HASH_COSTS, salt: new Uint8Array(crypto.randomBytes(16)) };
  return { ...costs, tag: new Uint8Array(await deriveTag(password, costs, 32)) };
}

/** As the same keys are typed on another machine: in Unicode's composed form (RFC 8265 §4.2). */
function deriveTag(
  password: string,
  { memoryKib, passes, parallelism, salt }: Costs,
  tagLength: number,
): Promise<Uint8Array> {
  const message = password.normalize('NFC');
  const parameters = { message, nonce: salt, memory: memoryKib, passes, parallelism, tagLength };
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}
