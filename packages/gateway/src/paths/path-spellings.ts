/**
 * How else a path may be read: as servers decode, cut and merge it. A spelling that passes by the gate of the plain path and
 * into a wider one would be a way round the first; which readings an upstream makes is not known here, so all are tried.
 */

import { decodePath } from './path-fault.ts';

/** Each decoding may lay bare the next, behind servers that pass on what they have decoded. */
const MAX_DECODINGS = 3;

/** Percent-encoding, parameters, empty segments, a slash or dots at an end: a path without these has one reading. */
const ODD = /[%;]|\/\/|\.\/|[/.]$/;

/** Slashes, either way, semicolons and dots of a path with more than one reading. */
const MAX_MARKS = 128;

/** Percent signs: two names of 255 bytes, all of them encoded. */
const MAX_ENCODED = 512;

/** Two dots alone in a segment, between blanks and control characters: what reads them so goes up, out of the gate. */
const CLIMBS = /(?:^|[/\\])[\s\0-\x20]*\.\.[\s\0-\x20]*(?:[/\\;?#]|$)/;

/**
 * The readings of a path, as their first segments, at most `limit`; none for one that is plain. Undefined for one that is odd
 * too often to be read, that nobody can decode, or that to some goes up.
 * `path` begins with `/` and has no query.
 */
export function otherSpellings(
  path: string,
  limit: number = Number.POSITIVE_INFINITY,
): Iterable<readonly string[]> | undefined {
  if (path === '/' || !ODD.test(path)) return [];
  if (isOddTooOften(path)) return undefined;
  const texts = [path];
  while (texts.length <= MAX_DECODINGS) {
    const text = decodePath(texts.at(-1) ?? '');
    if (text === undefined || text === texts.at(-1)) break;
    texts.push(text);
  }
  if (texts.length === 1 && path.includes('%')) return undefined;
  return texts.some((text) => text.includes('..') && CLIMBS.test(text)) ? undefined : spellings(texts, limit);
}

function isOddTooOften(path: string): boolean {
  let marks = 0;
  let encoded = 0;
  for (let i = 0; i < path.length; i++) {
    const char = path[i];
    if (char === '%') encoded++;
    else if (char === '/' || char === '\\' || char === ';' || char === '.') marks++;
  }
  return marks > MAX_MARKS || encoded > MAX_ENCODED;
}

/** @param texts each decoded from the one before. */
function* spellings(texts: readonly string[], limit: number): Generator<readonly string[]> {
  for (const [i, text] of texts.slice(0, MAX_DECODINGS).entries()) {
    yield* spellingsOf(text, texts[i + 1], limit);
    if (!text.includes(';')) continue;
    const bare = text.replaceAll(/;[^/]*/g, '');
    yield* spellingsOf(bare, decodePath(bare), limit);
  }
}

/** What is cut in one way before the decoding and in another after it. */
const HIDDEN_CUT = /%(?:2f|5c|3f|23)|[\\?#]/i;

/** With `%2F` for a slash or not. @param decoded undefined where that fails or changes nothing. */
function* spellingsOf(
  text: string,
  decoded: string | undefined,
  limit: number,
): Generator<readonly string[]> {
  const isEncoded = text.includes('%');
  const whole = decoded ?? (isEncoded ? undefined : text);
  if (whole !== undefined) {
    const slashed = beforeQuery(whole).replaceAll('\\', '/');
    yield* withAndWithoutParameters(slashed, (segment) => segment, limit);
  }
  if (whole !== undefined && !HIDDEN_CUT.test(text)) return;
  if (isEncoded) yield* withAndWithoutParameters(text, (segment) => decodePath(segment) ?? segment, limit);
}

/** Parameters: RFC 3986 §3.3. */
function* withAndWithoutParameters(
  text: string,
  read: (segment: string) => string,
  limit: number,
): Generator<readonly string[]> {
  const segments = firstSegments(text, (segment) => withoutEnd(read(segment)), limit);
  yield segments;
  if (segments.some((segment) => segment.includes(';'))) {
    const bare = (segment: string): string => {
      const whole = read(segment);
      return withoutEnd(whole.slice(0, endOf(whole, ';')));
    };
    yield firstSegments(text, bare, limit);
  }
}

/** Those that `read` leaves empty are left out. */
function firstSegments(text: string, read: (segment: string) => string, limit: number): readonly string[] {
  const kept: string[] = [];
  let start = 0;
  while (start <= text.length && kept.length < limit) {
    const slash = text.indexOf('/', start);
    const end = slash < 0 ? text.length : slash;
    const name = end === start ? '' : read(text.slice(start, end));
    if (name !== '') kept.push(name);
    start = end + 1;
  }
  return kept;
}

/** Blanks, control characters and final dots cut off, as file systems do. */
function withoutEnd(segment: string): string {
  const text = segment.trim();
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && (text.charCodeAt(end - 1) <= 0x20 || text[end - 1] === '.')) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Some decode first and look for the query then. */
function beforeQuery(path: string): string {
  return path.slice(0, Math.min(endOf(path, '?'), endOf(path, '#')));
}

function endOf(text: string, char: string): number {
  const at = text.indexOf(char);
  return at < 0 ? text.length : at;
}
