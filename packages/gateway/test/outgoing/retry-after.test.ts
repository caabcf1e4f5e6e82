import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { parseRetryAfter } from '../../src/outgoing/retry-after.ts';

/** A Sunday. */
const NOW = Date.UTC(1994, 10, 6, 8, 49, 37);
const YEAR = 366 * 86_400_000;
const seeded = { seed: 3, numRuns: runs(1_000) };

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['007', 7_000],
    ['99999999999999999999', YEAR],
    // The examples of RFC 9110 §5.6.7, half a minute ahead.
    ['Sun, 06 Nov 1994 08:50:07 GMT', 30_000],
    ['Sunday, 06-Nov-94 08:50:07 GMT', 30_000],
    ['Sun Nov  6 08:50:07 1994', 30_000],
    ['Sun Nov 16 08:49:37 1994', 864_000_000],
    ['Sat, 31 Dec 1994 23:59:60 GMT', Date.UTC(1995, 0, 1) - NOW],
    // 45 would be 51 years ahead: 1945.
    ['Sunday, 06-Nov-45 08:50:07 GMT', 0],
    ['Sunday, 06-Nov-44 08:50:07 GMT', YEAR],
    ['Sun, 06 Nov 0094 08:50:07 GMT', 0],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseRetryAfter(text, NOW)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '12s',
    '٣',
    'soon',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 23:60:00 GMT',
    'Sun, 06 Nov 1994 23:00:61 GMT',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 GMT, 120',
  ])('does not read %j', (text) => {
    expect(parseRetryAfter(text, NOW)).toBeUndefined();
  });

  it('reads every date that JavaScript writes, to the second', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 4_000_000_000 }),
        fc.integer({ min: -100_000, max: 100_000 }),
        (second, apart) => {
          const nowMs = second * 1_000;
          const text = new Date(nowMs + apart * 1_000).toUTCString();
          fc.pre(second + apart >= 0);
          expect(parseRetryAfter(text, nowMs)).toBe(Math.max(0, apart * 1_000));
        },
      ),
      seeded,
    );
  });

  it('reads every number of seconds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (seconds) => {
        expect(parseRetryAfter(String(seconds), NOW)).toBe(Math.min(Number(seconds) * 1_000, YEAR));
      }),
      seeded,
    );
  });

  it('gives whole milliseconds within a year or nothing, and never throws, whatever the text', () => {
    const almost = fc
      .tuple(
        fc.constantFrom('Sun, 06 Nov 1994 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'),
        fc.nat(28),
        fc.string(),
      )
      .map(([text, at, inserted]) => text.slice(0, at) + inserted + text.slice(at + inserted.length));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), almost), (text) => {
        const ms = parseRetryAfter(text, NOW);
        if (ms !== undefined) expect(Number.isSafeInteger(ms) && ms >= 0 && ms <= YEAR).toBe(true);
      }),
      seeded,
    );
  });
});
