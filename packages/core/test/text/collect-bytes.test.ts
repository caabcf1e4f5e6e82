import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { heldBytes } from '../../../../scripts/held-bytes.ts';
import { collectBytes, readUpTo } from '../../src/text/collect-bytes.ts';

const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 60 });

async function* streamOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

describe('a byte collector', () => {
  it('gives back what came, in any pieces, announced rightly, wrongly or not at all', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom(0, 1, 500, 1e9), (parts, announced) => {
        const collected = collectBytes(announced);
        for (const part of parts) collected.add(part);
        const whole = Buffer.concat(parts);
        expect(collected.length).toBe(whole.length);
        expect(Buffer.from(collected.take()).equals(whole)).toBe(true);
        expect(collected.take()).toHaveLength(0);
      }),
      { seed: 1 },
    );
  });

  it('holds at most twice what came, or 1 KB; and four times where that much is announced', () => {
    fc.assert(
      fc.property(pieces, fc.nat(20_000), (parts, announced) => {
        const collected = collectBytes(announced);
        let came = 0;
        for (const part of parts) {
          collected.add(part);
          came += part.length;
          const bound = Math.max(2 * came, 1024, Math.min(announced, 4 * came));
          expect(collected.heldBytes).toBeLessThanOrEqual(bound);
          expect(collected.heldBytes).toBeGreaterThanOrEqual(came);
        }
        const whole = collected.take();
        expect(whole.buffer.byteLength).toBe(parts.length === 0 ? 0 : whole.length);
        expect(collected.heldBytes).toBe(0);
      }),
      { seed: 2 },
    );
  });

  it('allocates nothing for an announcement alone', () => {
    expect(collectBytes(1e12).heldBytes).toBe(0);
  });

  it('gives a piece back as it came where it is the only one that holds anything', () => {
    const piece = Uint8Array.of(1, 2);
    const collected = collectBytes();
    for (const part of [new Uint8Array(0), piece, new Uint8Array(0)]) collected.add(part);
    expect(collected.heldBytes).toBe(2);
    expect(collected.take()).toBe(piece);
  });

  it('holds as much as is announced from the second piece on, and no more than it has where that is just enough', () => {
    for (const [announced, held] of [
      [3_000, 3_000],
      [1_024, 1_024],
      [0, 1_024],
      [1e9, 4_000],
    ] as const) {
      const collected = collectBytes(announced);
      collected.add(new Uint8Array(1_000));
      expect(collected.heldBytes).toBe(1_000);
      collected.add(new Uint8Array(24));
      expect(collected.heldBytes).toBe(held);
    }
  });

  it('holds one-byte pieces in three times their bytes, what they were put in and all', () => {
    const PIECES = between(400_000, 1_000_000);
    const collected = collectBytes();
    const before = heldBytes();
    for (let i = 0; i < PIECES; i++) collected.add(new Uint8Array(1));
    expect(heldBytes() - before).toBeLessThan(3 * PIECES);
    expect(collected.length).toBe(PIECES);
  });
});

describe('a stream read up to a bound', () => {
  it('is taken whole where it is no longer, and left at once where it is', async () => {
    const parts = [new Uint8Array(3), new Uint8Array(0), new Uint8Array(4)];
    expect(await readUpTo(streamOf(parts), 7)).toHaveLength(7);
    let left = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(3);
      } finally {
        left = true;
      }
    }
    expect(await readUpTo(endless(), 7)).toBeUndefined();
    expect(left).toBe(true);
  });

  it('is read by its reader where it has nothing else, and cancelled where it is too long', async () => {
    let cancelled = 0;
    const readerOnly = (): ReadableStream<Uint8Array> => {
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (const length of [3, 4]) controller.enqueue(new Uint8Array(length));
          controller.close();
        },
      });
      const reader = stream.getReader();
      const getReader = () => ({
        read: () => reader.read(),
        cancel: async () => {
          cancelled++;
        },
      });
      return { getReader } as unknown as ReadableStream<Uint8Array>;
    };
    expect(await readUpTo(readerOnly(), 7)).toHaveLength(7);
    expect(await readUpTo(readerOnly(), 6)).toBeUndefined();
    expect(cancelled).toBe(2);
  });
});
