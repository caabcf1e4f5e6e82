/** Amounts are told as a person says them. */
import { expect, it } from 'vitest';
import { counted, duration, listed, shortened } from '../../src/text/amounts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [2, '2 bytes'],
])('%d of a noun', (count, text) => {
  expect(counted(count, 'byte')).toBe(text);
});

it.each([
  [0, ''],
  [1, 'a'],
  [2, 'a, b'],
  [3, 'a, b and 1 more'],
  [5, 'a, b and 3 more'],
])('%d names, of which two are told', (count, text) => {
  expect(listed(['a', 'b', 'c', 'd', 'e'].slice(0, count), 2)).toBe(text);
});

it('a text is cut where it is longer than it may be, the ellipsis counted', () => {
  expect([shortened('abc', 3), shortened('abcd', 3), shortened('', 3)]).toEqual(['abc', 'ab…', '']);
});

it.each([
  [0, '0 s'],
  [0.2, '1 ms'],
  [999, '999 ms'],
  [SECOND, '1 s'],
  [12 * SECOND, '12 s'],
  [90.5 * SECOND, '90.5 s'],
  [2 * MINUTE, '2 min'],
  [5 * MINUTE, '5 min'],
  [5 * MINUTE + 1, '5 min 1 s'],
  [59 * MINUTE + 59.5 * SECOND, '60 min'],
  [HOUR, '1 h'],
  [3 * HOUR, '3 h'],
  [3 * HOUR + 12 * MINUTE, '3 h 12 min'],
  [DAY, '24 h'],
  [2 * DAY + 1, '2 days 1 h'],
  [28_450_506 * SECOND, '329 days'],
])('%d ms', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it('never calls what is over a limit as long as the limit, up to a week', () => {
  for (const limit of [SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, HOUR, 2 * HOUR, DAY, 2 * DAY, 3 * DAY]) {
    expect(duration(limit + 1), String(limit)).not.toBe(duration(limit));
  }
});
