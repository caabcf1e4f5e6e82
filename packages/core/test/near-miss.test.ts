import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearMiss } from '../src/near-miss.ts';

const KNOWN = ['maxBody', 'maxHeaders', 'requestTimeout', 'to', 'as', 'flow-production-tracking', 'github'];

describe('nearMiss', () => {
  it.each([
    ['maxBdoy', 'maxBody'],
    ['maxbody', 'maxBody'],
    ['max_body', 'maxBody'],
    ['max-headers', 'maxHeaders'],
    ['maxHeadr', 'maxHeaders'],
    ['gihtub', 'github'],
    ['flow-production', 'flow-production-tracking'],
    ['ti', 'to'],
  ])('finds that %s was meant as %s', (word, meant) => {
    expect(nearMiss(word, KNOWN)).toBe(meant);
  });

  it.each([
    ['secret', 'keys'],
    ['webhook_secret', 'keys'],
    ['signingSecret', 'keys'],
  ])('knows %s as another word for %s, where there is one', (word, meant) => {
    expect(nearMiss(word, [...KNOWN, 'keys'])).toBe(meant);
    expect(nearMiss(word, KNOWN)).toBeUndefined();
  });

  it.each(['', 'xyz', 'q', 'bodyMaximum', 'x'.repeat(1_000)])('finds nothing near %j', (word) => {
    expect(nearMiss(word, KNOWN)).toBeUndefined();
  });

  it.each([
    ['NOPE', 'HOME'],
    ['KEYS', 'LESS'],
    ['keys', 'kept'],
  ])('does not take half of %s for %s', (word, other) => {
    expect(nearMiss(word, [other])).toBeUndefined();
  });

  it('finds nothing where two words begin alike', () => {
    expect(nearMiss('maxim', ['maximumSize', 'maximumWidth'])).toBeUndefined();
  });

  it('finds a word again after one letter was taken out, put in, or changed', () => {
    const edit = fc.record({
      at: fc.nat({ max: 100 }),
      letter: fc.constantFrom('q', 'z', ''),
      cut: fc.nat({ max: 1 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('requestTimeout', 'maxHeaders', 'github'),
        edit,
        (word, { at, letter, cut }) => {
          const index = at % word.length;
          expect(nearMiss(word.slice(0, index) + letter + word.slice(index + cut), KNOWN)).toBe(word);
        },
      ),
    );
  });
});
