/** Where a gate looks for its token, and what stands there. */
import { MAX_TOKEN_CHARS } from '../schemes/jwt/token-text.ts';
import type { TokenForm } from '../schemes/shared-token.ts';
import { decodeUtf8 } from '../text/bytes.ts';
import { decodeHex } from '../text/encodings.ts';
import { declaredAs } from './declared.ts';
import { tokenDeclared } from './other-options.ts';
import { bytesOfBase64 } from './strangers-base64.ts';
import type { Change, Trial } from './trial.ts';

const PREFIXES: Readonly<Record<TokenForm, string>> = { plain: '', bearer: 'Bearer ', basic: 'Basic ' };

export interface TokenPlace {
  readonly header: string;
  /** What the gate wants before the token. */
  readonly prefix: string;
  /** `signed`: a JSON Web Token; otherwise it is the secret itself. */
  readonly form: TokenForm | 'signed';
}

/** Undefined where the proof is no token. */
export function tokenPlace({ scheme }: Pick<Trial, 'scheme'>): TokenPlace | undefined {
  const token = tokenDeclared(scheme)?.options;
  if (token) return { header: token.header, prefix: token.prefix ?? '', form: 'signed' };
  const shared = declaredAs(scheme, 'shared-token')?.options;
  return shared && { header: shared.header, prefix: PREFIXES[shared.form], form: shared.form };
}

/** The same request with that value in the token’s header. */
export function inTokenPlace(
  { request }: Trial,
  { header }: TokenPlace,
  value: string,
  detail?: string,
): Change {
  return {
    request: { ...request, headers: request.headers.with(header, value) },
    ...(detail !== undefined && { detail }),
  };
}

/** The header’s value; undefined where it is absent, empty, repeated or too long. */
export function placedValue({ request }: Trial, { header }: TokenPlace): string | undefined {
  const value = request.headers.single(header);
  return value && value.length <= MAX_TOKEN_CHARS ? value : undefined;
}

/** What stands there behind the gate’s own word; undefined where another stands before it, or none. */
export function placedToken(trial: Trial): { readonly place: TokenPlace; readonly text: string } | undefined {
  const place = tokenPlace(trial);
  const value = place && placedValue(trial, place);
  if (!place || value === undefined) return undefined;
  const { prefix } = place;
  if (!value.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
  return { place, text: value.slice(prefix.length).trim() };
}

/** A word of an authentication scheme before a token. */
export const SCHEME_WORD: RegExp = /^(?:[A-Za-z][\w-]{0,24})(?::| ) */;

export function withoutWords(value: string): string {
  return value.replace(/^(?:[A-Za-z][\w-]{0,24}(?:: *| +))+/, '');
}

/** The printable texts of which it is base64, base64url or hex. */
export function decodedTexts(text: string): readonly string[] {
  return [bytesOfBase64(text), decodeHex(text, { upperCase: true })].flatMap((bytes) => {
    const decoded = bytes && decodeUtf8(bytes)?.trim();
    return decoded && /^[\x20-\x7e]+$/.test(decoded) ? [decoded] : [];
  });
}

/** What somebody wrote as a user’s name or password, and all of it. */
export function basicTexts(value: string): readonly string[] {
  const [, text = ''] = /^basic:? +(\S+)$/i.exec(value) ?? [];
  return decodedTexts(text).flatMap((decoded) => {
    const colon = decoded.indexOf(':');
    return colon < 0 ? [decoded] : [decoded, decoded.slice(colon + 1), decoded.slice(0, colon)];
  });
}

/** Headers that hold no token, whatever a request is for. */
export const OF_THE_MESSAGE: RegExp =
  /^(?:host|date|accept.*|content-.*|user-agent|connection|cache-control|origin|referer|x-forwarded-(?:for|proto|host|port)|sec-.*|traceparent|via)$/;
