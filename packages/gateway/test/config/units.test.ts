import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DURATION_PATTERN,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
  suggestDuration,
  suggestSize,
} from '../../src/config/units.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
    ['1.5s', 1_500],
    ['1.1s', 1_100],
    ['0.001s', 1],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '10',
    's',
    '10 s',
    ' 10s',
    '10s ',
    '-1s',
    '+1s',
    '1e3s',
    '.5s',
    '5.s',
    '10S',
    '1m30s',
    '0.0001s',
    '10x',
    '٣s',
  ])('does not read %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 - 1 }), (ms) => {
        const text = formatDuration(ms);
        expect(parseDuration(text)).toBe(ms);
        expect(text).toMatch(DURATION_PATTERN);
      }),
    );
  });

  it('reads nothing that its pattern does not take, and never throws', () => {
    const digits = fc.stringMatching(/^[0-9.]{0,16}(ms|[smhdSMx ])?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), (text) => {
        const ms = parseDuration(text);
        if (ms === undefined) return;
        expect(text).toMatch(DURATION_PATTERN);
        expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
      }),
    );
  });
});

describe('parseSize', () => {
  it.each([
    ['1B', 1],
    ['512KB', 524_288],
    ['64KiB', 65_536],
    ['1MB', 1_048_576],
    ['1MiB', 1_048_576],
    ['1.5KB', 1_536],
    ['2GB', 2_147_483_648],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '1', '1M', '1mb', '1Mb', '1 MB', '-1MB', '0.3B', '1TB'])('does not read %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it('reads what formatSize writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 - 1 }), (bytes) => {
        const text = formatSize(bytes);
        expect(parseSize(text)).toBe(bytes);
        expect(text).toMatch(SIZE_PATTERN);
      }),
    );
  });
});

describe('suggestions', () => {
  it.each([
    ['10 seconds', '10s'],
    ['5 min', '5m'],
    ['10S', '10s'],
    ['2 Days', '2d'],
    ['100 msec', '100ms'],
  ])('%j was meant as %s', (text, meant) => {
    expect(suggestDuration(text)).toBe(meant);
  });

  it.each([
    ['1mb', '1MB'],
    ['64 kib', '64KiB'],
    ['10M', '10MB'],
    ['100 bytes', '100B'],
  ])('%j was meant as %s', (text, meant) => {
    expect(suggestSize(text)).toBe(meant);
  });

  it('costs in proportion to the length of the text', () => {
    const startMs = performance.now();
    for (const suggest of [suggestDuration, suggestSize])
      expect(suggest(`1${' '.repeat(65_000)}!`)).toBeUndefined();
    // The square of the length takes seconds.
    expect(performance.now() - startMs).toBeLessThan(500);
  });

  it('does not guess the unit of a bare number', () => {
    expect(suggestDuration('30')).toBeUndefined();
    expect(suggestSize('30')).toBeUndefined();
  });
});
