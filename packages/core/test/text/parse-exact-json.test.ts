/** JSON of strangers is read to the letter, whatever was parsed before it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastMs } from '../../../../bench/worst/cost.ts';
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

  /** Which characters of names are written as escapes is drawn. */
  const spellings = fc.infiniteStream(fc.boolean());
  const names = fc.oneof(
    fc.constantFrom(
      '__proto__',
      'constructor',
      '1',
      'n',
      'a"b',
      'a\\b',
      'a\nb',
      '\\',
      '\\u0',
      '\ud800',
      '\u2028',
      '',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(0, -1.5e300, true, null, 'a\n', '"\\"'),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc
        .uniqueArray(fc.tuple(names, tie('tree')), { maxLength: 5, selector: ([name]) => name })
        .map((members) => Object.fromEntries(members)),
    ),
  }));

  it('is what it was, however its names are spelled', () => {
    fc.assert(
      fc.property(tree, spellings, (value, stream) => {
        const text = spelled(value, () => stream.next().value ?? false);
        expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(value));
      }),
      { numRuns: runs(10_000), seed: 20_261_127 },
    );
  });

  it('has one member of two that are spelled otherwise: the last, in the place of the first', () => {
    const text = String.raw`{"\"":1,"b":2,"\u0022":3,"\u0062":4,"__proto__":5,"\u005f_proto__":6,"2":7,"\u0031":8}`;
    const value = parseExactJson(text);
    expect(JSON.stringify(value)).toBe(String.raw`{"1":8,"2":7,"\"":3,"b":4,"__proto__":6}`);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('says what is wrong with the text as it came', () => {
    for (const text of ['{"\\n":1,}', '{"\\u0061":1}}', '{"\\n":{{']) {
      expect(() => parseExactJson(text)).toThrow(errorOf(() => JSON.parse(text)));
    }
  });

  it.each([
    '{"a\\n":1',
    '{"a\\n":1,}',
    '{"a\\n":1}{',
    '{,"a\\n":1}',
    '{"a\\n":{,}}',
    '{"a\\n":"\\x"}',
    '{"a\\n" :"',
    '{"\\x":1}',
    '{"\\u00g0":1}',
    '{"\\u0061\n":1}',
    '{"a":\\"\\u0061":1}',
    '"\\u0061":1',
  ])('is refused where it is none: %s', (text) => expect(() => parseExactJson(text)).toThrow(SyntaxError));

  it('may be nested deep', () => {
    const depth = 100_000;
    expect(() => parseExactJson(`{"\\n":${'['.repeat(depth)}${']'.repeat(depth)}}`)).not.toThrow();
  });
});

/** As JSON.stringify writes it, but for names, of which drawn characters are escapes. */
function spelled(value: unknown, isEscape: () => boolean): string {
  if (Array.isArray(value)) return `[${value.map((member) => spelled(member, isEscape)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const nameOf = (name: string): string => {
    const units = Array.from({ length: name.length }, (_, i) => name.charAt(i));
    const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return `"${units.map((unit) => (isEscape() ? escaped(unit) : JSON.stringify(unit).slice(1, -1))).join('')}"`;
  };
  return `{${Object.entries(value)
    .map(([name, member]) => `${nameOf(name)} :${spelled(member, isEscape)}`)
    .join()}}`;
}

function errorOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** Prevents: a text of a megabyte that holds the process for seconds. Ratios to JSON.parse, no times. */
describe('the worst texts', () => {
  const LENGTH = 300_000;
  const repeated = (part: string): string => part.repeat(LENGTH / part.length);
  const many = (member: (i: number) => string): string => {
    const { length } = member(9999);
    return Array.from({ length: LENGTH / (length + 1) }, (_, i) => member(i)).join();
  };
  const PLAIN = `[${many(() => '{"a":1}')}]`;

  const SHAPES: Readonly<Record<string, (name: string) => string>> = {
    'empty objects': (name) => `{${name}:[${many(() => '{}')}]}`,
    'objects that never end': (name) => `{${name}:${repeated('{')}`,
    'objects that never end, nested by name': (name) => repeated(`{${name}:`),
    'nested objects': (name) => `${`{${name}:`.repeat(20_000)}1${'}'.repeat(20_000)}`,
    'nested lists': (name) => `{${name}:${'['.repeat(LENGTH / 2)}${']'.repeat(LENGTH / 2)}}`,
    'the same name again and again': (name) => `{${many(() => `${name}:1`)}}`,
    'objects of that name': (name) => `[${many(() => `{${name}:1}`)}]`,
    'objects of that name and others': (name) => `[${many(() => `{${name}:1,"b":2,"__proto__":3}`)}]`,
    'names that differ': (name) => `{${many((i) => `${name.slice(0, -1)}${i}":1`)}}`,
    'objects of names that differ': (name) => `[${many((i) => `{${name.slice(0, -1)}${i}":1}`)}]`,
    'many members behind it': (name) => `{${name}:1,${many((i) => `"k${i}":1`)}}`,
    'many numbers behind it': (name) => `{${name}:1,${many((i) => `"${i}":1`)}}`,
    'one long name': (name) => `{"${repeated(name.slice(1, -1))}":1}`,
    'one long value': (name) => `{${name}:"${repeated(name.slice(1, -1))}"}`,
    'values alone': (name) => `{${name}:[${many(() => name)}]}`,
    'white space': (name) => `{${name}${repeated(' ')}:1}`,
    'white space behind values': (name) => `{${name}:[${many(() => `${name}${' '.repeat(500)}`)}]}`,
    'a value without an end': (name) => `{${name}:"${repeated(name.slice(1, -1))}`,
    'quotes alone': (name) => `{${name}:${repeated('"')}`,
    'backslashes alone': (name) => `{${name}:${repeated('\\')}`,
    'names alone': (name) => repeated(`${name}:`),
  };
  const NAMES = [String.raw`"\u0061"`, String.raw`"\u4e2d"`, String.raw`"\""`, String.raw`"\\"`];

  it.each(Object.keys(SHAPES).flatMap((shape) => NAMES.map((name) => ({ shape, name }))))(
    '$shape, with $name',
    ({ shape, name }) => {
      const text = SHAPES[shape]?.(name) ?? '';
      expect(text.length).toBeGreaterThan(LENGTH / 3);
      const parse = (read: (text: string) => unknown) => () => errorOf(() => read(text));
      for (const tries of [1, 5, 25]) {
        const mostMs = Math.max(
          15 * leastMs(parse(JSON.parse), tries),
          20 * leastMs(() => JSON.parse(PLAIN), tries),
        );
        const ms = leastMs(parse(parseExactJson), tries);
        if (ms <= mostMs) return;
        if (tries === 25) expect(ms).toBeLessThanOrEqual(mostMs);
      }
    },
  );
});
