/** The token of a trial, as far as it can be read: nothing of it is proved. */
import type { HeaderList } from '../headers.ts';
import { MAX_TOKEN_CHARS, parseSegment, splitToken } from '../schemes/jwt/token-text.ts';
import type { JsonObject } from '../text/is-object.ts';
import type { Trial } from './trial.ts';

/** A JSON Web Token among other text: it begins where a run of its letters does, or a text of many beginnings takes long. */
export const TOKEN: RegExp = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/;

/** What the last word of a header’s value says as a token; undefined where it is none. */
export function readToken(
  headers: HeaderList,
  name: string,
): { readonly header: JsonObject; readonly claims: JsonObject } | undefined {
  const value = headers.single(name);
  if (!value || value.length > MAX_TOKEN_CHARS) return undefined;
  const token = splitToken(TOKEN.exec(value)?.[0] ?? '');
  if (!token) return undefined;
  const [header, claims] = [parseSegment(token.header), parseSegment(token.payload)];
  return typeof header === 'string' || typeof claims === 'string' ? undefined : { header, claims };
}

export function tokenClaimsOf(headers: HeaderList, name: string): JsonObject | undefined {
  return readToken(headers, name)?.claims;
}

/** The trial’s own token. */
export function tokenOf({ scheme, request }: Trial): ReturnType<typeof readToken> {
  const [name] = scheme.headers.token;
  return name === undefined ? undefined : readToken(request.headers, name);
}
