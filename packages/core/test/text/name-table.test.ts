import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonFault, scanJsonObject } from '../../src/text/json-text.ts';
import { NameTable } from '../../src/text/name-table.ts';
import { utf8 } from './json-generators.ts';
import { collidingNames } from './name-generators.ts';

const objectOf = (names: readonly string[]) => utf8(`{${names.map((name) => `"${name}":0`).join()}}`);

describe('many names of one object', () => {
  it('are told apart, however many', () => {
    const names = Array.from({ length: 9000 }, (_, i) => `name ${i}`);
    expect(isJsonFault(scanJsonObject(objectOf(names)))).toBe(false);
    for (const at of [0, 16, 17, 100, 8999]) {
      expect(scanJsonObject(objectOf([...names, names[at] as string]))).toMatchObject({ fault: /twice/ });
    }
  });

  it('that all hash alike are crowded, and told apart all the same', () => {
    const names = collidingNames(200);
    const bytes = utf8(names.join(' '));
    const table = new NameTable(bytes);
    let start = 1;
    let added = 0;
    for (const name of names) {
      // From its second byte on no name begins at 0; all begin alike.
      if (!table.isCrowded && table.add(start - 1 || 1, start - 1 + name.length)) added++;
      start += name.length + 1;
    }
    expect(table.isCrowded).toBe(true);
    expect(added).toBeLessThan(60);
    expect(isJsonFault(scanJsonObject(objectOf(names)))).toBe(false);
    expect(scanJsonObject(objectOf([...names, names[150] as string]))).toMatchObject({ fault: /twice/ });
  });

  it('are noted in one table, each once, and not crowded', () => {
    const bytes = utf8(` ${Array.from({ length: 1_000 }, (_, i) => `name${i + 1_000}`).join('')}`);
    const table = new NameTable(bytes);
    const addAll = () => Array.from({ length: 1_000 }, (_, i) => table.add(1 + 8 * i, 9 + 8 * i));
    expect(new Set(addAll())).toEqual(new Set([true]));
    expect(new Set(addAll())).toEqual(new Set([false]));
    expect(table.isCrowded).toBe(false);
  });

  it('are noted once each, whatever they are, and never crowded by chance', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abc'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 400 }), (names) => {
        const bytes = utf8(` ${names.join(' ')}`);
        const table = new NameTable(bytes);
        const seen = new Set<string>();
        let start = 1;
        for (const text of names) {
          expect(table.add(start, start + text.length)).toBe(!seen.has(text));
          seen.add(text);
          start += text.length + 1;
        }
        expect(table.isCrowded).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});
