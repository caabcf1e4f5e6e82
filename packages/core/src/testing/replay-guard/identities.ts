/** Which claims are the same, and what is a caller’s bug. */
import { assertEqual } from '../assert.ts';
import { count, type DeclareTest, expectState, expectThrow, HOUR, identity, LEASE, NOW } from './claims.ts';

export function declareIdentities(test: DeclareTest): void {
  test('5,000 claims do not touch each other', async (guard) => {
    const n = 5_000;
    const begun = await Promise.all(
      Array.from({ length: n }, async (_, i) => guard.begin(identity(i), NOW, LEASE)),
    );
    assertEqual(count(begun, 'begun'), n, 'begun');
    await Promise.all(
      Array.from({ length: n }, async (_, i) => {
        if (i % 3 === 0) await guard.commit(identity(i), NOW + HOUR);
        if (i % 3 === 1) await guard.abort(identity(i));
      }),
    );
    for (let i = 0; i < n; i++) {
      const expected = (['committed', 'begun', 'in-flight'] as const)[i % 3];
      assertEqual((await guard.begin(identity(i), NOW + 1, LEASE)).state, expected, `claim ${i}`);
    }
  });

  test('identities that differ in one bit only are different claims', async (guard) => {
    const base = identity(7);
    await guard.begin(base, NOW, LEASE);
    for (let bit = 0; bit < 128; bit++) {
      const other = base.slice();
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expectState(guard.begin(other, NOW, LEASE), 'begun');
    }
  });

  test('an identity of zeros is as good as another', async (guard) => {
    await expectState(guard.begin(new Uint8Array(16), NOW, LEASE), 'begun');
    await expectState(guard.begin(new Uint8Array(16), NOW, LEASE), 'in-flight');
  });

  test('the caller may use the identity’s array again', async (guard) => {
    const shared = identity(1);
    await guard.begin(shared, NOW, LEASE);
    shared.set(identity(2));
    await guard.commit(shared, NOW + HOUR);
    shared.fill(0);
    await expectState(guard.begin(identity(1), NOW, LEASE), 'in-flight');
    await expectState(guard.begin(identity(2), NOW, LEASE), 'committed');
  });

  test('an identity may lie inside a larger buffer', async (guard) => {
    const buffer = new Uint8Array(64).fill(9);
    buffer.set(identity(1), 13);
    await guard.begin(buffer.subarray(13, 29), NOW, LEASE);
    await expectState(guard.begin(identity(1), NOW, LEASE), 'in-flight');
  });

  for (const length of [0, 15, 17, 32]) {
    test(`an identity of ${length} bytes is a caller’s bug and throws`, async (guard) => {
      const wrong = new Uint8Array(length);
      await expectThrow(async () => guard.begin(wrong, NOW, LEASE));
      await expectThrow(async () => guard.renew(wrong, NOW, LEASE));
      await expectThrow(async () => guard.commit(wrong, NOW));
      await expectThrow(async () => guard.abort(wrong));
    });
  }

  test('a time that is not a number is a caller’s bug and throws', async (guard) => {
    await expectThrow(async () => guard.begin(identity(1), Number.NaN, LEASE));
    await expectThrow(async () => guard.begin(identity(1), NOW, Number.NaN));
    await expectThrow(async () => guard.renew(identity(1), Number.NaN, LEASE));
    await expectThrow(async () => guard.renew(identity(1), NOW, Number.NaN));
    await expectThrow(async () => guard.commit(identity(1), Number.NaN));
  });
}
