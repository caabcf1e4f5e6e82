/** Ranges of addresses and rates against models that are slow and plain; names of certificates against what openssl reads. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, createAddressSet } from '../../src/client-address.ts';
import { groupsOf } from '../../src/ipv6-groups.ts';
import { createRateLimit } from '../../src/rate-limit.ts';
import { readAltNames } from '../../src/tls/client-certificate.ts';

const byte = fc.integer({ min: 0, max: 255 });
const v4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
const v6 = fc.ipV6().filter((text) => canonicalAddress(text) !== undefined);
const mapped = v4.map((address) => `::ffff:${address}`);
const address = fc.oneof(v4, v6, mapped);

/** An address as a number, and which family it is of. */
function numberOf(text: string): { readonly family: 4 | 6; readonly value: bigint } {
  const groups = text.includes(':')
    ? groupsOf(text)
    : text.split('.').reduce<number[]>((all, part, i) => {
        if (i % 2 === 0) all.push(Number(part) * 256);
        else all[all.length - 1] = (all.at(-1) ?? 0) + Number(part);
        return all;
      }, []);
  const value = groups.reduce((all, group) => all * 65_536n + BigInt(group), 0n);
  const isMapped = groups.length === 8 && value >> 32n === 0xffffn;
  return isMapped
    ? { family: 4, value: value & 0xffff_ffffn }
    : { family: groups.length === 8 ? 6 : 4, value };
}

describe('a set of address ranges', () => {
  const range = fc.oneof(
    fc.tuple(v4, fc.integer({ min: 0, max: 32 })),
    fc.tuple(v6, fc.integer({ min: 0, max: 128 })),
  );

  it('holds the addresses whose first bits are those of a range, and no others', () => {
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 4 }),
        address,
        fc.nat(),
        (ranges, other, near) => {
          const set = createAddressSet(ranges.map(([start, prefixBits]) => ({ address: start, prefixBits })));
          const isIn = (text: string): boolean => {
            const { family, value } = numberOf(text);
            return ranges.some(([start, bits]) => {
              const first = numberOf(start);
              const length = first.family === 4 ? 32 : 128;
              return (
                first.family === family &&
                value >> BigInt(length - bits) === first.value >> BigInt(length - bits)
              );
            });
          };
          const [start = '127.0.0.1', bits = 32] = ranges[near % ranges.length] ?? [];
          const { family, value } = numberOf(start);
          // A neighbour on the other side of the last bit of the prefix, and one within.
          const flipped = bits === 0 ? value : value ^ (1n << BigInt((family === 4 ? 32 : 128) - bits));
          for (const text of [other, start, textOf(family, flipped)]) {
            const canonical = canonicalAddress(text);
            if (canonical !== undefined && ranges.every(([of]) => !isMappedSix(of)))
              expect(set.has(canonical), text).toBe(isIn(text));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Written as IPv6, and an IPv4 address: its prefix may be shorter than what maps it. */
function isMappedSix(text: string): boolean {
  return text.includes(':') && numberOf(text).family === 4;
}

function textOf(family: 4 | 6, value: bigint): string {
  const [count, bits] = family === 4 ? [4, 8n] : [8, 16n];
  const parts = Array.from({ length: count }, (_, i) =>
    ((value >> (BigInt(count - 1 - i) * bits)) & ((1n << bits) - 1n)).toString(family === 4 ? 10 : 16),
  );
  return parts.join(family === 4 ? '.' : ':');
}

describe('a rate limit', () => {
  const limits = fc.record({
    requests: fc.integer({ min: 1, max: 1000 }),
    perMs: fc.constantFrom(1000, 60_000, 3_600_000),
    burst: fc.integer({ min: 1, max: 50 }),
  });
  const steps = fc.array(
    fc.record({ passedMs: fc.oneof(fc.nat(20), fc.nat(5000)), caller: fc.constantFrom('a', 'b') }),
    { maxLength: 120 },
  );

  it('lets in what the generic cell rate algorithm does, and says to the millisecond when to come again', () => {
    fc.assert(
      fc.property(limits, steps, (options, arrivals) => {
        let nowMs = 1_000_000;
        const limit = createRateLimit({ ...options, now: () => nowMs });
        const { requests, perMs, burst } = options;
        /** Times when the next would be due, in `1 / requests` of a millisecond. */
        const due = new Map<string, number>();
        for (const { passedMs, caller } of arrivals) {
          nowMs += passedMs;
          const now = nowMs * requests;
          const theirs = Math.max(due.get(caller) ?? 0, now);
          const early = theirs - (burst - 1) * perMs - now;
          expect(limit.take(caller)).toBe(early <= 0 ? 0 : Math.ceil(early / requests));
          if (early <= 0) due.set(caller, theirs + perMs);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never lets more in during any time than its burst and what the time gives', () => {
    fc.assert(
      fc.property(limits, steps, (options, arrivals) => {
        let nowMs = 0;
        const limit = createRateLimit({ ...options, now: () => nowMs });
        const taken: number[] = [];
        for (const { passedMs } of arrivals) {
          nowMs += passedMs;
          if (limit.take('a') === 0) taken.push(nowMs);
        }
        for (let i = 0; i < taken.length; i++)
          for (let j = i; j < taken.length; j++) {
            const given = (((taken[j] ?? 0) - (taken[i] ?? 0)) * options.requests) / options.perMs;
            expect(j - i + 1).toBeLessThanOrEqual(options.burst + given);
          }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the names of a certificate', () => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary-ascii' });

  it('are read from Node’s text, odd ones from their quotes, and an odd one never makes another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('DNS', 'URI', 'email'), name), { maxLength: 5 }),
        (names) => {
          const text = names
            .map(
              ([kind, value]) =>
                `${kind}:${/[",\\]|\p{Cc}/u.test(value) || value === '' ? JSON.stringify(value) : value}`,
            )
            .join(', ');
          expect(readAltNames(text)).toEqual(
            names.map(([kind, value]) => `${kind}:${kind === 'DNS' ? value.toLowerCase() : value}`),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each(['DNS:a, DNS', 'DNS:"a', 'DNS:a,DNS:b', 'DNS:a"b', ', DNS:a', 'DNS:"\\x"', 'a'])(
    'none are read from %j',
    (text) => {
      expect(readAltNames(text)).toEqual([]);
    },
  );

  it('of other kinds are passed over', () => {
    expect(readAltNames('othername:<unsupported>, DirName:CN = a, IP Address:192.0.2.1')).toEqual([
      'IP:192.0.2.1',
    ]);
  });
});
