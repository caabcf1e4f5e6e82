/** Attacks by time: the genuine request again, at and around each end of its freshness, and when no clock should be. */
import type { Attack } from '../engine/model.ts';
import { freshInterval } from '../engine/stale.ts';
import { type MakeTrial, ofTrials } from './request-attack.ts';

const NEAR = [0, 0.25, 0.5, 0.999, 1, 1.5, 2, 10, 500, 999, 1000, 1001, 5000, 60_000, 3_600_000, 86_400_000];

const ABSURD = [
  0,
  -1,
  1,
  -62_135_596_800_000,
  8_640_000_000_000_000,
  8_640_000_000_000_001,
  -8_640_000_000_000_000,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  2 ** 31 * 1000,
  2 ** 32 * 1000,
  2 ** 32,
];

export const CLOCK_ATTACKS: readonly Attack[] = [
  ofTrials({
    id: 'again',
    summary:
      'the same bytes again: at the time of capture, at and around both ends of the tolerance, to a fraction of a millisecond, and at absurd times',
    places: ['clock'],
    elsewhere: 'it is no clock',
    trials(subject) {
      const interval = freshInterval(subject);
      const ends = interval ? [interval.fromMs, interval.untilMs - 1, interval.untilMs] : [];
      const times = [subject.nowMs, ...ends]
        .filter(Number.isFinite)
        .flatMap((end) => NEAR.flatMap((offset) => [end - offset, end + offset]));
      return [...new Set([...times, ...ABSURD])].flatMap((nowMs): readonly MakeTrial[] => [
        ({ request }) => ({ request, nowMs }),
        // Captured at the first instant at which it was good, if that was so early.
        ({ request }) => ({
          request,
          nowMs,
          before: {
            request: subject.request,
            nowMs: Math.min(subject.nowMs, Math.max(interval?.fromMs ?? subject.nowMs, nowMs - 1000)),
          },
        }),
      ]);
    },
  }),
];
