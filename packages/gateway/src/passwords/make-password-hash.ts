/** For `countersign password`: the hash of a user's password, as `admin.users` takes it. */
import { hashPassword, requireArgon2 } from './argon2id.ts';
import { passwordHashText } from './password-hash.ts';

export { MAX_PASSWORD_CHARS } from './argon2id.ts';

/**
 * Hashes a password with a salt of its own: 64 MB and a fifth of a second.
 * @returns a PHC string such as `$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH`
 * @throws SetupError on a Node without argon2
 */
export async function makePasswordHash(password: string): Promise<string> {
  requireArgon2('password');
  return passwordHashText(await hashPassword(password));
}
