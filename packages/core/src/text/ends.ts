/** The ends of texts that others have written. */

/**
 * Without those characters at its end. By hand: an expression such as `=+$` tries the end of each run again from each of its places, which takes the
 * square of its length.
 */
export function withoutEnd(text: string, chars: string): string {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
