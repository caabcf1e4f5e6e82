/**
 * The dictionaries that senders write, read in one pass: lists of plain strings, byte sequences, parameters that are
 * strings, integers or flags, all in their one spelling. What is written otherwise, or is wrong, is left to the parser.
 */
import type { InnerList, Item, Parameters } from 'structured-headers';
import { decodeBase64 } from '../../text/encodings.ts';

/** A member of a dictionary that is in its one spelling. */
export interface StrictMember {
  /** The list, if it is one. */
  readonly list: InnerList | undefined;
  /** The bytes, if it is a byte sequence. */
  readonly bytes: Uint8Array | undefined;
  readonly parameters: Parameters;
  /** What it is serialised as, its name apart. */
  readonly text: string;
}

const NO_PARAMETERS: Parameters = new Map();

/** The members by name; undefined where the text is none of those dictionaries, or a name stands twice. */
export function readUsualMembers(text: string): ReadonlyMap<string, StrictMember> | undefined {
  const members = new Map<string, StrictMember>();
  const reader: Reader = { text, at: skipBlanks(text, 0) };
  for (;;) {
    const name = readName(reader);
    if (name === undefined || members.has(name) || text.charCodeAt(reader.at) !== EQUALS) return undefined;
    reader.at++;
    const member = readMember(reader);
    if (member === undefined) return undefined;
    members.set(name, member);
    reader.at = skipBlanks(text, reader.at);
    if (reader.at === text.length) return members;
    if (text.charCodeAt(reader.at) !== COMMA) return undefined;
    reader.at = skipBlanks(text, reader.at + 1);
  }
}

/** How far a text is read. */
interface Reader {
  readonly text: string;
  at: number;
}

function readMember(reader: Reader): StrictMember | undefined {
  const { text, at: start } = reader;
  let items: Item[] | undefined;
  let bytes: Uint8Array | undefined;
  if (text.charCodeAt(start) === OPEN) items = readItems(reader);
  else if (text.charCodeAt(start) === COLON) bytes = readBytes(reader);
  if (items === undefined && bytes === undefined) return undefined;
  const parameters = readParameters(reader);
  if (parameters === undefined) return undefined;
  const list: InnerList | undefined = items && [items, parameters];
  return { list, bytes, parameters, text: text.slice(start, reader.at) };
}

/** A list’s items. A sender covers the same components request after request: the same text is the same array. */
function readItems(reader: Reader): Item[] | undefined {
  const { text, at: start } = reader;
  if (lastList !== '' && text.startsWith(lastList, start)) {
    reader.at += lastList.length;
    return lastItems;
  }
  const items: Item[] = [];
  reader.at++;
  for (;;) {
    const value = readString(reader);
    if (value === undefined) return undefined;
    const parameters = readParameters(reader);
    if (parameters === undefined) return undefined;
    items.push([value, parameters]);
    const code = text.charCodeAt(reader.at++);
    if (code === CLOSE) break;
    if (code !== SPACE) return undefined;
  }
  const list = text.slice(start, reader.at);
  if (list.length <= MAX_KEPT_CHARS) {
    lastList = list;
    lastItems = items;
  }
  return items;
}

let lastList = '';
let lastItems: Item[] = [];

/** A longer one would be kept alive, and takes as long to compare as to read. */
const MAX_KEPT_CHARS = 256;

function readBytes(reader: Reader): Uint8Array | undefined {
  const { text } = reader;
  const start = reader.at + 1;
  const end = text.indexOf(':', start);
  if (end < 0) return undefined;
  reader.at = end + 1;
  return decodeBase64(text, start, end);
}

/** Undefined where a name stands twice among them. */
function readParameters(reader: Reader): Parameters | undefined {
  const { text } = reader;
  if (text.charCodeAt(reader.at) !== SEMICOLON) return NO_PARAMETERS;
  const parameters: Parameters = new Map();
  while (text.charCodeAt(reader.at) === SEMICOLON) {
    reader.at++;
    const name = readName(reader);
    if (name === undefined || parameters.has(name)) return undefined;
    if (text.charCodeAt(reader.at) !== EQUALS) {
      parameters.set(name, true);
      continue;
    }
    reader.at++;
    const value = text.charCodeAt(reader.at) === QUOTE ? readString(reader) : readInteger(reader);
    if (value === undefined) return undefined;
    parameters.set(name, value);
  }
  return parameters;
}

/** Without what is escaped. */
function readString(reader: Reader): string | undefined {
  const { text } = reader;
  if (text.charCodeAt(reader.at) !== QUOTE) return undefined;
  const start = reader.at + 1;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      reader.at = at + 1;
      return text.slice(start, at);
    }
    if (code < SPACE || code > TILDE || code === BACKSLASH) return undefined;
  }
  return undefined;
}

/** Not negative; a number of 15 digits is whole in JavaScript. The point of a decimal is left, which nothing expects there. */
function readInteger(reader: Reader): number | undefined {
  const { text, at: start } = reader;
  let value = 0;
  let at = start;
  for (; isDigit(text.charCodeAt(at)); at++) value = value * 10 + text.charCodeAt(at) - ZERO;
  reader.at = at;
  const digits = at - start;
  const isCanonical = digits === 1 || text.charCodeAt(start) !== ZERO;
  return digits >= 1 && digits <= 15 && isCanonical ? value : undefined;
}

/** A key of RFC 9651 §3.1.2. */
function readName(reader: Reader): string | undefined {
  const { text, at: start } = reader;
  const first = text.charCodeAt(start);
  if (!isLower(first) && first !== STAR) return undefined;
  let at = start + 1;
  while (isNameCode(text.charCodeAt(at))) at++;
  reader.at = at;
  return text.slice(start, at);
}

function isNameCode(code: number): boolean {
  return (
    isLower(code) ||
    isDigit(code) ||
    code === UNDERSCORE ||
    code === HYPHEN ||
    code === POINT ||
    code === STAR
  );
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 0x39;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB) at++;
  return at;
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const STAR = 0x2a;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
const TILDE = 0x7e;
