/** JSON of strangers is read to the letter, whatever was parsed before it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { parseExactJson } from '../../src/text/parse-exact-json.ts';

/** A name, and one that begins as the first one’s escapes are written. */
const PAIRS: readonly (readonly [string, string])[] = [
  [String.raw`"b\tt"`, String.raw`"b\\t"`],
  [String.raw`"\u0065xp"`, String.raw`"\\u0"`],
  [String.raw`"r\u00f4le"`, String.raw`"r\\u0"`],
  [String.raw`"a\"b"`, String.raw`"a\\\""`],
  [String.raw`"a\/b"`, String.raw`"a\\/"`],
];

describe('a name that holds an escape', () => {
  it.each(PAIRS)('%s is read as it is, also where %s stood in its place before', (name, earlier) => {
    for (const [before, after] of [
      ['', ''],
      ['"sub":"a",', ''],
      ['"a":[1],"b":{},', ',"z":null'],
    ]) {
      for (const wrap of [(text: string) => text, (text: string) => `[0,{"deep":${text}}]`]) {
        parseExactJson(wrap(`{${before}${earlier}:1${after}}`));
        JSON.parse(wrap(`{${before}${earlier}:1${after}}`));
        const names = Object.keys(inner(parseExactJson(wrap(`{${before}${name}:1${after}}`))));
        expect(names).toContain(JSON.parse(name));
        expect(names.length).toBe((before ?? '').split('":').length - 1 + 1 + (after === '' ? 0 : 1));
      }
    }
  });

  it.each(PAIRS)('%s stands in one text with %s', (name, earlier) => {
    const texts = `[{"x":1,${earlier}:1},{"x":1,${name}:2},{},{ },[],{"x":{"y\\n":{}}}]`;
    expect(parseExactJson(texts)).toEqual([
      { x: 1, [JSON.parse(earlier)]: 1 },
      { x: 1, [JSON.parse(name)]: 2 },
      {},
      {},
      [],
      { x: { 'y\n': {} } },
    ]);
  });
});

function inner(value: unknown): object {
  return Array.isArray(value) ? (value[1] as { deep: object }).deep : (value as object);
}

describe('any other JSON', () => {
  it('is what JSON.stringify was given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseExactJson(text))).toBe(text);
        const spaced = JSON.stringify({ 'a\n': value }, undefined, 2);
        expect(JSON.stringify(parseExactJson(spaced), undefined, 2)).toBe(spaced);
      }),
      { numRuns: runs(10_000), seed: 20_261_126 },
    );
  });

  it.each([
    '{"a\\n":1',
    '{"a\\n":1,}',
    '{"a\\n":1}{',
    '{,"a\\n":1}',
    '{"a\\n":{,}}',
    '{"a\\n":"\\x"}',
    '{"a\\n" :"',
  ])('is refused where it is none: %s', (text) => expect(() => parseExactJson(text)).toThrow(SyntaxError));

  it('may be nested deep', () => {
    const depth = 100_000;
    expect(() => parseExactJson(`{"\\n":${'['.repeat(depth)}${']'.repeat(depth)}}`)).not.toThrow();
  });
});
