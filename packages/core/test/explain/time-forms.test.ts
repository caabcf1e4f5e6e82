/** Prevents: a time that is signed in another form than it is sent, and is read as another time or as none. */
import { describe, expect, it } from 'vitest';
import { shifted, TIME_FORMS, timeOfText } from '../../src/explain/time-forms.ts';

const MS = Date.UTC(2026, 2, 6, 1, 17, 33);

describe('timeOfText', () => {
  it.each([
    '1772759853',
    '1772759853.0',
    '1772759853000',
    '2026-03-06T01:17:33Z',
    '2026-03-06T02:17:33+01:00',
    '2026-03-06T01:17:33',
    '2026-03-06 01:17:33',
    'Fri, 06 Mar 2026 01:17:33 GMT',
  ])('reads %s', (text) => {
    expect(timeOfText(text)).toBe(MS);
  });

  it.each(['', 'now', '17', '2026', '99999999999999999', 'x'.repeat(1000), '-1772759853'])(
    'reads no time in %j',
    (text) => {
      expect(timeOfText(text)).toBeUndefined();
    },
  );
});

it('writes each form once', () => {
  expect(new Set(TIME_FORMS.map(({ write }) => write(MS + 1))).size).toBe(TIME_FORMS.length);
});

it.each([
  ['1772759853', 1000, '1772759854'],
  ['1772759853000', -1, '1772759852999'],
  ['2026-03-06T01:17:33Z', 1000, '2026-03-06T01:17:34Z'],
  ['Fri, 06 Mar 2026 01:17:33 GMT', -1000, 'Fri, 06 Mar 2026 01:17:32 GMT'],
])('%s shifted by %i ms keeps its form', (text, byMs, other) => {
  expect(shifted(text, byMs)).toBe(other);
});
