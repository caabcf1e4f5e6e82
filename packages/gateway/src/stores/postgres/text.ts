/** Texts as PostgreSQL takes them: it refuses the character U+0000, and half of a surrogate pair has no UTF-8. */

/** The same text, with U+FFFD in place of what cannot be stored. For texts that name or explain; what is byte-exact is stored as bytes or as JSON. */
export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole;
}
