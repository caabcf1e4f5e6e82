/** Texts of which one is a secret, compared. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares digests, so that neither a length nor where the texts differ can be timed. */
export function equalTexts(actual: string, expected: string): boolean {
  return timingSafeEqual(digest(actual), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
