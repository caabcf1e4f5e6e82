/** The chunks that a printed text comes in: neither too many nor too long, and no more of them than the text is worth. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObjectText, type PrintStyle, printJson, scanJsonObject } from '../../src/text/json-text.ts';
import { goText, text, utf8 } from './json-generators.ts';
import { print, scanned } from './whole-json.ts';

const KB = 1024;
const STYLES = ['compact', 'ascii', 'go'] as const;

function chunksOf(json: string, style: PrintStyle): readonly string[] {
  const object = scanned(utf8(json));
  const chunks: string[] = [];
  // By Latin-1: a character may be cut in two.
  for (const chunk of printJson(object, object.members, style)) {
    chunks.push(Buffer.from(chunk).toString('latin1'));
  }
  return chunks;
}

describe.each(STYLES)('as %s', (style) => {
  it.each([
    ['{}', '{}'],
    ['{"":0}', '{"":0}'],
    ['{ "a" : [ 1 , 2 ] }', '{"a":[1,2]}'],
    [`{"a":"${'x'.repeat(60 * KB)}"}`, `{"a":"${'x'.repeat(60 * KB)}"}`],
    [`{"a":[${'{"b":1,"c":2},'.repeat(300)}0]}`, `{"a":[${'{"b":1,"c":2},'.repeat(300)}0]}`],
  ])('%.20s is one chunk', (json, whole) => expect(chunksOf(json, style)).toEqual([whole]));

  it.each([
    ['a string', `{"a":"${'x'.repeat(500 * KB)}"}`],
    ['numbers', `{"a":[${'1,'.repeat(250 * KB)}1]}`],
    ['many strings', `{"a":[${'"x",'.repeat(125 * KB)}1]}`],
    ['many members', `{${Array.from({ length: 9_000 }, (_, i) => `"${i}":"${'x'.repeat(50)}"`).join()}}`],
  ])('%s of some 500 KB: no chunk above 64 KB, and few below', (_, json) => {
    const chunks = chunksOf(json, style);
    expect(chunks.join('')).toBe(json);
    expect(chunks.length).toBeLessThanOrEqual(json.length / (64 * KB) + 2);
    for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(64 * KB + 24);
  });

  it('a pause comes after 64 KB that are read, though nothing is made of them', () => {
    const json = `{${Array.from({ length: 10 }, (_, i) => `"${i}":${' '.repeat(60_000)}0`).join()}}`;
    const chunks = chunksOf(json, style);
    expect(chunks.join('')).toBe('{"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0}');
    expect(chunks.length).toBe(Math.ceil(json.length / (64 * KB)));
  });
});

describe('a chunk that is filled by escapes', () => {
  it.each([100, 5_000, 10_000, 10_800, 10_920, 11_000, 25_000])(
    '%i of them, holds what follows as well as there is room',
    (count) => {
      const list = ' 1,'.repeat(20_000);
      const json = `{"p":["${'é'.repeat(count)}" ,${list} "${'x'.repeat(30_000)}"]}`;
      const whole = `{"p":["${'\\u00e9'.repeat(count)}",${'1,'.repeat(20_000)}"${'x'.repeat(30_000)}"]}`;
      const chunks = chunksOf(json, 'ascii');
      expect(chunks.join('') === whole).toBe(true);
      for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(64 * KB + 24);
    },
  );
});

describe('an object out of order, as Go has it', () => {
  const reversed = (count: number, name: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => `"${name(i)}":${i}`).toReversed();

  it.each([
    ['few members', 3, (i: number) => `n${i}`],
    ['few members, some in order', 9, (i: number) => `n${(4 * i) % 9}`],
    ['many members', 30, (i: number) => `n${i + 10}`],
    ['names that are escaped', 3, (i: number) => `\\u006${i + 1}`],
    ['names of which some are escaped', 9, (i: number) => (i % 3 ? `${i}` : `\\u003${i}`)],
    ['long names', 30, (i: number) => `${'k'.repeat(70)}${i + 10}`],
    ['many names that are escaped', 20, (i: number) => `\\u00${i + 50}`],
  ])('of %s, ten times, is one chunk', (_, count, name) => {
    const members = reversed(count, name);
    const json = `{"p":[${Array.from({ length: 10 }, () => `{${members.join()}}`).join()}]}`;
    expect(chunksOf(json, 'go')).toEqual([`{"p":${goText((JSON.parse(json) as { p: unknown }).p)}}`]);
  });

  it('of long names is sorted in several slices', () => {
    const members = reversed(20, (i) => `${'k'.repeat(2 * KB)}${i + 10}`);
    const chunks = chunksOf(`{"p":{${members.join()}},"q":1}`, 'go');
    expect(chunks.join('') === `{"p":{${members.toReversed().join()}},"q":1}`).toBe(true);
    expect(chunks.length).toBeGreaterThan(1);
  });

  it('that nobody looked for stays as it is', () => {
    const json = '{"p":{"b":1,"a":2}}';
    const object = scanJsonObject(utf8(json)) as JsonObjectText;
    expect(print(object, object.members, 'go')).toBe(json);
  });
});

describe('a text that ends early', () => {
  it('at a lone surrogate: nothing behind it is printed', () => {
    const made = chunksOf(`{"a":"x\\ud800","b":"${'y'.repeat(100 * KB)}"}`, 'go').join('');
    expect(made).toBe('{"a":"x');
  });

  it('where it grows to more than three times the object, whatever stands around that', () => {
    const object = scanned(utf8(`${' '.repeat(65_000)}{"a":"${'\u007f'.repeat(50_000)}"}`));
    expect(print(object, object.members, 'ascii')).toBeUndefined();
  });
});

describe('strings', () => {
  const piece = fc.constantFrom(
    'a',
    'u',
    'xxxxxxx',
    'xxxxxxxx',
    'x'.repeat(40),
    'x'.repeat(41),
    ' ',
    '{',
    '}',
    ',',
    '\\"',
    '\\\\',
    '\\/',
    '\\n',
    '\\u0020',
    '\\u003c',
    '\\u00EB',
    '\\u2028',
    '\\u2068',
    '\\ud83d\\ude80',
    '<',
    '>',
    '&',
    '–',
    '\u2028',
    '\u2029',
    '\u2068',
    '\u20a8',
    '\u0080',
    'é',
    '~',
    '\u007f',
    '🚀',
  );
  const wires = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  it('are printed as Python and Go print them, whatever stands beside what', () => {
    fc.assert(
      fc.property(wires, wires, (first, second) => {
        const json = `{"p" : [ "${first}" , "${second}" ] }`;
        const object = scanned(utf8(json));
        const compact = `{"p":["${first}","${second}"]}`;
        const ascii = compact.replace(
          /[\u007f-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        const go = `{"p":${goText((JSON.parse(json) as { p: unknown }).p)}}`;
        const printed = STYLES.map((style) => print(object, object.members, style));
        expect(printed).toEqual([compact, ascii, go]);
      }),
      { numRuns: 300 },
    );
  });

  it('of a window of a larger buffer, at any address', () => {
    for (const before of [0, 1, 2, 3]) {
      const all = utf8(`${'x'.repeat(before)}{"a" : "é${'y'.repeat(50)}<" }}}`);
      const object = scanned(all.subarray(before, all.length - 2));
      const chunks = [...printJson(object, object.members, 'compact')].map((chunk) => text(chunk));
      expect(chunks).toEqual([`{"a":"é${'y'.repeat(50)}<"}`]);
    }
  });
});
