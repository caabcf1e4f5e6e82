/** JSON of keys: read without the scanner of signed bodies, and as strict about names as that is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTooManyValues, keyJson, MAX_KEY_VALUES, parseKeyJson } from '../../src/keys/jwk.ts';
import { utf8 } from '../../src/text/bytes.ts';
import { isJsonFault, scanJsonObject } from '../../src/text/json-text.ts';

const NAMES = ['a', 'b', String.raw`\u0061`, String.raw`\"`, String.raw`\\`, '{', '}', ':', ''];
const name = fc.constantFrom(...NAMES).map((text) => `"${text}"`);
const space = fc.constantFrom('', ' ', '\n');
const { object } = fc.letrec<{ object: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('1', 'null', '"a"', String.raw`"{\"a\":1,\"a\":2}"`, '""'),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  ),
  object: fc
    .array(fc.tuple(name, space, tie('value')), { maxLength: 4 })
    .map((members) => `{${members.map(([key, blank, value]) => `${key}${blank}:${value}`).join(',')}}`),
}));

describe('the JSON of a key', () => {
  it('is taken where no object of it has two members of a name, and nowhere else', () => {
    let ambiguous = 0;
    fc.assert(
      fc.property(object, (text) => {
        const bytes = utf8(text);
        const isClear = !isJsonFault(scanJsonObject(bytes));
        if (!isClear) ambiguous++;
        expect(parseKeyJson(bytes)).toEqual(isClear ? JSON.parse(text) : undefined);
      }),
      { numRuns: 2000, seed: 9 },
    );
    expect(ambiguous).toBeGreaterThan(100);
  });

  it.each(['', '[]', '"k"', '{"a":1', '{"a":1}}', '\ufeff{}', "{'a':1}"])('is none: %s', (text) => {
    expect(parseKeyJson(utf8(text))).toBeUndefined();
  });

  it('is none of bytes that are not UTF-8', () => {
    expect(parseKeyJson(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBeUndefined();
  });

  it('has so many values, and not one more', () => {
    const text = `{"keys":[${'[0],'.repeat(MAX_KEY_VALUES / 2 - 1)}`;
    expect(hasTooManyValues(utf8(`${text}0]}`))).toBe(false);
    expect(hasTooManyValues(utf8(`${text}{}]}`))).toBe(true);
  });

  it('is read in slices, of which none has more than a thousand names', () => {
    const names = Array.from({ length: 9000 }, (_, i) => `n${i}`);
    const reading = keyJson(utf8(JSON.stringify(Object.fromEntries(names.map((text) => [text, 1])))));
    let slices = 1;
    for (let step = reading.next(); ; step = reading.next()) {
      if (step.done) {
        expect(Object.keys(step.value ?? {})).toEqual(names);
        break;
      }
      slices++;
    }
    expect(slices).toBeGreaterThan(9);
    const twice = utf8(`{${[...names, 'n0'].map((text) => `"${text}":1`).join()}}`);
    expect(parseKeyJson(twice)).toBeUndefined();
  });

  it('of a megabyte takes no time that anybody would notice', () => {
    const long = JSON.stringify({ k: '"\\'.repeat(150_000), 'a\n': 'x'.repeat(400_000) });
    expect(parseKeyJson(utf8(long))).toBeDefined();
  });
});
