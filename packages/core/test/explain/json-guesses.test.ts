/** What a text may have been: numbers, orders, printers and lines that programs do not keep. */
import { describe, expect, it } from 'vitest';
import { unjoinedTexts } from '../../src/explain/joined-lines.ts';
import { guessesOf } from '../../src/explain/json-guesses.ts';
import { numberAs } from '../../src/explain/json-numbers.ts';
import { jsonTree } from '../../src/explain/json-tree.ts';
import { isRounded, spellingsOf, wholesRoundedTo } from '../../src/explain/number-spellings.ts';

describe('a number', () => {
  it.each([
    ['19.9', '19.90'],
    ['1', '1.0'],
    ['1.0', '1.00'],
    ['1000', '1e3'],
    ['1000.0', '1e3'],
    ['1000.0', '1000'],
    ['2500', '2.5E3'],
    ['1.5e-07', '1.5e-7'],
    ['1.5e-7', '1.5E-07'],
    ['1.5e-7', '0.00000015'],
    ['1e+21', '1e21'],
    ['9007199254740992', '9007199254740993'],
  ])('%s may have been %s', (word, before) => {
    const words = spellingsOf(word).map((spelling) => spelling.word);
    expect(words).toContain(before);
    expect(words).toContain(word);
    expect(new Set(words).size).toBe(words.length);
    if (!isRounded(word)) expect(words.map(Number)).toEqual(words.map(() => Number(word)));
  });

  it('that is long or a time stays what it is', () => {
    expect(spellingsOf('1760000000')).toEqual([{ word: '1760000000', cost: 0 }]);
    expect(spellingsOf('1e400')).toEqual([{ word: '1e400', cost: 0 }]);
  });

  it('is rounded where its digits are those of the nearest that a program has', () => {
    expect(wholesRoundedTo('12345678901234567000', 4096)).toContain('12345678901234567890');
    expect(wholesRoundedTo('1234567890123456800', 4096)).toContain('1234567890123456789');
    expect(wholesRoundedTo('1234567890123456789', 4096)).toBeUndefined();
    expect(wholesRoundedTo('12345678901234567000', 4)).toBeUndefined();
    expect(['1.2345678901234567e+19', '12345678901234567890', '1e30', '42'].map(isRounded)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    ['1e3', '1000'],
    ['1.0', '1'],
    ['0.00001', '1.0e-5'],
    ['0.0001', '0.0001'],
    ['1e17', '1.0e+17'],
    ['12345678901234567890', '1.2345678901234567e+19'],
    ['9007199254740993', '9007199254740993'],
  ])('%s is printed by PHP as %s', (word, printed) => {
    expect(numberAs('as-php', word)).toBe(printed);
  });
});

describe('a document', () => {
  const textsOf = (text: string, limits = { cost: 9, guesses: 6000 }): readonly string[] => {
    const tree = jsonTree(text);
    return tree ? [...guessesOf(tree, limits)].map(({ body }) => Buffer.from(body).toString()) : [];
  };

  it.each([
    ['{"a":19.9,"b":1}', '{"a":19.90,"b":1.0}'],
    ['{"a":[1,2.5,3]}', '{"a": [1.00, 2.50, 3.00]}\n'],
    ['{"a": 1000.0, "z": []}', '{"a":1e3,"z":{}}'],
    [
      '[0.1,0.1,0.1,0.1,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]',
      '[0.10,0.10,0.10,0.10,0.10,0.20,0.30,0.40,0.50,0.60,0.70,0.80]',
    ],
  ])('%s may have been %s', (text, before) => {
    expect(textsOf(text)).toContain(before);
  });

  it('has no guess where nothing was lost, or too much', () => {
    expect(textsOf('{"a":"1.0","b":[true,1760000000]}')).toEqual([]);
    expect(textsOf(JSON.stringify(Array.from({ length: 40 }, (_, i) => i)))).toEqual([]);
  });

  it.each(['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', '{"a":1.5,"b":2.5,"c":3}'])(
    'has no more guesses than it may: %s',
    (text) => {
      expect(textsOf(text, { cost: 9, guesses: 100 })).toHaveLength(100);
    },
  );

  it('has no more guesses than fit into 40 MB', () => {
    const text = JSON.stringify({ text: 'x'.repeat(500_000), price: 1.5 });
    const bytes = textsOf(text).reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(30_000_000);
    expect(bytes).toBeLessThanOrEqual(40_000_000);
  });
});

describe('lines that were joined', () => {
  it.each([
    '<a>\n  <b></b>\n  <c>1</c>\n</a>\n',
    'id;name\r\n1;Zoë\r\n2;Ann',
    'Dear Zoë,\n\tplease come.\n-- \nAnna\n',
  ])('%j', (text) => {
    expect([...unjoinedTexts(text.replace(/[\r\n]/g, ''))]).toContain(text);
  });

  it.each(['', '{"a":1}', 'one\ntwo'])('are none of %j', (text) => {
    expect([...unjoinedTexts(text)]).toEqual([]);
  });
});
