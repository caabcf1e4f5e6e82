import { SetupError } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createSealer, readStoreKey } from '../../src/sealed/seal.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const sealer = createSealer(KEY);
/** What UTF-8 can hold: no half of a surrogate pair. */
const text = fc.string({ unit: 'binary', maxLength: 300 });
const seeded = { seed: 3, numRuns: runs(300) };

describe('createSealer', () => {
  it('opens what it has sealed, whatever the text and the context', () => {
    fc.assert(
      fc.property(text, text, (secret, context) => {
        expect(sealer.open(sealer.seal(secret, context), context)).toBe(secret);
      }),
      seeded,
    );
  });

  it('opens nothing for another context', () => {
    fc.assert(
      fc.property(text, text, text, (secret, context, other) => {
        fc.pre(context !== other);
        expect(sealer.open(sealer.seal(secret, context), other)).toBeUndefined();
      }),
      seeded,
    );
  });

  it('opens nothing for another key', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 255 }), (secret, bit) => {
        const key = Uint8Array.from(KEY);
        key[bit >> 3] = (key[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(createSealer(key).open(sealer.seal(secret, 'c'), 'c')).toBeUndefined();
      }),
      seeded,
    );
  });

  it('opens nothing where any one bit is changed: version, nonce, text or tag', () => {
    const sealed = sealer.seal('a token', 'c');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sealer.open(changed, 'c'), `bit ${bit}`).toBeUndefined();
    }
  });

  it('opens nothing that is cut short or made longer, and no bytes of others, and never throws', () => {
    const sealed = sealer.seal('a token', 'c');
    for (let length = 0; length < sealed.length; length++) {
      expect(sealer.open(sealed.subarray(0, length), 'c')).toBeUndefined();
    }
    expect(sealer.open(Buffer.concat([sealed, Uint8Array.of(0)]), 'c')).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(sealer.open(bytes, 'c')).toBeUndefined();
        expect(sealer.open(Uint8Array.of(1, ...bytes), 'c')).toBeUndefined();
      }),
      seeded,
    );
  });

  it('seals the same text to other bytes each time, and none of them shows it', () => {
    const secret = 'a token that is long enough to be found';
    const sealed = Array.from({ length: 200 }, () => Buffer.from(sealer.seal(secret, 'c')));
    expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(200);
    expect(new Set(sealed.map((bytes) => bytes.toString('hex', 1, 13))).size).toBe(200);
    expect(sealed.some((bytes) => bytes.includes('token'))).toBe(false);
  });

  it('keeps its own copy of the key', () => {
    const key = Uint8Array.from(KEY);
    const mine = createSealer(key);
    key.fill(0);
    expect(mine.open(sealer.seal('s', 'c'), 'c')).toBe('s');
  });

  it.each([0, 16, 31, 33, 64])('takes no key of %d bytes', (length) => {
    expect(() => createSealer(new Uint8Array(length))).toThrow(SetupError);
  });
});

describe('readStoreKey', () => {
  it('reads 64 hexadecimal characters of either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.boolean(), (bytes, isUpper) => {
        const hex = Buffer.from(bytes).toString('hex');
        expect(readStoreKey(isUpper ? hex.toUpperCase() : hex)).toEqual(bytes);
      }),
      seeded,
    );
  });

  it.each([
    ['nothing', ''],
    ['too few', 'ab'.repeat(31)],
    ['too many', 'ab'.repeat(33)],
    ['an odd number', 'a'.repeat(63)],
    ['another character', `${'ab'.repeat(31)}ag`],
    ['white space', `${'ab'.repeat(32)}\n`],
    ['base64', 'q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s='],
  ])('refuses %s, says how to make one, and does not quote it', (_, hex) => {
    const read = (): unknown => readStoreKey(hex);
    expect(read).toThrow(SetupError);
    expect(read).toThrow('storeKey: is not 64 hexadecimal characters. Make one with: openssl rand -hex 32');
  });
});
