/** Dictionaries of structured fields, read by us in one pass, against the library that reads all of them. */
import { isDeepStrictEqual } from 'node:util';
import { type Dictionary, isInnerList, parseDictionary, serializeDictionary } from 'structured-headers';
import {
  type MemberFault,
  parseStrictDictionary,
  parseStrictMembers,
  parseUniqueDictionary,
} from '../../packages/core/src/schemes/message-signatures/structured-fields.ts';
import type { StrictMember } from '../../packages/core/src/schemes/message-signatures/usual-members.ts';
import { require, target } from '../target.ts';

interface Dictionaries {
  readonly members: ReadonlyMap<string, StrictMember | MemberFault> | undefined;
  readonly strict: Dictionary | undefined;
  readonly unique: Dictionary | undefined;
}

export const structuredFields = target<Dictionaries>({
  about:
    'what is taken is what structured-headers reads, in the one spelling that it writes; no name stands twice',
  words: [
    'sig1=("@method" "@authority" "content-digest";req);created=1618884473;keyid="k";alg="hmac-sha256"',
    'sig1=:AAAA:',
    'a=(1 2);b=?1',
    ';a',
    ', b=',
    '"\\""',
    '1.50',
    '@1659578233',
    '%"f%c3%bc"',
    '?0',
    '*k',
  ],
  read(input) {
    const text = textOf(input);
    return {
      members: parseStrictMembers(text),
      strict: parseStrictDictionary(text),
      unique: parseUniqueDictionary(text),
    };
  },
  judge(input, { members, strict, unique }) {
    const text = textOf(input);
    const theirs = parsed(text);
    if (theirs === undefined && DATE.test(text)) return;
    require(strict === undefined || members !== undefined, 'it is a dictionary without members');
    if (members) {
      const taken = [...members].filter(
        (entry): entry is [string, StrictMember] => typeof entry[1] !== 'string',
      );
      require(strict === undefined ||
        taken.length === members.size, 'a member that is refused is part of the dictionary');
      require(theirs !== undefined, 'the library reads no dictionary');
      for (const [name, member] of taken) judgeMember(name, member, theirs);
    }
    if (strict) {
      require(theirs !== undefined &&
        written(strict) === written(theirs), 'the library reads another dictionary');
      require(spaceless(written(strict)) === spaceless(text), 'a second spelling is taken');
    }
    if (unique)
      require(theirs !== undefined && written(unique) === written(theirs), 'the library reads another one');
  },
});

/** structured-headers 2 refuses a date (RFC 9651 §3.3.7) behind which anything follows: members that we read one by one, it does not read together. */
const DATE = /@-?\d/;

function judgeMember(
  name: string,
  { list, bytes, parameters, text }: StrictMember,
  theirs: Dictionary,
): void {
  const member = theirs.get(name);
  require(member !== undefined, 'the library has no member of that name');
  require(isDeepStrictEqual(parameters, member[1]), 'a member has other parameters');
  require(isDeepStrictEqual(list, isInnerList(member) ? member : undefined), 'a list is read otherwise');
  const [value] = member;
  require(isDeepStrictEqual(bytes, value instanceof ArrayBuffer ? new Uint8Array(value) : undefined) ||
    Buffer.from(bytes ?? []).equals(Buffer.from(value as ArrayBuffer)), 'a byte sequence is read otherwise');
  require(serializeDictionary(new Map([[name, member]])) ===
    (text.startsWith(';')
      ? name + text
      : text === ''
        ? name
        : `${name}=${text}`), 'a member is written otherwise');
}

function parsed(text: string): Dictionary | undefined {
  try {
    return parseDictionary(text.replace(/^[ \t]+|[ \t]+$/g, ''));
  } catch {
    return undefined;
  }
}

function written(dictionary: Dictionary): string {
  return serializeDictionary(dictionary);
}

/** White space is free between members and in lists. */
function spaceless(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t]+/g, (match) => (match.startsWith('"') ? match : ''));
}

function textOf(input: Uint8Array): string {
  return Buffer.from(input).toString('latin1');
}
