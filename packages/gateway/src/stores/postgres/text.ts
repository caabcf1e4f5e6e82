/** Texts as PostgreSQL takes them: it refuses the character U+0000, and half of a surrogate pair has no UTF-8. */
import { createHash } from 'node:crypto';

/** The same text, with U+FFFD in place of what cannot be stored. For texts that name or explain; what is byte-exact is stored as bytes or as JSON. */
export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole;
}

/** A row of an index has 2,700 bytes at most. */
const MAX_INDEXED_CHARS = 250;

/** A text as an index takes it, of at most 750 bytes: of a longer one the beginning, and a hash in place of the rest. */
export function indexable(text: string): string {
  if (text.length <= MAX_INDEXED_CHARS) return storable(text);
  const hash = createHash('sha256').update(text).digest('hex');
  return storable(text.slice(0, MAX_INDEXED_CHARS - hash.length)) + hash;
}
