/** A token's text (RFC 7515 §7.1): three segments, each cut out and decoded strictly. */
import { decodeBase64url, decodeUtf8 } from '../../text/bytes.ts';
import { isJsonFault, scanJsonObject } from '../../text/json-text.ts';

/** A longer token is refused before any of it is decoded. */
export const MAX_TOKEN_CHARS: number = 8 * 1024;

export interface TokenText {
  readonly header: string;
  readonly payload: string;
  /** What the signature covers: header, dot, payload. */
  readonly signingInput: string;
  readonly signature: string;
}

/** Cuts a token at its dots; undefined where it has not three segments. */
export function splitToken(token: string): TokenText | undefined {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) return undefined;
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signingInput: token.slice(0, second),
    signature: token.slice(second + 1),
  };
}

/** A segment's JSON object; or why it is none that can be read in one way only, e.g. `is no base64url`. */
export function parseSegment(segment: string): Record<string, unknown> | string {
  const bytes = decodeBase64url(segment);
  if (!bytes) return 'is no base64url';
  const scanned = scanJsonObject(bytes);
  if (isJsonFault(scanned)) return `cannot be read: ${scanned.fault}, at byte ${scanned.offset}`;
  const text = decodeUtf8(bytes);
  return text === undefined ? 'is no UTF-8' : (JSON.parse(text) as Record<string, unknown>);
}
