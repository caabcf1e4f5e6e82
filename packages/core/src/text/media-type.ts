/** Media types and header parameters (RFC 9110 §8.3, §5.6.6), strict. */

import { isToken, tokenEnd } from './token.ts';
import { skipSpace, trimSpace } from './white-space.ts';

export interface MediaType {
  /** Lower case, e.g. `multipart/form-data`. */
  readonly type: string;
  /** Names in lower case, values as written, quotes taken off. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The media type that a Content-Type header names; undefined where the header breaks the grammar or repeats a parameter. */
export function parseMediaType(text: string): MediaType | undefined {
  const semicolon = text.indexOf(';');
  const essence = trimSpace(semicolon < 0 ? text : text.slice(0, semicolon));
  const slash = essence.indexOf('/');
  if (slash < 0 || !isToken(essence.slice(0, slash)) || !isToken(essence.slice(slash + 1))) return undefined;
  const parameters = parseParameters(semicolon < 0 ? '' : text.slice(semicolon));
  return parameters && { type: essence.toLowerCase(), parameters };
}

/**
 * Parameters, each behind a semicolon: `; a=token; b="quoted \" text"`. Empty ones are skipped (RFC 9110 §5.6.6).
 * Undefined where they break the grammar, hold a control character, or one name occurs twice.
 */
export function parseParameters(text: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  let i = skipSpace(text, 0);
  while (i < text.length) {
    if (text[i] !== ';') return undefined;
    i = skipSpace(text, i + 1);
    if (i === text.length || text[i] === ';') continue;
    const nameEnd = tokenEnd(text, i);
    const name = text.slice(i, nameEnd).toLowerCase();
    if (name === '' || text[nameEnd] !== '=' || parameters.has(name)) return undefined;
    const quoted = text[nameEnd + 1] === '"';
    const end = quoted ? quotedEnd(text, nameEnd + 1) : tokenEnd(text, nameEnd + 1);
    if (end <= nameEnd + 1) return undefined;
    const value = text.slice(nameEnd + 1, end);
    parameters.set(name, quoted ? unquoted(value) : value);
    i = skipSpace(text, end);
  }
  return parameters;
}

/** The labels of UTF-8 in the Encoding Standard (§4.2): what browsers and form parsers take for it. */
const UTF8_LABELS: readonly string[] = [
  'utf-8',
  'utf8',
  'unicode-1-1-utf-8',
  'unicode11utf8',
  'unicode20utf8',
  'x-unicode20utf8',
];

/** Whether a media type's text is UTF-8: it names no charset, or that one. */
export function isUtf8({ parameters }: MediaType): boolean {
  const charset = parameters.get('charset');
  return charset === undefined || UTF8_LABELS.includes(trimSpace(charset).toLowerCase());
}

/** The offset after the closing quote; -1 where there is none or a control character stands before it. */
function quotedEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) code = text.charCodeAt(++i);
    // Compared this way round, the end of the text (NaN) fails too.
    if (!(code === 0x09 || (code >= 0x20 && code !== 0x7f))) return -1;
  }
  return -1;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}
