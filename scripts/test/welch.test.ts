/** The t-test of `npm run bench -- timing`: it tells apart what differs, and nothing else. */
import { describe, expect, it } from 'vitest';
import { T_BOUND, welch } from '../../bench/measure/welch.ts';
import { seededRandom } from '../seeded-random.ts';

/** Times about a mean, each the sum of twelve drawn ones: near enough to a normal distribution. */
function timesAbout(mean: number, deviation: number, count: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random() / 2 ** 32;
    return mean + deviation * sum;
  });
}

describe('Welch’s t', () => {
  it('is that of the textbook', () => {
    // 27.5, 21.0, … and 27.1, 22.0, … of an example that textbooks give: t is 2.46.
    const first = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
    const second = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 31.3];
    const { t, samples } = welch(Float64Array.from(first), Float64Array.from(second), 0);
    expect(samples).toBe(15);
    expect(t).toBeCloseTo(meanOf(second, first), 10);
    expect(t).toBeGreaterThan(2.4);
  });

  it.each([1, 2, 3, 4, 5])('finds no difference between times of one kind, seed %i', (seed) => {
    const { t } = welch(timesAbout(1000, 50, 20_000, seed), timesAbout(1000, 50, 20_000, seed + 100));
    expect(Math.abs(t)).toBeLessThan(T_BOUND);
  });

  it.each([1, 2, 3])('finds a difference of a twenty-fifth of the spread, seed %i', (seed) => {
    const { t, difference } = welch(
      timesAbout(1000, 50, 200_000, seed),
      timesAbout(1002, 50, 200_000, seed + 100),
    );
    expect(t).toBeGreaterThan(T_BOUND);
    expect(difference).toBeGreaterThan(1);
    expect(difference).toBeLessThan(3);
  });

  it('is not moved by the longest times, which are the machine’s', () => {
    const slow = timesAbout(1000, 50, 20_000, 7);
    for (let i = 0; i < slow.length; i += 50) slow[i] = 1e6;
    expect(Math.abs(welch(timesAbout(1000, 50, 20_000, 8), slow).t)).toBeLessThan(60);
    expect(Math.abs(welch(timesAbout(1000, 50, 20_000, 8), slow).difference)).toBeLessThan(5);
  });

  it('is 0 where nothing varies', () => {
    expect(welch(Float64Array.of(1, 1, 1), Float64Array.of(1, 1, 1)).t).toBe(0);
  });
});

/** The formula as it is written in books. */
function meanOf(a: readonly number[], b: readonly number[]): number {
  const mean = (all: readonly number[]) => all.reduce((sum, x) => sum + x, 0) / all.length;
  const variance = (all: readonly number[]) =>
    all.reduce((sum, x) => sum + (x - mean(all)) ** 2, 0) / (all.length - 1);
  return (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
}
