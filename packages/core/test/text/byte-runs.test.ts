import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ByteRuns,
  DELETE,
  GO,
  IN_STRING,
  KINDS,
  NO_SPACE,
  NON_ASCII,
  TOKEN,
} from '../../src/text/byte-runs.ts';

describe('a run of bytes', () => {
  it('ends where a loop over single bytes finds its end, wherever in memory the bytes are', () => {
    const kinds = fc.constantFrom(
      IN_STRING,
      IN_STRING | NON_ASCII,
      IN_STRING | NON_ASCII | DELETE,
      IN_STRING | GO,
      NO_SPACE,
      TOKEN,
    );
    const text = fc.tuple(
      fc.constantFrom(0x61, 0x20, 0xe4, 0x2c),
      fc.nat(100),
      fc.uint8Array({ maxLength: 4 }),
      fc.nat(20),
    );
    fc.assert(
      fc.property(
        text,
        fc.nat(3),
        fc.nat(3),
        fc.nat(130),
        fc.nat(130),
        kinds,
        (parts, before, after, a, b, looked) => {
          const [byte, length, others, more] = parts;
          const whole = [...Array<number>(length).fill(byte), ...others, ...Array<number>(more).fill(byte)];
          const memory = Uint8Array.from([
            ...Array<number>(before).fill(0),
            ...whole,
            ...Array<number>(after).fill(0),
          ]);
          const bytes = memory.subarray(before, before + whole.length);
          const end = Math.min(Math.max(a, b), bytes.length);
          const start = Math.min(a, b, end);
          const found = bytes
            .subarray(start, end)
            .findIndex((one) => ((KINDS[one] as number) & looked) !== 0);
          const expected = found < 0 ? end : start + found;
          expect(new ByteRuns(bytes).end(start, end, looked)).toBe(expected);
          expect(new ByteRuns(bytes).longEnd(start, end, looked)).toBe(expected);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
