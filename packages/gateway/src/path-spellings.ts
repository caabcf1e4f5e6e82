/**
 * How else a path may be read: as servers decode, cut and merge it. A spelling that passes by the gate of the plain path and
 * into a wider one would be a way round the first; which readings an upstream makes is not known here, so all are tried.
 */

/** Each decoding may lay bare the next, behind servers that pass on what they have decoded. */
const MAX_DECODINGS = 3;

/** Percent-encoding, parameters, empty segments, a slash or dots at an end: a path without these has one reading. */
const ODD = /[%;]|\/\/|\.\/|[/.]$/;

/** Slashes, percent signs and semicolons: more would take milliseconds to read in all ways. */
const MAX_MARKS = 2000;

/**
 * The readings of a path, as segments; none for one that is plain, undefined for one that is odd too often to be read.
 * `path` begins with `/` and has no query.
 */
export function otherSpellings(path: string): Iterable<readonly string[]> | undefined {
  if (path === '/' || !ODD.test(path)) return [];
  let marks = 0;
  for (let i = 0; i < path.length; i++) {
    const char = path[i];
    if (char === '/' || char === '%' || char === ';') marks++;
  }
  return marks > MAX_MARKS ? undefined : spellings(path);
}

function* spellings(path: string): Generator<readonly string[]> {
  let text: string | undefined = path;
  for (let i = 0; text !== undefined && i < MAX_DECODINGS; i++) {
    yield* spellingsOf(text);
    text = text.includes('%') ? decode(text) : undefined;
  }
}

/** With `%2F` for a slash or not, with parameters (RFC 3986 §3.3) or without them, cut before or after the decoding. */
function* spellingsOf(path: string): Generator<readonly string[]> {
  const isEncoded = path.includes('%');
  const bare = path.includes(';') ? path.replaceAll(/;[^/]*/g, '') : path;
  for (const text of bare === path ? [path] : [path, bare]) {
    const whole = isEncoded ? decode(text) : text;
    if (whole !== undefined) yield* withAndWithoutParameters(beforeQuery(whole).split(/[/\\]/));
    if (!isEncoded) continue;
    const segments = text.split('/').map(decode);
    if (segments.every((segment) => segment !== undefined)) yield* withAndWithoutParameters(segments);
  }
}

function* withAndWithoutParameters(segments: readonly string[]): Generator<readonly string[]> {
  yield plain(segments);
  if (segments.some((segment) => segment.includes(';'))) {
    yield plain(segments.map((segment) => segment.slice(0, endOf(segment, ';'))));
  }
}

/** Dots resolved, empty segments left out; blanks, control characters and final dots cut off, as file systems do. */
function plain(segments: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '') continue;
    const text = segment.trim();
    if (text === '..') kept.pop();
    const name = withoutEnd(text);
    if (name !== '') kept.push(name);
  }
  return kept;
}

function withoutEnd(segment: string): string {
  let [start, end] = [0, segment.length];
  while (start < end && segment.charCodeAt(start) <= 0x20) start++;
  while (end > start && (segment.charCodeAt(end - 1) <= 0x20 || segment[end - 1] === '.')) end--;
  return segment.slice(start, end);
}

/** Some decode first and look for the query then. */
function beforeQuery(path: string): string {
  return path.slice(0, Math.min(endOf(path, '?'), endOf(path, '#')));
}

function endOf(text: string, char: string): number {
  const at = text.indexOf(char);
  return at < 0 ? text.length : at;
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
