/** What every `ReplayGuard` must do, as a suite for any test runner. */
import { checkOptions, IS, type OptionRules, required } from '../check-options.ts';
import type { MaybePromise } from '../model.ts';
import type { BeginResult, ReplayGuard } from '../replay.ts';
import { assert, assertBytes, assertEqual } from './assert.ts';
import type { TestFunctions } from './test-functions.ts';

export interface ReplayGuardContractOptions extends TestFunctions {
  /** Names the implementation in the test report. */
  readonly name: string;
  /** A guard with no claims, with room for 10,000 claims and 64 KiB of answers; called once a test. */
  readonly create: () => MaybePromise<ReplayGuard>;
  /** Called after each test, whether it passed or not. Default: nothing. */
  readonly dispose?: (guard: ReplayGuard) => MaybePromise<void>;
}

const RULES: OptionRules<ReplayGuardContractOptions> = {
  describe: required(IS.function),
  it: required(IS.function),
  name: required(IS.text),
  create: required(IS.function),
  dispose: IS.function,
};

const NOW = 1_760_000_000_000;
const LEASE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Declares the tests; a failing one throws a plain `Error`.
 * @example testReplayGuard({ describe, it, name: 'MemoryReplayGuard', create: () => new MemoryReplayGuard() });
 */
export function testReplayGuard(options: ReplayGuardContractOptions): void {
  checkOptions<ReplayGuardContractOptions>(options, RULES);
  const test = (title: string, body: (guard: ReplayGuard) => Promise<void>): void => {
    options.it(title, async () => {
      const guard = await options.create();
      try {
        await body(guard);
      } finally {
        await options.dispose?.(guard);
      }
    });
  };

  options.describe(`ReplayGuard contract: ${options.name}`, () => {
    test('a claim that nobody holds is begun', async (guard) => {
      await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
    });

    test('a claim that is held is in flight, and says how long its lease still runs', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      const again = await guard.begin(identity(1), NOW + 1_000, LEASE);
      assertEqual(again.state, 'in-flight', 'state');
      if (again.state === 'in-flight') assertEqual(again.retryAfterMs, LEASE - 1_000, 'retryAfterMs');
    });

    test('being told in-flight does not lengthen the lease', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await expectState(guard.begin(identity(1), NOW + LEASE - 1, LEASE), 'in-flight');
      await expectState(guard.begin(identity(1), NOW + LEASE, LEASE), 'begun');
    });

    test('a lease holds until its last millisecond', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      const last = await guard.begin(identity(1), NOW + LEASE - 1, LEASE);
      assertEqual(last.state, 'in-flight', 'state');
      if (last.state === 'in-flight') assertEqual(last.retryAfterMs, 1, 'retryAfterMs');
    });

    test('a lease that ran out leaves the claim free, with a whole new lease', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await expectState(guard.begin(identity(1), NOW + LEASE, LEASE), 'begun');
      await expectState(guard.begin(identity(1), NOW + 2 * LEASE - 1, LEASE), 'in-flight');
    });

    test('a renewed lease runs from its renewal', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.renew(identity(1), NOW + LEASE - 1, LEASE);
      const later = await guard.begin(identity(1), NOW + LEASE, LEASE);
      assertEqual(later.state, 'in-flight', 'state');
      if (later.state === 'in-flight') assertEqual(later.retryAfterMs, LEASE - 1, 'retryAfterMs');
      await expectState(guard.begin(identity(1), NOW + 2 * LEASE - 2, LEASE), 'in-flight');
      await expectState(guard.begin(identity(1), NOW + 2 * LEASE - 1, LEASE), 'begun');
    });

    test('a lease can be renewed any number of times, and ends when it is not', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      for (let n = 1; n <= 100; n++) {
        const nowMs = NOW + (n * LEASE) / 2;
        await guard.renew(identity(1), nowMs, LEASE);
        await expectState(guard.begin(identity(1), nowMs + LEASE / 2, LEASE), 'in-flight');
      }
      await expectState(guard.begin(identity(1), NOW + 51 * LEASE, LEASE), 'begun');
    });

    test('a renewal never shortens a lease', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.renew(identity(1), NOW - LEASE, LEASE);
      await guard.renew(identity(1), NOW, 1);
      await expectState(guard.begin(identity(1), NOW + LEASE - 1, LEASE), 'in-flight');
    });

    test('a renewal that comes too late changes nothing about a commit or an abort', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.commit(identity(1), NOW + 10, Uint8Array.of(1));
      await guard.renew(identity(1), NOW + 1, LEASE);
      const found = await guard.begin(identity(1), NOW + 2, LEASE);
      assert(found.state === 'committed' && found.answer?.[0] === 1, 'the commit and its answer');
      await expectState(guard.begin(identity(1), NOW + 10, LEASE), 'begun');
      await guard.begin(identity(2), NOW, LEASE);
      await guard.abort(identity(2));
      await guard.renew(identity(2), NOW + 1, LEASE);
      await expectState(guard.begin(identity(2), NOW + 2, LEASE), 'begun');
    });

    test('a renewal of a claim that nobody holds takes none', async (guard) => {
      await guard.renew(identity(1), NOW, LEASE);
      await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
    });

    test('a renewed claim commits and aborts as any other', async (guard) => {
      for (const n of [1, 2]) {
        await guard.begin(identity(n), NOW, LEASE);
        await guard.renew(identity(n), NOW + LEASE - 1, LEASE);
      }
      await guard.commit(identity(1), NOW + 2);
      await guard.abort(identity(2));
      await expectState(guard.begin(identity(1), NOW + 1, LEASE), 'committed');
      await expectState(guard.begin(identity(1), NOW + 2, LEASE), 'begun');
      await expectState(guard.begin(identity(2), NOW + 1, LEASE), 'begun');
    });

    test('a committed claim is committed, long after its lease', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.commit(identity(1), NOW + HOUR);
      await expectState(guard.begin(identity(1), NOW, LEASE), 'committed');
      await expectState(guard.begin(identity(1), NOW + LEASE, LEASE), 'committed');
      await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
    });

    test('a committed claim is free from untilMs on', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.commit(identity(1), NOW + HOUR);
      await expectState(guard.begin(identity(1), NOW + HOUR, LEASE), 'begun');
      await expectState(guard.begin(identity(1), NOW + HOUR, LEASE), 'in-flight');
    });

    test('a commit may end before the lease would have', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.commit(identity(1), NOW + 10);
      await expectState(guard.begin(identity(1), NOW + 9, LEASE), 'committed');
      await expectState(guard.begin(identity(1), NOW + 10, LEASE), 'begun');
    });

    test('claims can be held for months', async (guard) => {
      await guard.commit(identity(1), NOW + 90 * DAY);
      await expectState(guard.begin(identity(1), NOW + 90 * DAY - 1, LEASE), 'committed');
      await expectState(guard.begin(identity(1), NOW + 90 * DAY, LEASE), 'begun');
    });

    test('a claim that was never begun can be committed', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR);
      await expectState(guard.begin(identity(1), NOW, LEASE), 'committed');
    });

    test('a commit after the lease ran out still holds', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await expectState(guard.begin(identity(2), NOW + LEASE + 1, LEASE), 'begun');
      await guard.commit(identity(1), NOW + HOUR);
      await expectState(guard.begin(identity(1), NOW + LEASE + 1, LEASE), 'committed');
    });

    test('of two commits the later time holds', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR);
      await guard.commit(identity(1), NOW + 1);
      await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
    });

    test('an aborted claim is free at once', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.abort(identity(1));
      await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
      await expectState(guard.begin(identity(1), NOW, LEASE), 'in-flight');
    });

    test('an abort does not undo a commit', async (guard) => {
      await guard.begin(identity(1), NOW, LEASE);
      await guard.commit(identity(1), NOW + HOUR);
      await guard.abort(identity(1));
      await expectState(guard.begin(identity(1), NOW, LEASE), 'committed');
    });

    test('an abort of a claim that nobody holds does nothing', async (guard) => {
      await guard.abort(identity(1));
      await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
    });

    test('a clock that was set back forgets nothing', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR);
      await guard.begin(identity(2), NOW, LEASE);
      for (let i = 0; i < 200; i++) await guard.begin(identity(1_000 + i), NOW - DAY, LEASE);
      await expectState(guard.begin(identity(1), NOW - DAY, LEASE), 'committed');
      await expectState(guard.begin(identity(2), NOW - DAY, LEASE), 'in-flight');
      await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
    });

    test('of 1,000 concurrent begins of one claim exactly one is begun', async (guard) => {
      const all = await Promise.all(
        Array.from({ length: 1_000 }, async () => guard.begin(identity(1), NOW, LEASE)),
      );
      assertEqual(count(all, 'begun'), 1, 'begun');
      assertEqual(count(all, 'in-flight'), 999, 'in-flight');
    });

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

    test('a repeat is given the answer that was committed, whatever became of the caller’s array', async (guard) => {
      const answer = Uint8Array.from({ length: 256 }, (_, i) => i);
      await guard.begin(identity(1), NOW, LEASE);
      await guard.commit(identity(1), NOW + HOUR, answer);
      answer.fill(0);
      for (let repeat = 0; repeat < 2; repeat++) {
        const found = await guard.begin(identity(1), NOW + 1, LEASE);
        assert(
          found.state === 'committed' && found.answer !== undefined,
          'a committed claim with its answer',
        );
        assertBytes(
          found.answer,
          Uint8Array.from({ length: 256 }, (_, i) => i),
          'answer',
        );
        found.answer.fill(0);
      }
    });

    test('a claim committed without an answer has none', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR);
      const found = await guard.begin(identity(1), NOW, LEASE);
      assert(
        found.state === 'committed' && found.answer === undefined,
        'a committed claim without an answer',
      );
    });

    test('of two commits the later answer holds, or the later lack of one', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR, Uint8Array.of(1));
      await guard.commit(identity(1), NOW + HOUR, Uint8Array.of(2));
      const second = await guard.begin(identity(1), NOW, LEASE);
      assert(second.state === 'committed' && second.answer?.[0] === 2, 'the second answer');
      await guard.commit(identity(1), NOW + HOUR);
      const third = await guard.begin(identity(1), NOW, LEASE);
      assert(third.state === 'committed' && third.answer === undefined, 'no answer');
    });

    test('an empty answer is an answer', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR, new Uint8Array(0));
      const found = await guard.begin(identity(1), NOW, LEASE);
      assert(
        found.state === 'committed' && found.answer?.length === 0,
        'a committed claim with an empty answer',
      );
    });

    test('an answer ends with its claim', async (guard) => {
      await guard.commit(identity(1), NOW + HOUR, Uint8Array.of(1));
      await expectState(guard.begin(identity(1), NOW + HOUR, LEASE), 'begun');
      await guard.commit(identity(1), NOW + 2 * HOUR);
      const found = await guard.begin(identity(1), NOW + HOUR, LEASE);
      assert(
        found.state === 'committed' && found.answer === undefined,
        'a committed claim without an answer',
      );
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

    test('a time that is no number is a caller’s bug and throws', async (guard) => {
      await expectThrow(async () => guard.begin(identity(1), Number.NaN, LEASE));
      await expectThrow(async () => guard.begin(identity(1), NOW, Number.NaN));
      await expectThrow(async () => guard.renew(identity(1), Number.NaN, LEASE));
      await expectThrow(async () => guard.renew(identity(1), NOW, Number.NaN));
      await expectThrow(async () => guard.commit(identity(1), Number.NaN));
    });
  });
}

/** The same 16 spread bytes for the same number (splitmix-like; real identities are parts of digests). */
function identity(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  let state = (n + 1) * 0x9e3779b9;
  for (let i = 0; i < 16; i++) {
    state = Math.imul(state ^ (state >>> 16), 0x21f0aaad) + 0x6d2b79f5;
    bytes[i] = (state ^ (state >>> 15)) >>> 11;
  }
  // The number itself, so that no two are alike.
  bytes[12] = n >>> 24;
  bytes[13] = n >>> 16;
  bytes[14] = n >>> 8;
  bytes[15] = n;
  return bytes;
}

function count(results: readonly BeginResult[], state: BeginResult['state']): number {
  return results.filter((result) => result.state === state).length;
}

async function expectState(result: MaybePromise<BeginResult>, state: BeginResult['state']): Promise<void> {
  assertEqual((await result).state, state, 'state');
}

async function expectThrow(body: () => Promise<unknown>): Promise<void> {
  try {
    await body();
  } catch {
    return;
  }
  throw new Error('expected an error, and there was none');
}
