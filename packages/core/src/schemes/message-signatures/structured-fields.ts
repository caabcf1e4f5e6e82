/** Structured fields (RFC 9651), parsed by structured-headers and held to one spelling. */
import {
  type Dictionary,
  type InnerList,
  type Item,
  isInnerList,
  parseDictionary,
  serializeDictionary,
} from 'structured-headers';
import { trimSpace } from '../../text/white-space.ts';
import { readUsualMembers, type StrictMember } from './usual-members.ts';

/**
 * A dictionary, or undefined where the text is none or is not written as it would be serialised. A parser must let
 * the last of two equal names win (RFC 9651 §4.2.2); here a name that occurs twice, in the dictionary or among
 * parameters, is refused, and so is every second spelling of a value. White space is free where the grammar has it.
 */
export function parseStrictDictionary(text: string): Dictionary | undefined {
  const members = parseStrictMembers(text);
  if (!members) return undefined;
  for (const member of members.values()) if (typeof member === 'string') return undefined;
  return attempt(() => parseDictionary(trimSpace(text)));
}

/** Why one member of a dictionary is not taken. */
export type MemberFault = 'stands twice' | 'is not in its one spelling';

/**
 * The members of a dictionary by name, each judged by itself: the same strictness as `parseStrictDictionary`, but what
 * is wrong with one is not wrong with the others. Undefined where the text is no dictionary at all.
 */
export function parseStrictMembers(
  text: string,
): ReadonlyMap<string, StrictMember | MemberFault> | undefined {
  if (!isSmall(text)) return undefined;
  return readUsualMembers(text) ?? parseMembers(text);
}

function parseMembers(text: string): ReadonlyMap<string, StrictMember | MemberFault> | undefined {
  const members = new Map<string, StrictMember | MemberFault>();
  if (trimSpace(text) === '') return members;
  for (const part of splitMembers(text)) {
    const parsed = attempt(() => parseDictionary(part));
    const [entry] = parsed ?? [];
    if (parsed?.size !== 1 || !entry) return undefined;
    const [name, member] = entry;
    const canonical = attempt(() => serializeDictionary(parsed));
    if (members.has(name)) members.set(name, 'stands twice');
    else if (canonical === undefined || withoutSpace(canonical) !== withoutSpace(part))
      members.set(name, 'is not in its one spelling');
    else members.set(name, strictMember(member, canonical.slice(name.length).replace(/^=/, '')));
  }
  return members;
}

function strictMember(member: Item | InnerList, text: string): StrictMember {
  const [value, parameters] = member;
  return {
    list: isInnerList(member) ? member : undefined,
    bytes: value instanceof ArrayBuffer ? new Uint8Array(value) : undefined,
    parameters,
    text,
  };
}

/**
 * What separates members and parameters, apart from the strings in which the same characters separate nothing. Inside of
 * an inner list no comma may stand.
 */
const SEPARATORS = /%"[^"]*(?:"|$)|"(?:[^"\\]|\\.?)*(?:"|$)|[,;]/gs;

function splitMembers(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: separator, index } of text.matchAll(SEPARATORS)) {
    if (separator !== ',') continue;
    parts.push(trimSpace(text.slice(from, index)));
    from = index + 1;
  }
  return [...parts, trimSpace(text.slice(from))];
}

/**
 * A dictionary in whatever spelling, since it is written anew where a signature covers it; undefined where the text is none
 * or a name occurs twice, in it or among parameters: its reader may take another value than the signature covers.
 */
export function parseUniqueDictionary(text: string): Dictionary | undefined {
  const dictionary = isSmall(text) ? attempt(() => parseDictionary(text)) : undefined;
  if (!dictionary || dictionary.size === 0) return dictionary;
  const separators = Array.from(text.matchAll(SEPARATORS), ([separator]) => separator);
  const count = (mark: string): number => separators.filter((separator) => separator === mark).length;
  let parameters = 0;
  for (const member of dictionary.values()) {
    parameters += member[1].size;
    if (isInnerList(member)) for (const [, received] of member[0]) parameters += received.size;
  }
  return dictionary.size === count(',') + 1 && parameters === count(';') ? dictionary : undefined;
}

/** RFC 9651 §3.3.5: a byte sequence of 16,384 bytes, which are 21,848 characters of base64 and two colons, is to be taken. */
const MAX_CHARS = 22 * 1024;

/**
 * Members, items and parameters together: each costs half a microsecond. RFC 9651 §3 wants parsers to take 1024 members
 * of a dictionary or list, 256 items of an inner list, 256 parameters.
 */
const MAX_ITEMS = 2048;

/** Whether a field is small enough to be parsed. */
export function isSmall(text: string): boolean {
  if (text.length < MAX_ITEMS) return true;
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

/** White space within a string is there in every spelling. */
function withoutSpace(text: string): string {
  return text.replaceAll(/[ \t]/g, '');
}
