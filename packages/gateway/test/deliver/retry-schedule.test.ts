import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marksReached } from '../../src/deliver/limit-marks.ts';
import { createRetrySchedule, nextAttemptMs } from '../../src/deliver/retry-schedule.ts';

const BEGAN = 1_760_000_000_000;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const dueOf = (dueMs: number | undefined): number => {
  if (dueMs === undefined) throw new Error('no further attempt');
  return dueMs;
};

describe('the standard schedule', () => {
  const schedule = createRetrySchedule();

  it('has the ten attempts that Standard Webhooks names, at the latest', () => {
    const latest = [...schedule.delaysMs.keys()].map((i) => {
      const dueMs = dueOf(
        nextAttemptMs(schedule, { attempts: i + 1, beganMs: BEGAN, nowMs: BEGAN, random: () => 1 - 1e-15 }),
      );
      return Math.round((dueMs - BEGAN) / SECOND);
    });
    // The document’s table “Time since start”.
    const times = [
      '00:00:05',
      '00:05:05',
      '00:35:05',
      '02:35:05',
      '07:35:05',
      '17:35:05',
      '31:35:05',
      '51:35:05',
      '75:35:05',
    ];
    expect(latest).toEqual(
      times.map((time) => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)),
    );
    expect(schedule.spanMs).toBe(75 * HOUR + 35 * 60 * SECOND + 5 * SECOND);
  });

  it('ends after ten attempts', () => {
    expect(
      nextAttemptMs(schedule, { attempts: 10, beganMs: BEGAN, nowMs: BEGAN, random: () => 0 }),
    ).toBeUndefined();
  });
});

describe('any schedule', () => {
  const delays = fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 1, maxLength: 20 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('has each retry in its own interval, in order, and ends by its span', () => {
    fc.assert(
      fc.property(delays, fc.infiniteStream(random), (delaysMs, dice) => {
        const schedule = createRetrySchedule(delaysMs);
        let nowMs = BEGAN;
        let startMs = BEGAN;
        for (const [i, delayMs] of delaysMs.entries()) {
          const dueMs = dueOf(
            nextAttemptMs(schedule, {
              attempts: i + 1,
              beganMs: BEGAN,
              nowMs,
              random: () => dice.next().value as number,
            }),
          );
          expect(dueMs).toBeGreaterThanOrEqual(startMs);
          expect(dueMs).toBeLessThanOrEqual(startMs + delayMs);
          expect(dueMs).toBeGreaterThanOrEqual(nowMs);
          startMs += delayMs;
          nowMs = dueMs;
        }
        expect(startMs - BEGAN).toBe(schedule.spanMs);
        expect(
          nextAttemptMs(schedule, { attempts: delaysMs.length + 1, beganMs: BEGAN, nowMs, random: () => 0 }),
        ).toBeUndefined();
      }),
    );
  });

  it('never has an attempt before now, nor before Retry-After as long as the schedule lasts, nor later than both allow', () => {
    fc.assert(
      fc.property(
        delays,
        random,
        fc.nat(20),
        fc.integer({ min: -1e9, max: 1e10 }),
        fc.nat(1e9),
        (delaysMs, dice, at, lateMs, retryAfterMs) => {
          const schedule = createRetrySchedule(delaysMs);
          const attempts = (at % delaysMs.length) + 1;
          const nowMs = BEGAN + lateMs;
          const dueMs = dueOf(
            nextAttemptMs(schedule, { attempts, beganMs: BEGAN, nowMs, retryAfterMs, random: () => dice }),
          );
          const endMs = Math.max(
            Math.min(BEGAN, nowMs) + schedule.spanMs,
            nowMs + (delaysMs[attempts - 1] ?? 0),
          );
          expect(Number.isInteger(dueMs)).toBe(true);
          expect(dueMs).toBeGreaterThanOrEqual(nowMs);
          expect(dueMs).toBeLessThanOrEqual(endMs);
          if (nowMs + retryAfterMs <= Math.min(BEGAN, nowMs) + schedule.spanMs)
            expect(dueMs).toBeGreaterThanOrEqual(nowMs + retryAfterMs);
        },
      ),
    );
  });

  it('spreads retries over their whole interval', () => {
    const schedule = createRetrySchedule([10, 1_000]);
    const at = (dice: number) =>
      dueOf(nextAttemptMs(schedule, { attempts: 2, beganMs: BEGAN, nowMs: BEGAN + 10, random: () => dice })) -
      BEGAN;
    expect([at(0), at(0.5), at(0.999)]).toEqual([10, 510, 1_009]);
  });

  it('makes up for nothing in a burst where its time has passed', () => {
    const schedule = createRetrySchedule([1_000, 2_000, 4_000]);
    const nowMs = BEGAN + 1_000_000;
    const at = (attempts: number) =>
      dueOf(nextAttemptMs(schedule, { attempts, beganMs: BEGAN, nowMs, random: () => 0.5 })) - nowMs;
    expect([at(1), at(2), at(3)]).toEqual([500, 1_000, 2_000]);
  });

  it('does not wait for a time that the clock was set back from', () => {
    const schedule = createRetrySchedule([1_000]);
    const nowMs = BEGAN - 365 * 24 * HOUR;
    expect(dueOf(nextAttemptMs(schedule, { attempts: 1, beganMs: BEGAN, nowMs, random: () => 0.5 }))).toBe(
      nowMs + 500,
    );
  });

  it('is bounded by its end where a receiver asks for a year', () => {
    const schedule = createRetrySchedule([1_000, 2_000]);
    const wish = {
      attempts: 1,
      beganMs: BEGAN,
      nowMs: BEGAN,
      retryAfterMs: 365 * 24 * HOUR,
      random: () => 0,
    };
    expect(dueOf(nextAttemptMs(schedule, wish))).toBe(BEGAN + 3_000);
  });

  it.each([Number.NaN, -5_000])('makes nothing of %d as Retry-After', (retryAfterMs) => {
    const schedule = createRetrySchedule([1_000]);
    const due = { attempts: 1, beganMs: BEGAN, nowMs: BEGAN, retryAfterMs, random: () => 0.5 };
    expect(dueOf(nextAttemptMs(schedule, due))).toBe(BEGAN + 500);
  });

  it('may be empty: then the first attempt is the only one', () => {
    expect(
      nextAttemptMs(createRetrySchedule([]), { attempts: 1, beganMs: BEGAN, nowMs: BEGAN, random: () => 0 }),
    ).toBeUndefined();
  });
});

describe('marks of a limit', () => {
  it.each<[number, number, number, readonly number[]]>([
    [0, 4, 10, []],
    [4, 5, 10, [50]],
    [5, 6, 10, []],
    [4, 9, 10, [50, 70, 90]],
    [9, 10, 10, [100]],
    [10, 11, 10, []],
    [0, 1, 1, [50, 70, 90, 100]],
    [9, 3, 10, []],
    [0, 5, 0, []],
    [0, 5, Number.NaN, []],
  ])('from %d to %d of %d: %j', (before, used, limit, marks) => {
    expect(marksReached(before, used, limit)).toEqual(marks);
  });

  it('are each told once on the way up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.array(fc.nat(300)), (limit, steps) => {
        let used = 0;
        const told: number[] = [];
        for (const step of steps) {
          told.push(...marksReached(used, used + step, limit));
          used += step;
        }
        expect(told).toEqual([50, 70, 90, 100].filter((mark) => used * 100 >= limit * mark));
      }),
    );
  });
});
