/** Hashes of passwords: those of other programs are taken, bounded in what a try costs, and whatever else stands there is not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { hashPassword, isPassword, requireArgon2 } from '../../src/passwords/argon2id.ts';
import { makePasswordHash } from '../../src/passwords/make-password-hash.ts';
import { createPasswordChecks } from '../../src/passwords/password-checks.ts';
import {
  HASH_BOUNDS,
  type PasswordHash,
  passwordHashText,
  readPasswordHash,
} from '../../src/passwords/password-hash.ts';

/** Of the reference implementation's own tests: "password" with the salt "somesalt". */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

function read(text: string): PasswordHash {
  const hash = readPasswordHash(text);
  if ('fault' in hash) throw new Error(hash.fault);
  return hash;
}

describe('a hash', () => {
  it('of the reference implementation is checked as it is there', async () => {
    expect(await isPassword('password', read(REFERENCE))).toBe(true);
    expect(await isPassword('Password', read(REFERENCE))).toBe(false);
  });

  it('is written as it was read', () => expect(passwordHashText(read(REFERENCE))).toBe(REFERENCE));

  it('that is made is the password’s, and of no other', async () => {
    const text = await makePasswordHash('correct horse');
    expect(text).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await isPassword('correct horse', read(text))).toBe(true);
    expect(await isPassword('correct hors', read(text))).toBe(false);
    expect(passwordHashText(await hashPassword('correct horse'))).not.toBe(text);
  });

  it.each([
    ['hunter2', 'is not a hash'],
    ['', 'is not a hash'],
    ['$2b$12$abcdefghijklmnopqrstuv', 'is a hash of another kind'],
    [REFERENCE.replace('argon2id', 'argon2i'), 'is a hash of another kind'],
    [REFERENCE.replace('v=19', 'v=16'), 'is not a whole argon2id hash'],
    [REFERENCE.slice(0, -30), 'is not a whole argon2id hash'],
    [`${REFERENCE}\n`, 'is not a whole argon2id hash'],
    [
      REFERENCE.replace('m=65536', 'm=262145'),
      'has a memory (m, in KiB) of 262145, which is not from 7168 to 262144',
    ],
    [
      REFERENCE.replace('m=65536', 'm=1024'),
      'has a memory (m, in KiB) of 1024, which is not from 7168 to 262144',
    ],
    [REFERENCE.replace('t=2', 't=11'), 'has a number of passes (t) of 11, which is not from 1 to 10'],
    [REFERENCE.replace('p=1', 'p=17'), 'has a parallelism (p) of 17, which is not from 1 to 16'],
    [REFERENCE.replace('c29tZXNhbHQ', 'c29tZXNhbHR'), ''],
  ])('%j is told what is wrong with it', (text, fault) => {
    const hash = readPasswordHash(text);
    expect('fault' in hash ? hash.fault : '').toBe(fault);
  });

  it('is read within its bounds or not at all, whatever stands there', () => {
    const number = fc.oneof(fc.nat(400_000), fc.nat(20)).map(String);
    const part = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom('c29tZXNhbHQ', 'A'.repeat(43)));
    const text = fc.oneof(
      fc.string(),
      fc
        .tuple(number, number, number, part, part)
        .map(([m, t, p, salt, tag]) => `$argon2id$v=19$m=${m},t=${t},p=${p}$${salt}$${tag}`),
    );
    const property = fc.property(text, (written) => {
      const hash = readPasswordHash(written);
      if ('fault' in hash) return;
      for (const cost of ['memoryKib', 'passes', 'parallelism'] as const) {
        expect(hash[cost]).toBeGreaterThanOrEqual(HASH_BOUNDS[cost].min);
        expect(hash[cost]).toBeLessThanOrEqual(HASH_BOUNDS[cost].max);
      }
      expect(hash.salt.length).toBeGreaterThanOrEqual(8);
      expect(hash.tag.length).toBeGreaterThanOrEqual(16);
    });
    fc.assert(property, { numRuns: runs(50_000), seed: 20_261_127 });
  });
});

it('a Node without argon2 says which one has it', () => {
  expect(() => requireArgon2('admin.users', null)).toThrow(
    /admin\.users: passwords are checked with argon2id, which Node [\d.]+ does not have.*Start it with Node 24\.7 or later, or leave the users out and use admin\.token or admin\.oidc\./s,
  );
});

it('checks two passwords at a time, has sixteen wait, and room for no more', async () => {
  const checks = createPasswordChecks();
  const cheap = read(REFERENCE.replace('m=65536,t=2', 'm=7168,t=1'));
  const running = Array.from({ length: 18 }, () => {
    expect(checks.hasRoom()).toBe(true);
    return checks.check('password', cheap);
  });
  expect(checks.hasRoom()).toBe(false);
  expect(await Promise.all(running)).toEqual(Array.from({ length: 18 }, () => false));
  expect(checks.hasRoom()).toBe(true);
});
