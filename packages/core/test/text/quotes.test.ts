/** Quotes around a key, as people, shells and word processors put them. */
import { describe, expect, it } from 'vitest';
import { bareText, unquoted } from '../../src/text/quotes.ts';

describe('unquoted', () => {
  it.each([
    ['"key"', 'key'],
    ["'key'", 'key'],
    ['`key`', 'key'],
    ['“key”', 'key'],
    ['‘key’', 'key'],
    ['""', ''],
    ["''key''", "'key'"],
    ['"two\nlines"', 'two\nlines'],
  ])('%j stands around %j', (text, inner) => expect(unquoted(text)).toBe(inner));

  it.each(['key', '"key', 'key"', '"', '"key\'', '”key“', ' "key"', '"key" ', 'a"key"b', ''])(
    '%j is in no quotes',
    (text) => expect(unquoted(text)).toBeUndefined(),
  );
});

describe('bareText', () => {
  it.each([
    ['key', 'key'],
    ['"key', 'key'],
    ['key”', 'key'],
    [' \t"\'`“”‘’\ufeff key two \ufeff’‘”“`\'"\r\n', 'key two'],
    ['a "quoted" word', 'a "quoted" word'],
    ['“', ''],
    ['', ''],
  ])('of %j is %j', (text, bare) => expect(bareText(text)).toBe(bare));
});
