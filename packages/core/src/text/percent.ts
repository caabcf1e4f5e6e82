/** Percent-encoding (RFC 3986 §2.1): each byte that does not stand for itself as `%` and two hexadecimal digits in capitals. */
import { utf8 } from './bytes.ts';

/** Which characters stand for themselves, and how each of the 256 bytes is written. */
export interface PercentEncoding {
  readonly encoded: RegExp;
  /** A text may be of nothing but what is encoded: a call for each byte would take a millisecond. */
  readonly bytes: readonly string[];
}

/** RFC 3986 §2.3: all but the unreserved characters. */
export const UNRESERVED: PercentEncoding = /* @__PURE__ */ allBut(/[^A-Za-z0-9._~-]/);

/** What forms leave as it is (WHATWG URL, application/x-www-form-urlencoded); a blank is `%20`, not `+`. */
export const FORM_ENCODING: PercentEncoding = /* @__PURE__ */ allBut(/[^A-Za-z0-9*._-]/);

function allBut(encoded: RegExp): PercentEncoding {
  const bytes = Array.from({ length: 256 }, (_, byte) => {
    const char = String.fromCharCode(byte);
    return encoded.test(char) ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : char;
  });
  return { encoded, bytes };
}

/** The text’s UTF-8, percent-encoded. */
export function percentEncoded(text: string, { encoded, bytes }: PercentEncoding): string {
  if (!encoded.test(text)) return text;
  let written = '';
  for (const byte of utf8(text)) written += bytes[byte];
  return written;
}
