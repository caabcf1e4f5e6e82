import { createHash } from 'node:crypto';

/** SHA-256, in letters that a cookie or a header takes: what stands for a secret where the secret itself is not kept. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
