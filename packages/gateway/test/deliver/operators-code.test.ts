/** Whose attempt is noted where an error that nobody caught ends the process. */
import { AsyncResource } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { CUT_OFF } from '../../src/deliver/attempts.ts';
import { judgeAttempt } from '../../src/deliver/judge-attempt.ts';
import { createOperatorsCode, type RunningDelivery } from '../../src/deliver/operators-code.ts';
import { createRetrySchedule } from '../../src/deliver/retry-schedule.ts';
import type { DueDelivery, Settlement } from '../../src/stores/delivery-store.ts';
import { event } from '../../src/testing/kept-events.ts';

const NOW = 1_760_000_000_000;

function dueOf(place: number): DueDelivery {
  return { place, lease: 1, event: event(place), attempts: 0, round: 0, beganMs: NOW, dueMs: NOW };
}

function judged(due: DueDelivery, retriesMs: readonly number[]): Settlement {
  const options = {
    schedule: createRetrySchedule(retriesMs, 'retries'),
    parkAfter: undefined,
    random: () => 0.5,
  };
  return judgeAttempt(due, CUT_OFF, { startedMs: NOW, endedMs: NOW, tookMs: 1 }, options).settlement;
}

const ATTEMPT = {
  startedMs: NOW,
  tookMs: 1,
  code: 'process-ended',
  problem:
    'An error that nobody caught ended the gateway while this was under way, most likely one of the transformation or the action. The log names its place: catch it there, or await the promise.',
};

it('it counts as an attempt, and the next is made by the schedule; after the last it is dead', () => {
  expect(judged(dueOf(1), [60_000])).toEqual({
    place: 1,
    lease: 1,
    state: 'waiting',
    dueMs: NOW + 30_000,
    attempt: ATTEMPT,
  });
  expect(judged(dueOf(1), [])).toEqual({ place: 1, lease: 1, state: 'dead', attempt: ATTEMPT });
});

/** Three that run, of which the second can be asked for its context. */
function bench() {
  const written: number[] = [];
  const code = createOperatorsCode({
    add: async ({ place }) => {
      written.push(place);
      return true;
    },
    flush: () => {},
  });
  let inSecond: (work: () => unknown) => unknown = () => undefined;
  const ends: (() => void)[] = [];
  for (const place of [1, 2, 3]) {
    const due = dueOf(place);
    const running: RunningDelivery = { destination: 'shop', due, cutOff: () => judged(due, []) };
    void code.run(running, () => {
      if (place === 2) inSecond = AsyncResource.bind((work: () => unknown) => work());
      return new Promise((resolve) => ends.push(() => resolve({ kind: 'skipped' })));
    });
  }
  return { code, written, ends, inSecond };
}

it('that of the delivery that the error came from', async () => {
  const { code, written, inSecond } = bench();
  const noted = await inSecond(() => code.noteUncaught());
  expect([noted, written]).toEqual([[{ destination: 'shop', eventId: event(2).id }], [2]]);
});

it('where it came from none that runs, that of each that does', async () => {
  const { code, written, ends, inSecond } = bench();
  expect(await code.noteUncaught()).toHaveLength(3);
  ends[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await inSecond(() => code.noteUncaught())).toHaveLength(2);
  expect(written).toEqual([1, 2, 3, 1, 3]);
});

it('a store that takes nothing keeps the process from ending no longer', async () => {
  const code = createOperatorsCode({ add: () => Promise.reject(new Error('full')), flush: () => {} });
  const due = dueOf(1);
  const running = { destination: 'shop', due, cutOff: () => judged(due, []) };
  void code.run(running, () => new Promise(() => {}));
  expect(await code.noteUncaught()).toEqual([{ destination: 'shop', eventId: event(1).id }]);
});
