/** Texts in the order of their code points, in slices that let other work have its turn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../src/pause.ts';
import { sortByCodePoint } from '../../src/text/sorting.ts';

/** By the bytes of UTF-8, whose order is that of code points. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const sorted = (texts: readonly string[]): readonly string[] =>
  atOnce(sortByCodePoint(texts, (text) => text));
const anyText = fc.string({
  unit: fc.constantFrom(...'ab\ud7ff\ue000\ue001\uffff\u{10000}\u{10001}\u{10ffff}'),
  maxLength: 6,
});

function inSlices(texts: readonly string[]): { slices: number; texts: readonly string[] } {
  const sorting = sortByCodePoint(texts, (text) => text);
  let slices = 1;
  let step = sorting.next();
  for (; !step.done; step = sorting.next()) slices++;
  return { slices, texts: step.value };
}

describe('texts', () => {
  it('are put in the order of their UTF-8', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 40 }), (texts) => {
        expect(sorted(texts)).toEqual(texts.toSorted(byBytes));
      }),
    );
  });

  it('that are the same stay in the order that they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 40 }), (keys) => {
        const items = keys.map((key, place) => ({ key: String(key), place }));
        const expected = items.toSorted((a, b) => byBytes(a.key, b.key) || a.place - b.place);
        expect(atOnce(sortByCodePoint(items, ({ key }) => key))).toEqual(expected);
      }),
    );
  });

  it.each([
    ['that begin alike', (i: number) => `${'x'.repeat(900)}${(i * 7919) % 1000}`],
    ['beyond U+FFFF that begin alike', (i: number) => `${'😀'.repeat(450)}${(i * 7919) % 1000}`],
  ])('a thousand %s are sorted in slices', (_, textOf) => {
    const texts = Array.from({ length: 1000 }, (__, i) => textOf(i));
    const { slices, texts: inOrder } = inSlices(texts);
    expect(inOrder).toEqual(texts.toSorted(byBytes));
    // Some 28 for what they are sorted by, 10 for the comparisons.
    expect(slices).toBeGreaterThan(33);
    expect(slices).toBeLessThan(50);
  });

  it('that are short take no more slices for a long one among them', () => {
    const short = Array.from({ length: 100 }, (_, i) => String(i));
    expect(inSlices([...short, '!'.repeat(1_000_000), ...short]).slices).toBeLessThan(4);
  });

  it('of one short form are sorted at once', () => {
    expect(sortByCodePoint(['b', 'a'], (text) => text).next()).toEqual({ done: true, value: ['a', 'b'] });
  });
});
