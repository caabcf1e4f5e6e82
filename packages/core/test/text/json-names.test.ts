/** The names of an object's members: each once, none `__proto__`, however many; and which objects are out of order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonFault, JsonScan, scanJsonObject } from '../../src/text/json-text.ts';
import { utf8 } from './json-generators.ts';

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
        const scan = new JsonScan(bytes, true);
        let scanned = scan.run();
        while (scanned === undefined) scanned = scan.run();
        if (isJsonFault(scanned)) throw new Error(scanned.fault);
        expect(scanned.unsorted?.map(({ start, end }) => ({ start, end }))).toEqual(unsorted);
      }),
      { numRuns: 500 },
    );
  });
});
