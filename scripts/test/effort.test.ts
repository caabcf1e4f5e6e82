/** What a short run leaves out: every kind of row is tried, and every row in some turn. */
import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isLong, ON_WEB_CRYPTO, rowsOf, runs, someOf } from '../effort.ts';

const ROWS = ['a1', 'b1', 'a2', 'c1', 'b2', 'a3', 'c2'];

it('of each kind the first row is tried, in the order of the table', () => {
  expect(rowsOf(ROWS, (row) => row.charAt(0))).toEqual(isLong ? ROWS : ['a1', 'b1', 'c1']);
});

it.each([1, 2, 3, 7, 9])('of rows of one kind, of which one in %i is tried, each has its turn', (every) => {
  const tried = Array.from({ length: every }, (_, turn) => someOf(ROWS, every, turn));
  expect(tried[0]?.[0]).toBe('a1');
  expect(tried.flat().sort()).toEqual((isLong ? tried.flatMap(() => ROWS) : [...ROWS]).sort());
});

it('a search is never longer than a long run’s, and never so short that it finds nothing', () => {
  expect([5, 100, 2000, 100_000].map(runs)).toEqual(isLong ? [5, 100, 2000, 100_000] : [5, 20, 40, 2000]);
});

it.each(ON_WEB_CRYPTO)('a test that is to run on WebCrypto is there: %s', (files) => {
  expect(globSync(files, { cwd: `${import.meta.dirname}/../..` })).not.toEqual([]);
});
