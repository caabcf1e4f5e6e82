/** A token's text (RFC 7515 §7.1): three segments, each cut out and decoded strictly. */
import { decodeUtf8 } from '../../text/bytes.ts';
import { decodeBase64url } from '../../text/encodings.ts';
import { isJsonFault, scanJsonObject } from '../../text/json-text.ts';
import { parseExactJson } from '../../text/parse-exact-json.ts';

/** A longer token is refused before any of it is decoded. */
export const MAX_TOKEN_CHARS: number = 8 * 1024;

/** A part of a token, not cut out: V8 reads a substring’s chars at a fraction of the speed. */
export interface TokenSegment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface TokenText {
  readonly header: TokenSegment;
  readonly payload: TokenSegment;
  readonly signature: TokenSegment;
  /** What the signature covers: header, dot, payload. */
  readonly signingInput: string;
}

/** Finds a token's segments; undefined where it has not three. @param start where the token begins in the text */
export function splitToken(text: string, start = 0): TokenText | undefined {
  const first = text.indexOf('.', start);
  const second = text.indexOf('.', first + 1);
  if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) return undefined;
  return {
    header: { text, start, end: first },
    payload: { text, start: first + 1, end: second },
    signature: { text, start: second + 1, end: text.length },
    signingInput: text.slice(start, second),
  };
}

export function segmentBytes({ text, start, end }: TokenSegment): Uint8Array | undefined {
  return decodeBase64url(text, start, end);
}

/** A segment's JSON object; or why it is none that can be read in one way only, e.g. `is no base64url`. */
export function parseSegment({ text, start, end }: TokenSegment): Record<string, unknown> | string {
  scratch ??= new Uint8Array(MAX_TOKEN_CHARS);
  const bytes = decodeBase64url(text, start, end, scratch);
  if (!bytes) return 'is not base64url';
  const scanned = scanJsonObject(bytes);
  if (isJsonFault(scanned)) return `cannot be read: ${scanned.fault}, at byte ${scanned.offset}`;
  const json = decodeUtf8(bytes);
  return json === undefined ? 'is not UTF-8' : (parseExactJson(json) as Record<string, unknown>);
}

/** Of one segment while it is parsed, at once and to its end. */
let scratch: Uint8Array | undefined;
