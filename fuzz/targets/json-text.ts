/** The JSON scanner against `JSON.parse`: what it takes and refuses, where its members stand, what it prints. */
import { isDeepStrictEqual } from 'node:util';
import { concatBytes, decodeUtf8 } from '../../packages/core/src/text/bytes.ts';
import {
  isJsonFault,
  type JsonFault,
  type JsonMember,
  type JsonObjectText,
} from '../../packages/core/src/text/json-object.ts';
import {
  integerText,
  JsonScan,
  type PrintStyle,
  printJson,
  scanJsonObject,
  stringValue,
  withoutMember,
} from '../../packages/core/src/text/json-text.ts';
import { parseExactJson } from '../../packages/core/src/text/parse-exact-json.ts';
import { require, target } from '../target.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where it is stricter than `JSON.parse`, on purpose. */
const STRICTER: readonly (string | RegExp)[] = [
  'a member name occurs twice in one object',
  'a member is named __proto__',
  'the text is nested too deep',
  'the text is not a JSON object',
  'a number is too long',
  'a member name is too long',
  'too much white space stands in one place',
  /^the text has more than \d+ members$/,
];

export const jsonText = target<JsonObjectText | JsonFault>({
  about: 'a JSON object as JSON.parse reads it; each member where it stands; printed again, the same value',
  words: [
    '{"a":1}',
    '"\\u00e9"',
    '\\ud83d\\ude00',
    '\\ud800',
    '__proto__',
    '1e-7',
    '-0',
    '\u2028',
    '\u00e9',
    '\u{1f600}',
    '[[',
    ',"b":',
  ],
  read: scanJsonObject,
  judge(bytes, read) {
    const value = parsed(bytes);
    if (isJsonFault(read)) {
      require(read.offset >= 0 &&
        read.offset <= bytes.length, 'the offset of the fault is outside of the text');
      require(value === undefined || isStricter(read), `JSON.parse takes what is refused: ${read.fault}`);
      return;
    }
    require(value !== undefined, 'JSON.parse refuses it, or makes no object of it');
    judgeMembers(read, value);
    judgePrints(bytes, value);
  },
});

function isStricter({ fault }: JsonFault): boolean {
  return STRICTER.some((reason) => (typeof reason === 'string' ? reason === fault : reason.test(fault)));
}

/** With the order of its members looked at. */
function scanned(bytes: Uint8Array): JsonObjectText | JsonFault {
  const scan = new JsonScan(bytes, true);
  for (;;) {
    const object = scan.run();
    if (object) return object;
  }
}

/** The object that the bytes are; undefined where they are none. */
function parsed(bytes: Uint8Array): Json | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    // JSON.parse, but for names that hold an escape, which V8 may read as others.
    const value: unknown = parseExactJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function judgeMembers(object: JsonObjectText, value: Json): void {
  const { bytes, members } = object;
  require(members.length === Object.keys(value).length, 'it has more or fewer members');
  for (const member of members) {
    const { name, nameStart, valueStart, valueEnd } = member;
    require(Object.hasOwn(value, name), 'JSON.parse has no member of that name');
    const text = decodeUtf8(bytes.subarray(valueStart, valueEnd)) ?? '';
    require(isDeepStrictEqual(parseExactJson(text), value[name]), 'a member has another value');
    require(bytes[nameStart] === 0x22, 'a name does not begin where it is said to');
    require(text === text.trim(), 'white space is part of a value');
    const string = stringValue(object, member);
    require(string ===
      (typeof value[name] === 'string' ? value[name] : undefined), 'a text is read otherwise');
    const integer = integerText(object, member);
    require((integer !== undefined) === /^-?\d+$/.test(text) &&
      (integer ?? text) === text, 'a whole number is read otherwise');
    for (const pieces of withoutMember(object, member)) {
      const { [name]: _left, ...rest } = value;
      require(isDeepStrictEqual(
        parsed(concatBytes(pieces)),
        rest,
      ), 'what is left without a member is something else');
    }
  }
}

function judgePrints(bytes: Uint8Array, value: Json): void {
  const object = scanned(bytes);
  require(!isJsonFault(object), 'it is refused where order is looked at');
  for (const style of ['compact', 'ascii', 'go'] as const) {
    const text = print(object, object.members, style);
    if (text === undefined) continue;
    const printed = Buffer.from(text, 'utf8');
    const isWhole = style === 'go' ? wellFormed(value) : value;
    require(isDeepStrictEqual(parsed(printed), isWhole), `printed as ${style} it is another value`);
    require(style !== 'ascii' || /^[\x20-\x7e]*$/.test(text), 'printed as ascii it has other characters');
    const again = scanned(printed);
    // What grows by its escapes may come to a limit.
    if (isJsonFault(again) && isStricter(again)) continue;
    require(!isJsonFault(again), `printed as ${style} it is refused`);
    require(print(again, again.members, style) === text, `printed as ${style} twice it changes`);
  }
}

function print(
  object: JsonObjectText,
  members: readonly JsonMember[],
  style: PrintStyle,
): string | undefined {
  const chunks: Uint8Array[] = [];
  const printing = printJson(object, members, style);
  for (;;) {
    const { done, value } = printing.next();
    if (done) return value ? decodeUtf8(concatBytes(chunks)) : undefined;
    chunks.push(value.slice());
  }
}

/** Go reads a lone surrogate as U+FFFD. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toWellFormed(), wellFormed(member)]),
  );
}
