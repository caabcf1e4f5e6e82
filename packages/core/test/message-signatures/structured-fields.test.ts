/** Dictionaries of RFC 9651 as signatures need them: each name once, one spelling or any, and within bounds. */
import { describe, expect, it } from 'vitest';
import {
  attempt,
  isSmall,
  parseStrictDictionary,
  parseStrictMembers,
  parseUniqueDictionary,
} from '../../src/schemes/message-signatures/structured-fields.ts';

describe('a field is small enough to be parsed', () => {
  it.each([
    [22 * 1024, true],
    [22 * 1024 + 1, false],
  ])('of %i characters: %s', (length, isTaken) => {
    expect(isSmall('a'.repeat(length))).toBe(isTaken);
  });

  // The first item has nothing before it.
  it.each([
    ['members', ',ab'],
    ['members behind a space', ', a'],
    ['parameters', ';ab'],
    ['items of a list', ' ab'],
  ])('of 2,048 %s, and not of one more', (_what, item) => {
    expect(isSmall(`ab${item.repeat(2047)}`)).toBe(true);
    expect(isSmall(`ab${item.repeat(2048)}`)).toBe(false);
  });

  it('however it is read', () => {
    const dictionaryOf = (count: number): string =>
      Array.from({ length: count }, (_, i) => `a${i}=?1`).join(',');
    for (const parse of [parseStrictMembers, parseUniqueDictionary]) {
      expect(parse(dictionaryOf(2048).replaceAll('=?1', ''))?.size).toBe(2048);
      expect(parse(dictionaryOf(2049).replaceAll('=?1', ''))).toBeUndefined();
    }
  });
});

describe('a dictionary in its one spelling', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a', ['a']],
    ['a=1, b="x  y";c;d=%"x  y",\t*c=(1  "a b");e, d=:AA==:', ['a', 'b', '*c', 'd']],
    ['a=( 1 2 )', ['a']],
    ['a="\\"  \\\\", b', ['a', 'b']],
  ])('%s has the members %j', (text, names) => {
    expect([...(parseStrictDictionary(text)?.keys() ?? [])]).toEqual(names);
    expect(parseStrictDictionary(text)).toBeDefined();
  });

  it.each(['a=01', 'a=1.50', 'a=?1', 'b, a=01', 'a;b=?1', 'a, a', 'a=1, a=2', 'a=', 'a,', '(', 'é'])(
    '%s is none',
    (text) => {
      expect(parseStrictDictionary(text)).toBeUndefined();
    },
  );

  it('is judged member by member', () => {
    const members = parseStrictMembers('a=01, b=1, c, c, d="x y", c');
    expect([...(members ?? [])].map(([name, member]) => [name, Reflect.get(Object(member), 'text')])).toEqual(
      [
        ['a', undefined],
        ['b', '1'],
        ['c', undefined],
        ['d', '"x y"'],
      ],
    );
    expect(members?.get('a')).toBe('is not in its one spelling');
    expect(members?.get('c')).toBe('stands twice');
  });
});

describe('a dictionary in whatever spelling', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a=01, b=?1', ['a', 'b']],
    ['a="x,;y";p="x,;y"', ['a']],
    ['a=(b;x=1 c;y);z, d;w', ['a', 'd']],
    ['a=("b";x ";");z=",", d=%",;"', ['a', 'd']],
  ])('%s has the members %j', (text, names) => {
    expect([...(parseUniqueDictionary(text)?.keys() ?? ['none'])]).toEqual(names);
  });

  it.each(['a, a', 'a;b;b', 'a=(b;c;c)', 'a=(b c);d;d', 'a,', '('])('%s is none', (text) => {
    expect(parseUniqueDictionary(text)).toBeUndefined();
  });
});

it('what throws has no value', () => {
  expect(attempt(() => 7)).toBe(7);
  expect(
    attempt(() => {
      throw new Error('no');
    }),
  ).toBeUndefined();
});
