/** Whose payloads are erased: by id, header, JSON member or text. */
import type { MaybePromise } from '@countersign/core';
import { inTurns, SLICE_BYTES, type Sliced } from '../loop-slices.ts';
import type { KeptEvent } from './event-store.ts';
import { JsonWalk } from './json-walk.ts';

/** All that is given must hold; something beside the gate must be given. */
export interface EraseMatch {
  readonly gate?: string;
  /** Of events, and of refused requests. */
  readonly ids?: readonly string[];
  /** A header of that name, in any case, with exactly that value. */
  readonly header?: { readonly name: string; readonly value: string };
  /** A member of a body of JSON: names from the top with dots between them, `*` for each element or member. Numbers and booleans as written. */
  readonly member?: { readonly path: string; readonly value: string };
  /** Stands in the body, the URL or a header’s value: as it is, or as JSON, URLs and forms write it. Its case counts. */
  readonly text?: string;
}

/** What is looked through. */
export type Erasable = Pick<KeptEvent, 'id' | 'gate' | 'url' | 'headers' | 'body'>;

/** In slices, where a request is long. */
export type Matcher = (request: Erasable) => MaybePromise<boolean>;

/** @throws RangeError where it would match everything. */
export function createMatcher({ gate, ids, header, member, text }: EraseMatch): Matcher {
  if ([ids, header, member, text].every((condition) => condition === undefined) || text === '')
    throw new RangeError('what is erased must be named: by ids, header, member or text');
  const tests: Matcher[] = [];
  if (gate !== undefined) tests.push((request) => request.gate === gate);
  if (ids !== undefined) tests.push(isOneOf(new Set(ids)));
  if (header !== undefined) tests.push(hasHeader(header.name.toLowerCase(), header.value));
  if (text !== undefined) tests.push(hasText(text));
  if (member !== undefined) tests.push(hasMember(member.path.split('.'), member.value));
  return matchesAll(tests);
}

/** One after the other: none is asked once another has failed. */
export function matchesAll(tests: readonly Matcher[]): Matcher {
  return async (request) => {
    for (const test of tests) if (!(await test(request))) return false;
    return true;
  };
}

function isOneOf(ids: ReadonlySet<string>): Matcher {
  return ({ id }) => ids.has(id);
}

/** @param name in lower case */
export function hasHeader(name: string, value: string): Matcher {
  // Values of headers are byte strings.
  const bytes = Buffer.from(value).toString('latin1');
  return ({ headers }) =>
    headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === name && headers[i + 1] === bytes);
}

function hasText(text: string): Matcher {
  const spellings = [...new Set(spellingsOf(text))].map((spelling) => Buffer.from(spelling));
  const isIn = (bytes: Buffer): Promise<boolean> => inTurns(holdsOneOf(bytes, spellings));
  return async ({ body, url, headers }) =>
    (await isIn(bufferOf(body))) ||
    (await isIn(Buffer.from(`${url}\n${headers.filter((_, i) => i % 2 === 1).join('\n')}`, 'latin1')));
}

/** As JSON, URLs and forms write it. */
function spellingsOf(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const escaped = (digits: (code: string) => string): string =>
    json.replace(
      /[\u007f-\uffff]/g,
      (char) => `\\u${digits(char.charCodeAt(0).toString(16).padStart(4, '0'))}`,
    );
  const url = encodeURIComponent(text.toWellFormed());
  const lower = url.replace(/%../g, (code) => code.toLowerCase());
  const form = url.replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return [
    text,
    json,
    json.replaceAll('/', '\\/'),
    escaped((code) => code),
    escaped((code) => code.toUpperCase()),
    url,
    lower,
    form,
    form.replaceAll('%20', '+'),
    encodeURI(text.toWellFormed()),
  ];
}

export function hasMember(path: readonly string[], value: string): Matcher {
  const json = Buffer.from(JSON.stringify(value).slice(1, -1));
  return ({ body }) => inTurns(memberHolds(bufferOf(body), path, { value, json }));
}

function* memberHolds(
  bytes: Buffer,
  path: readonly string[],
  { value, json }: { readonly value: string; readonly json: Buffer },
): Sliced<boolean> {
  // To read each body of a large store takes long.
  if (!(yield* holdsOneOf(bytes, [json, BACKSLASH]))) return false;
  let isAtPath = false;
  const walk = new JsonWalk({
    bytes,
    places: { names: [], paths: [path] },
    maxDepth: Number.POSITIVE_INFINITY,
    onValue: (start, end) => {
      isAtPath ||= isValue(bytes.subarray(start, end), value);
    },
  });
  for (;;) {
    const isWhole = walk.run();
    if (isWhole !== undefined) return isWhole && isAtPath;
    yield;
  }
}

const BACKSLASH = Buffer.from('\\');
/** `\u0061`: the longest way to write a part of a text. */
const LONGEST_ESCAPE = 6;
/** A longer one is no number that anybody asks for. */
const LONGEST_NUMBER = 4_300;

/** Whether a value, as it is written, is a text, a number or a boolean that reads so. */
function isValue(written: Buffer, value: string): boolean {
  const first = String.fromCharCode(written[0] ?? 0);
  if ('{[n'.includes(first)) return false;
  const longest = first === '"' ? LONGEST_ESCAPE * value.length + 2 : LONGEST_NUMBER;
  return written.length <= longest && String(JSON.parse(written.toString())) === value;
}

/** How much is searched between two turns. */
const WINDOW_BYTES = 2 * SLICE_BYTES;

/** Whether one of the spellings stands in the bytes. */
export function* holdsOneOf(bytes: Buffer, spellings: readonly Buffer[]): Sliced<boolean> {
  const overlap = Math.max(...spellings.map(({ length }) => length)) - 1;
  for (let at = 0; ; ) {
    const window = bytes.subarray(at, at + WINDOW_BYTES + overlap);
    if (spellings.some((spelling) => window.includes(spelling))) return true;
    at += WINDOW_BYTES;
    if (at >= bytes.length) return false;
    yield;
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
