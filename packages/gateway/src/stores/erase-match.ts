/** Whose payloads are erased: by id, header, JSON member or text. */
import type { KeptEvent } from './event-store.ts';

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

export type Matcher = (request: Erasable) => boolean;

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
  return (request) => tests.every((test) => test(request));
}

function isOneOf(ids: ReadonlySet<string>): Matcher {
  return ({ id }) => ids.has(id);
}

function hasHeader(name: string, value: string): Matcher {
  // Values of headers are byte strings.
  const bytes = Buffer.from(value).toString('latin1');
  return ({ headers }) =>
    headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === name && headers[i + 1] === bytes);
}

function hasText(text: string): Matcher {
  const spellings = [...new Set(spellingsOf(text))].map((spelling) => Buffer.from(spelling));
  const isIn = (bytes: Buffer): boolean => spellings.some((spelling) => bytes.includes(spelling));
  return ({ body, url, headers }) =>
    isIn(bufferOf(body)) ||
    isIn(Buffer.from(`${url}\n${headers.filter((_, i) => i % 2 === 1).join('\n')}`, 'latin1'));
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

function hasMember(path: readonly string[], value: string): Matcher {
  const json = JSON.stringify(value).slice(1, -1);
  return ({ body }) => {
    const bytes = bufferOf(body);
    // To parse each body of a large store would hold the loop.
    if (!bytes.includes(json) && !bytes.includes('\\')) return false;
    let parsed: unknown;
    try {
      parsed = JSON.parse(bytes.toString());
    } catch {
      return false;
    }
    return isAt(parsed, path, value);
  };
}

function isAt(node: unknown, path: readonly string[], value: string): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return typeof node !== 'object' && String(node) === value;
  if (typeof node !== 'object' || node === null) return false;
  if (name === '*') return Object.values(node).some((child) => isAt(child, rest, value));
  return Object.hasOwn(node, name) && isAt(Reflect.get(node, name), rest, value);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
