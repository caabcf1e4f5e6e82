/** Headers, whose values are byte strings, as text for what takes UTF-8: an environment, a message's headers, a filter. */
import { Buffer, isUtf8 } from 'node:buffer';

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of ASCII's, and the caller's to judge.
const ASCII = /^[\x00-\x7f]*$/;

/** The text whose UTF-8 is these bytes; undefined where there is none. */
export function textOfBytes(byteString: string): string | undefined {
  if (ASCII.test(byteString)) return byteString;
  const bytes = Buffer.from(byteString, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** The byte string of a text's UTF-8: the value that a header has. */
export function bytesOfText(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** By lower-case name; of a repeated one all values, with commas. */
export function headersByName(headers: readonly string[]): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase();
    const value = textOfBytes(headers[i + 1] ?? '');
    if (value === undefined) continue;
    const before = byName.get(name);
    byName.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return byName;
}

/** Whether their content type says that the body is a form. */
export function isForm(headers: readonly string[]): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(headersByName(headers).get('content-type') ?? '');
}
