/** Which day’s partition an id is in: as the server would say by the partitions’ bounds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import { dayOfId, dayTextOf, firstIdOf, partitionOf } from '../../../src/stores/postgres/days.ts';

/** Ids are ASCII: their order as texts is that of the collation C. */
const isWithin = (id: string): boolean => {
  const { fromId, untilId } = dayOfId(id);
  return id >= fromId && id < untilId;
};

describe('the day of an id', () => {
  it.each([
    ['016f5e66-e800-7000-8000-000000000000', '20200101'],
    ['016f5e66-e7ff-7fff-bfff-ffffffffffff', 'early'],
    ['019a2b3c-0000-7000-8000-000000000000', '20251028'],
    ['03bb2cc3-d7ff-7fff-bfff-ffffffffffff', '20991231'],
    ['03bb2cc3-d800-7000-8000-000000000000', 'late'],
    ['0190', '20240610'],
    ['0190zz', '20240729'],
    ['', 'early'],
    ['!', 'early'],
    ['order-17', 'late'],
    ['f47ac10b-58cc-4372-a567-0e02b2c3d479', 'late'],
  ])('%s is in %s', (id, day) => {
    expect(dayTextOf(id)).toBe(day);
    expect(isWithin(id)).toBe(true);
  });

  it('holds every id within its bounds, whatever form the id has', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef-!~zA'), maxLength: 20 });
    const near = fc
      .tuple(fc.constantFrom('016f', '0199', '03bb', '0'), digits)
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(near, digits, fc.uuid()), (id) => isWithin(id)),
      { numRuns: runs(20_000) },
    );
  });

  it('begins with the id that its name says', () => {
    for (const id of ['!', '0190', '019a2b3c-0000-7', 'zz'])
      expect(firstIdOf(dayTextOf(id))).toBe(dayOfId(id).fromId);
  });

  it('is refused in a statement where it is no name of a day', () => {
    expect(partitionOf('events', '20250131')).toBe('countersign.events_20250131');
    for (const day of ['', '2025013', 'early; DROP TABLE events', '20250131 ', '2025-1-31'])
      expect(() => partitionOf('events', day)).toThrow(RangeError);
  });
});
