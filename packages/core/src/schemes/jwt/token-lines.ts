/** What a request's tokens say of themselves, for an operator: a few members, never the signature or the whole token. */
import type { HeaderList } from '../../headers.ts';
import { shownText } from '../../text/shown-text.ts';
import { MAX_TOKEN_CHARS, parseSegment, splitToken, type TokenSegment } from './token-text.ts';

/** One member: its name, with the header's before it where several headers carry a token; and its value, bounded and escaped. */
export interface TokenLine {
  readonly label: string;
  readonly value: string;
}

const OF_HEADER: readonly string[] = ['alg', 'typ', 'kid'];
const OF_PAYLOAD: readonly string[] = ['iss', 'aud', 'exp', 'nbf', 'iat', 'htm', 'htu'];
const TIMES: readonly string[] = ['exp', 'nbf', 'iat'];

/** Reads as far as can be read, whatever the verdict: nothing of it is proved. @param names lower-case header names */
export function tokenLines(headers: HeaderList, names: readonly string[]): readonly TokenLine[] {
  return names.flatMap((name) => {
    const value = headers.single(name);
    if (!value || value.length > MAX_TOKEN_CHARS) return [];
    const token = splitToken(value, value.lastIndexOf(' ') + 1);
    if (token === undefined) return [];
    const before = name === names[0] ? '' : `${name} `;
    return [...membersOf(token.header, OF_HEADER, before), ...membersOf(token.payload, OF_PAYLOAD, before)];
  });
}

function membersOf(segment: TokenSegment, names: readonly string[], before: string): readonly TokenLine[] {
  const object = parseSegment(segment);
  if (typeof object === 'string') return [];
  return names
    .filter((name) => Object.hasOwn(object, name))
    .map((name) => ({ label: before + name, value: valueText(name, object[name]) }));
}

function valueText(name: string, value: unknown): string {
  const text = shownText(typeof value === 'string' ? value : JSON.stringify(value));
  const date = typeof value === 'number' && TIMES.includes(name) ? new Date(value * 1000) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? text : `${text} (${date.toISOString()})`;
}
