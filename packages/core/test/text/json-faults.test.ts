/** What is wrong with a text and where; and how much of one is read at a time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLICE_BYTES } from '../../src/text/bytes.ts';
import { isJsonFault, JsonScan, scanJsonObject } from '../../src/text/json-text.ts';
import { dice, jsonObject, spaced, utf8 } from './json-generators.ts';
import { scanned } from './whole-json.ts';

const MEMBER = 'a member name is missing';
const COLON = 'a colon is missing';
const CLOSING = 'a comma or a closing bracket is missing';
const NUMBER = 'a number breaks the grammar';
const VALUE = 'a value is missing or unknown';
const END = 'the text ends too soon';
const CONTROL = 'a control character stands in a string';
const ESCAPE = 'a string holds an unknown or broken escape';
const TOO_MUCH = 'too much white space stands in one place';
const SPACES = ' '.repeat(65_537);

describe('a text that is no JSON object', () => {
  it.each([
    ['{x', MEMBER, 1],
    ['{ x', MEMBER, 2],
    ['{1:2}', MEMBER, 1],
    ['{,}', MEMBER, 1],
    ['{"a":1,}', MEMBER, 7],
    ['{"a":1, }', MEMBER, 8],
    ['{"a":{"b":1,}}', MEMBER, 12],
    ['{"a" 1}', COLON, 5],
    ['{"a"1}', COLON, 4],
    ['{"a"}', COLON, 4],
    ['{"a","b"}', COLON, 4],
    ['{"a":{"b"=1}}', COLON, 9],
    ['{"a":1;"b":2}', CLOSING, 6],
    ['{"a":1 "b":2}', CLOSING, 7],
    ['{"a":[1;2]}', CLOSING, 7],
    ['{"a":[1 2]}', CLOSING, 8],
    ['{"a":[1}}', CLOSING, 7],
    ['{"a":{"b":1]}', CLOSING, 11],
    ['{"a":"b"x}', CLOSING, 8],
    ['{"a":01}', NUMBER, 5],
    ['{"a":1.}', NUMBER, 7],
    ['{"a":-x}', NUMBER, 6],
    ['{"a":1e+}', NUMBER, 8],
    ['{"a":[1.5,2.]}', NUMBER, 12],
    ['{"a":}', VALUE, 5],
    ['{"a":[1,]}', VALUE, 8],
    ['{"a":[,1]}', VALUE, 6],
    ['{"a":+1}', VALUE, 5],
    ['{"a":tru}', VALUE, 5],
    ['{"a":nul', VALUE, 5],
    ['', END, 0],
    ['  ', END, 2],
    ['{', END, 1],
    ['{ ', END, 2],
    ['{"', END, 2],
    ['{"a', END, 3],
    ['{"a"', END, 4],
    ['{"a":', END, 5],
    ['{"a":1', END, 6],
    ['{"a":-', END, 6],
    ['{"a":1.', END, 7],
    ['{"a":1,', END, 7],
    ['{"a":"b', END, 7],
    ['{"a":[', END, 6],
    ['{"a":[1', END, 7],
    ['{"a":[1]', END, 8],
    ['{} x', 'bytes follow the JSON object', 3],
    ['{}{}', 'bytes follow the JSON object', 2],
    ['x', 'the text is not a JSON object', 0],
    [' "a"', 'the text is not a JSON object', 1],
    ['[{}]', 'the text is not a JSON object', 0],
    ['[1', 'the text is not a JSON object', 0],
    ['{"a":"b\tc"}', CONTROL, 7],
    ['{"a\t":1}', CONTROL, 3],
    ['{"a":"\\x"}', ESCAPE, 6],
    ['{"a\\u12g4":1}', ESCAPE, 3],
    [`${SPACES}{}`, TOO_MUCH, 65_536],
    [`{"a"${SPACES}:1}`, TOO_MUCH, 65_540],
    [`{"a":1${SPACES}}`, TOO_MUCH, 65_542],
    [`{"a":1}${SPACES}`, TOO_MUCH, 65_543],
  ])('%.40j', (json, fault, offset) => {
    expect(scanJsonObject(utf8(json))).toEqual({ fault, offset });
  });

  it.each([2, 300, 16_000, 16_383, 16_384, 16_385, 16_386, 30_000])(
    'with one byte that is no UTF-8, %i bytes behind the characters that are',
    (distance) => {
      for (const characters of [1, 19, 20, 21, 22]) {
        const before = utf8(`{"a":"${'é'.repeat(characters)}${'x'.repeat(distance)}`);
        const behind = utf8(`${'x'.repeat(20_000)}"}`);
        const bytes = Uint8Array.from([...before, 0xbf, ...behind]);
        const fault = { fault: 'the text is not valid UTF-8', offset: before.length };
        expect(scanJsonObject(bytes)).toEqual(fault);
        bytes[before.length] = 0x78;
        expect(isJsonFault(scanJsonObject(bytes))).toBe(false);
      }
    },
  );
});

describe('a scanned text', () => {
  it('says whether white space stands between its tokens, and whether all is ASCII', () => {
    fc.assert(
      fc.property(jsonObject, dice, fc.boolean(), (value, roll, isSpaced) => {
        const json = JSON.stringify(value);
        const wire = isSpaced ? spaced(json, roll) : json;
        const object = scanned(utf8(wire));
        expect(object.hasSpace).toBe(wire !== json);
        expect(object.isAscii).toBe(utf8(wire).length === wire.length);
      }),
    );
  });

  it.each([
    ['{"a":1}', false],
    ['{"a b":" "}', false],
    [' {"a":1}', true],
    ['{"a":1}\n', true],
    ['{"a":[1,\t2]}', true],
  ])('%j has white space between its tokens: %s', (json, hasSpace) => {
    expect(scanned(utf8(json)).hasSpace).toBe(hasSpace);
  });
});

describe('a scan', () => {
  it('tells which objects are unsorted only where it is asked to', () => {
    const bytes = utf8('{"p":{"b":1,"a":2}}');
    expect(scanJsonObject(bytes)).not.toHaveProperty('unsorted');
    expect(new JsonScan(bytes, true).run()).toHaveProperty('unsorted');
  });

  const slicesOf = (json: string): number => {
    const scan = new JsonScan(utf8(json), false);
    for (let slices = 1; ; slices++) {
      const object = scan.run();
      if (object === undefined) continue;
      if (isJsonFault(object)) throw new Error(object.fault);
      return slices;
    }
  };

  it.each([
    ['numbers', (bytes: number) => `{"a":[${'1,'.repeat(bytes / 2)}1]}`],
    ['one string', (bytes: number) => `{"a":"${'x'.repeat(bytes)}"}`],
    ['one string beyond ASCII', (bytes: number) => `{"a":"${'é'.repeat(bytes / 2)}"}`],
    ['objects without members', (bytes: number) => `{"a":[${'{},'.repeat(bytes / 3)}{}]}`],
  ])('reads a slice at a time: %s', (_, make) => {
    for (const slices of [2, 3, 5]) expect(slicesOf(make((slices - 0.5) * SLICE_BYTES))).toBe(slices);
    expect(slicesOf(make(SLICE_BYTES / 2))).toBe(1);
  });

  it('reads 2,000 members at a time, however short they are', () => {
    const members = (count: number): string => Array.from({ length: count }, (_, i) => `"${i}":0`).join();
    for (const [count, slices] of [
      [1999, 1],
      [2000, 2],
      [2001, 2],
      [5000, 3],
    ] as const)
      expect(slicesOf(`{"a":[{${members(count - 1)}}]}`)).toBe(slices);
  });

  it.each([130_990, 131_060, 131_070, 131_071, 131_072, 131_073, 131_080])(
    'reads on behind a slice of %i bytes, whatever stands where it ends',
    (length) => {
      for (const around of ['""', '"\\u00e9"', '"é🚀"', '[0]', '{"b":1}', '12', 'null']) {
        const json = `{"a":["${'x'.repeat(length - 8)}",${around},${around}],"c":${around}}`;
        const { members } = scanned(utf8(json));
        expect(members.map(({ name }) => name)).toEqual(['a', 'c']);
      }
    },
  );
});
