/** What stands behind the name of an authentication scheme. */

const SPACE = 0x20;

/**
 * The credentials behind a prefix such as `Bearer `: its letters in any case (RFC 9110 §11.1), and behind its space
 * any more of them (`1*SP`, RFC 6750 §2.1). Undefined where the value does not begin so.
 */
export function afterScheme(value: string, prefix: string): string | undefined {
  if (prefix === '') return value;
  if (value.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return undefined;
  let at = prefix.length;
  if (prefix.endsWith(' ')) while (value.charCodeAt(at) === SPACE) at++;
  return value.slice(at);
}
