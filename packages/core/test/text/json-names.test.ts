/** The names of an object's members: each once, none `__proto__`, however many; and which objects are out of order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NestedObject } from '../../src/text/json-names.ts';
import { isJsonFault, scanJsonObject } from '../../src/text/json-text.ts';
import { utf8 } from './json-generators.ts';
import { collidingNames } from './name-generators.ts';
import { scanned } from './whole-json.ts';

const objectOf = (names: readonly string[]): Uint8Array =>
  utf8(`{${names.map((name) => `"${name}":0`).join()}}`);
const others = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${i}`);
const saidOf = (bytes: Uint8Array): string => {
  const scanned = scanJsonObject(bytes);
  return isJsonFault(scanned) ? scanned.fault : 'in order';
};

describe.each([0, 1, 15, 16, 17, 40, 300])('beside %i other names', (count) => {
  it.each([
    ['__proto__', 'a member is named __proto__'],
    ['\\u005f_proto__', 'a member is named __proto__'],
    ['__proto_', 'in order'],
    ['__proto__s', 'in order'],
    ['ninechars', 'in order'],
    ['x'.repeat(64), 'in order'],
    ['x'.repeat(65), 'in order'],
    ['\\n', 'in order'],
  ])('%s: %s', (name, said) => {
    expect(saidOf(objectOf([...others(count), name]))).toBe(said);
    expect(saidOf(objectOf([name, ...others(count)]))).toBe(said);
    const twice = [...others(count), name, 'z', name];
    if (said === 'in order') expect(saidOf(objectOf(twice))).toBe('a member name occurs twice in one object');
    expect(saidOf(utf8(`{"a":{"${name}":0},"b":[{"${name}":1}]}`))).toBe(said);
  });
});

describe('an object below the top', () => {
  interface Place {
    readonly start: number;
    readonly end: number;
  }

  /** Writes an object, and notes which of those in it are out of the order of their names in UTF-8. */
  function written(value: unknown, at: number, depth: number, unsorted: Place[]): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const isList = Array.isArray(value);
    let text = isList ? '[' : '{';
    const names: Buffer[] = [];
    for (const [name, member] of Object.entries(value)) {
      if (text.length > 1) text += ',';
      names.push(Buffer.from(name));
      if (!isList) text += `"${name}":`;
      text += written(member, at + utf8(text).length, depth + 1, unsorted);
    }
    text += isList ? ']' : '}';
    const isSorted = names.every((name, i) => i === 0 || Buffer.compare(names[i - 1] as Buffer, name) < 0);
    if (!isList && depth > 1 && !isSorted) unsorted.push({ start: at, end: at + utf8(text).length });
    return text;
  }

  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '～', '🚀'), maxLength: 2 });
  const { object } = fc.letrec<{ object: object; value: unknown }>((tie) => ({
    object: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true, depthIdentifier: 'deep' }),
    value: fc.oneof(
      { depthIdentifier: 'deep', maxDepth: 4 },
      fc.integer(),
      tie('object'),
      fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'deep' }),
    ),
  }));

  it('whose names are out of order is noted, with where it is', () => {
    fc.assert(
      fc.property(object, (value) => {
        const unsorted: Place[] = [];
        const bytes = utf8(written(value, 0, 1, unsorted));
        const places = scanned(bytes).unsorted?.map(({ start, end }) => ({ start, end }));
        expect(places).toEqual(unsorted);
      }),
      { numRuns: 500 },
    );
  });

  const unsortedIn = (json: string) => scanned(utf8(json)).unsorted as readonly NestedObject[];

  it.each([
    ['{"a":1,"b":2}', 0],
    ['{"b":1,"a":2}', 1],
    ['{"b":1,"\\u0061":2}', 1],
    ['{"\\u0062":1,"a":2}', 1],
    ['{"a":1,"\\u0063":2,"b":3}', 1],
    ['{"c":1,"d":{"b":1,"a":2}}', 1],
    ['{"d":{"b":1,"a":2},"c":[{"b":1,"a":2}]}', 3],
  ])('%s: %i of them are out of order', (json, count) => {
    expect(unsortedIn(`{"p":${json}}`)).toHaveLength(count);
  });

  it('has beside it where its names and values are', () => {
    const json = '{"p":{"b":{"x":[1],"y":2,"z":3},"\\u0061":{}},"q":0}';
    const [object] = unsortedIn(json);
    expect(object).toEqual({
      start: json.indexOf('{"b'),
      end: json.indexOf(',"q'),
      spans: [
        json.indexOf('b'),
        json.indexOf('":{"x'),
        json.indexOf(',"\\'),
        json.indexOf('\\'),
        -json.indexOf('":{}'),
        json.indexOf('},"q'),
      ],
      texts: [undefined, 'a'],
    });
  });

  it.each([
    ['short', ['b', 'a'], [undefined, undefined]],
    ['of 64 bytes', ['b', 'a'.repeat(64)], [undefined, undefined]],
    ['of 65 bytes', ['b', 'a'.repeat(65), 'a'], [undefined, 'a'.repeat(65), 'a']],
    ['escaped', ['\\n', 'a', '0'], ['\n', 'a', '0']],
  ])('whose names are %s: those that had to be decoded are kept', (_, names, texts) => {
    const [object, inner] = unsortedIn(`{"p":${Buffer.from(objectOf(names))},"q":{"b":0,"a":0}}`);
    expect(object?.texts).toEqual(texts);
    expect(inner?.texts).toEqual([undefined, undefined]);
  });

  it('whose names were made to meet in one place of a table is read by decoding them', () => {
    const textsOf = (names: readonly string[]) =>
      unsortedIn(`{"p":${Buffer.from(objectOf(names))}}`)[0]?.texts ?? [];
    const names = collidingNames(200);
    expect(textsOf(names.toReversed()).at(-1)).toBe(names[0]);
    expect(textsOf(others(200)).at(-1)).toBeUndefined();
  });
});
