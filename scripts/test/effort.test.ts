/** What a short run leaves out: every kind of row is tried, and every row in some turn. */
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { effortOf, ON_WEB_CRYPTO, readLongShare } from '../effort.ts';

const ROWS = ['a1', 'b1', 'a2', 'c1', 'b2', 'a3', 'c2'];
const kindOf = (row: string): string => row.charAt(0);

describe('a short run', () => {
  const { runs, between, rowsOf, someOf } = effortOf(undefined);

  it('tries the first row of each kind, in the order of the table', () => {
    expect(rowsOf(ROWS, kindOf)).toEqual(['a1', 'b1', 'c1']);
  });

  it.each([1, 2, 3, 7, 9])('tries one in %i of rows of one kind, and each in some turn', (every) => {
    const tried = Array.from({ length: every }, (_, turn) => someOf(ROWS, every, turn));
    expect(tried[0]?.[0]).toBe('a1');
    expect(tried.flat().sort()).toEqual([...ROWS].sort());
  });

  it('searches no longer than a long one, and never so short that it finds nothing', () => {
    expect([5, 100, 2000, 100_000].map(runs)).toEqual([5, 20, 40, 2000]);
    expect(between(2, 40)).toBe(2);
  });
});

describe('a long run', () => {
  it('tries all', () => {
    const { runs, between, rowsOf, someOf } = effortOf(1);
    expect([5, 100, 2000, 100_000].map(runs)).toEqual([5, 100, 2000, 100_000]);
    expect(between(2, 40)).toBe(40);
    expect(rowsOf(ROWS, kindOf)).toEqual(ROWS);
    expect(someOf(ROWS, 3, 1)).toEqual(ROWS);
  });

  it('with a share tries as much of each search, each kind of row, and no fewer rows than a short run', () => {
    const { runs, between, rowsOf, someOf } = effortOf(0.4);
    expect([5, 100, 2000, 100_000].map(runs)).toEqual([5, 40, 800, 40_000]);
    expect(between(2, 40)).toBe(18);
    expect(rowsOf(ROWS, kindOf)).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'c2']);
    expect(someOf(ROWS, 3)).toEqual(['a1', 'a2', 'b2', 'c2']);
    expect(someOf(ROWS, 1)).toEqual(ROWS);
  });

  it.each(['', '0', '0.01', '1.1', '-1', 'half', 'NaN'])('does not begin with "%s" for a share', (text) => {
    expect(() => readLongShare(text)).toThrow(`COUNTERSIGN_TEST_SHARE is "${text}"`);
  });

  it.each([undefined, '0.02', '0.5', '1'])('begins with %s', (text) => {
    expect(readLongShare(text)).toBe(Number(text ?? 1));
  });
});

it.each(ON_WEB_CRYPTO)('a test that is to run on WebCrypto is there: %s', (files) => {
  expect(globSync(files, { cwd: `${import.meta.dirname}/../..` })).not.toEqual([]);
});
