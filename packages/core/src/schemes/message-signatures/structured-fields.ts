/** Structured fields (RFC 9651), parsed by structured-headers and held to one spelling. */
import {
  type Dictionary,
  type InnerList,
  type Item,
  parseDictionary,
  serializeDictionary,
} from 'structured-headers';
import { trimSpace } from '../../text/media-type.ts';
import type { WithoutDecimals } from './decimals.ts';

/**
 * A dictionary, or undefined where the text is none or is not written as it would be serialised. A parser must let
 * the last of two equal names win (RFC 9651 §4.2.2); here a name that occurs twice, in the dictionary or among
 * parameters, is refused, and so is every second spelling of a value. White space is free where the grammar has it.
 *
 * @param decimals the text with its decimals set apart, where the members are written again; see `withoutDecimals`.
 */
export function parseStrictDictionary(
  text: string,
  decimals: WithoutDecimals = { text, restore: (serialised) => serialised },
): Dictionary | undefined {
  if (!isSmall(text)) return undefined;
  const dictionary = attempt(() => parseDictionary(decimals.text));
  if (dictionary === undefined) return undefined;
  const canonical = attempt(() => decimals.restore(serializeDictionary(dictionary)));
  return canonical !== undefined && withoutSpace(canonical) === withoutSpace(text) ? dictionary : undefined;
}

/** Why one member of a dictionary is not taken. */
export type MemberFault = 'stands twice' | 'is not in its one spelling';

/**
 * The members of a dictionary by name, each judged by itself: the same strictness as `parseStrictDictionary`, but what
 * is wrong with one is not wrong with the others. Undefined where the text is no dictionary at all.
 */
export function parseStrictMembers(
  text: string,
): ReadonlyMap<string, Item | InnerList | MemberFault> | undefined {
  if (!isSmall(text)) return undefined;
  const members = new Map<string, Item | InnerList | MemberFault>();
  for (const part of splitMembers(text)) {
    const parsed = attempt(() => parseDictionary(part));
    const [entry] = parsed ?? [];
    if (parsed?.size !== 1 || !entry) return undefined;
    const [name, member] = entry;
    const canonical = attempt(() => serializeDictionary(parsed));
    const isOne = canonical !== undefined && withoutSpace(canonical) === withoutSpace(part);
    members.set(name, members.has(name) ? 'stands twice' : isOne ? member : 'is not in its one spelling');
  }
  return members;
}

/** RFC 9651 §3: a comma that stands in no string ends a member, inside of inner lists too, where none may stand. */
function splitMembers(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isString && char === '\\') i++;
    else if (char === '"') isString = !isString;
    else if (char === ',' && !isString) {
      parts.push(trimSpace(text.slice(from, i)));
      from = i + 1;
    }
  }
  return [...parts, trimSpace(text.slice(from))];
}

/** A field as long as the whole head that Node takes by default. */
const MAX_CHARS = 16 * 1024;

/**
 * Members, items and parameters together: each costs half a microsecond. RFC 9651 §3 wants parsers to take 1024 members
 * of a dictionary or list, 256 items of an inner list, 256 parameters.
 */
const MAX_ITEMS = 2048;

/** Whether a field is small enough to be parsed. */
export function isSmall(text: string): boolean {
  if (text.length > MAX_CHARS) return false;
  let items = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // What ends a member or an item, or begins a parameter; the space behind a comma is no further one.
    if (code === 0x2c || code === 0x3b || (code === 0x20 && text.charCodeAt(i - 1) !== 0x2c)) items++;
  }
  return items <= MAX_ITEMS;
}

/** The library throws on what it cannot parse or serialise; here that is a value. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The text without white space outside its strings. */
function withoutSpace(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t]+/g, (match) => (match.startsWith('"') ? match : ''));
}
