/** What is wrong with a text and where; and how much of one is read at a time. */
import { describe, expect, it } from 'vitest';
import { SLICE_BYTES } from '../../src/text/bytes.ts';
import { isJsonFault, JsonScan, scanJsonObject } from '../../src/text/json-text.ts';
import { utf8 } from './json-generators.ts';

const MEMBER = 'a member name is missing';
const COLON = 'a colon is missing';
const CLOSING = 'a comma or a closing bracket is missing';
const NUMBER = 'a number breaks the grammar';
const VALUE = 'a value is missing or unknown';
const END = 'the text ends too soon';

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
  ])('%j', (json, fault, offset) => {
    expect(scanJsonObject(utf8(json))).toEqual({ fault, offset });
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
});
