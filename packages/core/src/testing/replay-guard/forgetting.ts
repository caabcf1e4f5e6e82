/** What a guard may forget where it has no room, and what it must not. */
import type { BeginResult, ReplayGuard } from '../../replay.ts';
import { assertEqual } from '../assert.ts';
import {
  count,
  DAY,
  type DeclareTest,
  expectState,
  expectThrow,
  HOUR,
  identity,
  LEASE,
  NOW,
} from './claims.ts';

const MINUTE = 60_000;
/** As many as are asked for at once. */
const BATCH = 1_000;
/** More than a guard under test has room for. */
const MANY = 12 * BATCH;

export function declareForgetting(test: DeclareTest): void {
  test('where it has room, a claim is committed until its end, however long no copy has been fresh', async (guard) => {
    await guard.commit(identity(1), NOW + DAY, Uint8Array.of(1), NOW + 1);
    for (const afterMs of [0, 1, HOUR, DAY - 1])
      await expectState(guard.begin(identity(1), NOW + afterMs, LEASE), 'committed');
    await expectState(guard.begin(identity(1), NOW + DAY, LEASE), 'begun');
  });

  test('of two commits the later of either end holds', async (guard) => {
    await guard.commit(identity(1), NOW + DAY, undefined, NOW + MINUTE);
    await guard.commit(identity(1), NOW + HOUR, undefined, NOW + HOUR);
    for (let at = BATCH; at < MANY; at += BATCH)
      await commitAll(guard, at, { untilMs: NOW + DAY, freshUntilMs: NOW + MINUTE });
    await beginAll(guard, MANY, BATCH, NOW + HOUR - 1);
    await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
  });

  test('whatever the fill, no claim is forgotten while a copy is fresh', async (guard) => {
    for (let step = 0; step < 12; step++) {
      const nowMs = NOW + step * MINUTE;
      const from = step * BATCH;
      await take(guard, from, nowMs, { untilMs: nowMs + DAY, freshUntilMs: nowMs + 5 * MINUTE });
      const oldest = Math.max(0, from - 4 * BATCH);
      await expectStates(guard, oldest, from + BATCH - oldest, nowMs + MINUTE - 1, 'committed');
    }
  });

  test('full of claims of which no copy is fresh, it begins new ones', async (guard) => {
    await fill(guard);
    const nowMs = NOW + 2 * HOUR;
    for (let from = MANY; from < MANY + 3 * BATCH; from += BATCH)
      await take(guard, from, nowMs, { untilMs: nowMs + DAY, freshUntilMs: nowMs + HOUR });
    await expectStates(guard, MANY, 3 * BATCH, nowMs + HOUR - 1, 'committed');
  });

  test('full of claims of which each has a fresh copy, it begins none that it has no room for', async (guard) => {
    await fill(guard);
    const begun = await beginAll(guard, MANY, BATCH, NOW + HOUR - 1);
    assertEqual(count(begun, 'begun') + count(begun, 'full'), BATCH, 'begun or full');
    for (let from = 0; from < MANY; from += BATCH)
      await expectStates(guard, from, BATCH, NOW + HOUR - 1, 'committed');
  });

  test('what is under way, and what has one end, is not forgotten', async (guard) => {
    await guard.begin(identity(0), NOW, DAY);
    await guard.commit(identity(1), NOW + DAY);
    await fill(guard, BATCH);
    for (let from = MANY; from < 2 * MANY; from += BATCH) {
      const begun = await beginAll(guard, from, BATCH, NOW + 2 * HOUR);
      assertEqual(count(begun, 'begun') + count(begun, 'full'), BATCH, 'begun or full');
    }
    await expectState(guard.begin(identity(0), NOW + 2 * HOUR, LEASE), 'in-flight');
    await expectState(guard.begin(identity(1), NOW + DAY - 1, LEASE), 'committed');
  });

  test('an end that is not a number is a caller’s bug and throws', async (guard) => {
    await expectThrow(async () => guard.commit(identity(1), NOW + DAY, undefined, Number.NaN));
  });
}

interface Ends {
  readonly untilMs: number;
  readonly freshUntilMs: number;
}

/** Commits more claims than there is room for; copies of all are fresh for an hour. */
async function fill(guard: ReplayGuard, from = 0): Promise<void> {
  for (let at = from; at < MANY; at += BATCH)
    await commitAll(guard, at, { untilMs: NOW + DAY, freshUntilMs: NOW + HOUR });
}

/** Begins and commits as many claims as are asked at once. */
async function take(guard: ReplayGuard, from: number, nowMs: number, ends: Ends): Promise<void> {
  await expectStates(guard, from, BATCH, nowMs, 'begun');
  await commitAll(guard, from, ends);
}

async function commitAll(guard: ReplayGuard, from: number, { untilMs, freshUntilMs }: Ends): Promise<void> {
  const commits = Array.from({ length: BATCH }, async (_, i) =>
    guard.commit(identity(from + i), untilMs, undefined, freshUntilMs),
  );
  await Promise.all(commits);
}

function beginAll(
  guard: ReplayGuard,
  from: number,
  length: number,
  nowMs: number,
): Promise<readonly BeginResult[]> {
  return Promise.all(Array.from({ length }, async (_, i) => guard.begin(identity(from + i), nowMs, LEASE)));
}

async function expectStates(
  guard: ReplayGuard,
  from: number,
  length: number,
  nowMs: number,
  state: BeginResult['state'],
): Promise<void> {
  assertEqual(count(await beginAll(guard, from, length, nowMs), state), length, state);
}
