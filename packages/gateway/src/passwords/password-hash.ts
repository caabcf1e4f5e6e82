/** A password's hash as a configuration has it: a PHC string of argon2id (RFC 9106), within bounds on what a try costs. */
import { Buffer } from 'node:buffer';

export interface PasswordHash {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/** Why a text is no such hash; completes "the password …". */
export interface HashFault {
  readonly fault: string;
}

/** What one try may cost; below the least, a hash is tried too fast where it was stolen (OWASP’s least, at five passes, is 7 MiB). */
export const HASH_BOUNDS = {
  memoryKib: { min: 7_168, max: 262_144 },
  passes: { min: 1, max: 10 },
  parallelism: { min: 1, max: 16 },
} as const;

/** The second recommended choice of RFC 9106 §4: 64 MiB, three passes, four lanes. */
export const HASH_COSTS: Omit<PasswordHash, 'salt' | 'tag'> = {
  memoryKib: 65_536,
  passes: 3,
  parallelism: 4,
};

/** What makes one. */
export const HASH_COMMAND = 'countersign password';

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const LEAST_SALT_BYTES = 8;
const LEAST_TAG_BYTES = 16;

/** Reads a PHC string such as `$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH`. */
export function readPasswordHash(text: string): PasswordHash | HashFault {
  const [, m, t, p, salt, tag] = PHC.exec(text) ?? [];
  if (salt === undefined || tag === undefined) return { fault: faultOf(text) };
  const hash = {
    memoryKib: Number(m),
    passes: Number(t),
    parallelism: Number(p),
    salt: new Uint8Array(Buffer.from(salt, 'base64')),
    tag: new Uint8Array(Buffer.from(tag, 'base64')),
  };
  if (hash.salt.length < LEAST_SALT_BYTES || hash.tag.length < LEAST_TAG_BYTES)
    return { fault: 'is cut short' };
  return (
    costFault('memory (m, in KiB)', hash.memoryKib, HASH_BOUNDS.memoryKib) ??
    costFault('number of passes (t)', hash.passes, HASH_BOUNDS.passes) ??
    costFault('parallelism (p)', hash.parallelism, HASH_BOUNDS.parallelism) ??
    hash
  );
}

export function passwordHashText({ memoryKib, passes, parallelism, salt, tag }: PasswordHash): string {
  const costs = `m=${memoryKib},t=${passes},p=${parallelism}`;
  return ['', 'argon2id', 'v=19', costs, base64(salt), base64(tag)].join('$');
}

function faultOf(text: string): string {
  if (/^\$argon2id\$/.test(text)) return 'is not a whole argon2id hash';
  return text.startsWith('$') ? 'is a hash of another kind' : 'is not a hash';
}

function costFault(
  what: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): HashFault | undefined {
  if (value >= min && value <= max) return undefined;
  return { fault: `has a ${what} of ${value}, which is not from ${min} to ${max}` };
}

/** PHC strings have no padding. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
