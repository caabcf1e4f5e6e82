/** Values of headers, which are byte strings, as text for what takes UTF-8: an environment, a message's headers, a filter. */
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
