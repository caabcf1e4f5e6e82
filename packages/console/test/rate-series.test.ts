import { describe, expect, it } from 'vitest';
import { RateSeries, STEP_S } from '../src/live/rate-series.ts';

const NOW = Date.parse('2026-01-02T03:05:00.000Z');

function at(ms: number): string {
  return new Date(NOW + ms).toISOString();
}

describe('rates and latencies', () => {
  it('are those of each step of two seconds, by gate and of all', () => {
    const series = new RateSeries();
    for (let i = 0; i < 8; i++)
      series.add({
        gate: i < 6 ? 'a' : 'b',
        verdict: i % 2 === 0 ? 'accepted' : 'refused',
        time: at(-2000),
        durationMs: 5,
      });
    expect(series.read(undefined, NOW)).toMatchObject({ times: { length: 150 } });
    expect(series.read(undefined, NOW).accepted.at(-1)).toBe(4 / STEP_S);
    expect(series.read('a', NOW).refused.at(-1)).toBe(3 / STEP_S);
    expect(series.read('b', NOW).accepted.at(-1)).toBe(1 / STEP_S);
    // Nobody knows of what was before the first.
    expect(series.read('a', NOW).accepted.at(-2)).toBeNull();
    expect(series.read('a', NOW + 4000).accepted.slice(-2)).toEqual([0, 0]);
    expect(series.read('nobody', NOW).accepted.every((value) => value === null)).toBe(true);
  });

  it('are outdated once something comes of a time that was read', () => {
    const series = new RateSeries();
    const add = (ms: number): void =>
      series.add({ gate: 'a', verdict: 'accepted', time: at(ms), durationMs: 5 });
    add(-2000);
    series.read(undefined, NOW);
    // Of the step that has not ended.
    add(0);
    expect(series.isOutdated).toBe(false);
    add(-1);
    expect(series.isOutdated).toBe(true);
    series.read('a', NOW);
    expect(series.isOutdated).toBe(false);
  });

  it('have quantiles that are off by a tenth at most', () => {
    const series = new RateSeries();
    for (let ms = 1; ms <= 100; ms++)
      series.add({ gate: 'a', verdict: 'accepted', time: at(-2000), durationMs: ms });
    const { p50, p99 } = series.read('a', NOW);
    expect(p50.at(-1)).toBeGreaterThan(45);
    expect(p50.at(-1)).toBeLessThan(55);
    expect(p99.at(-1)).toBeGreaterThan(90);
    expect(p99.at(-1)).toBeLessThan(110);
    expect(p50.at(-2)).toBeNull();
  });

  it('forget what is older than five minutes, and bear any time and duration', () => {
    const series = new RateSeries();
    const add = (time: string, durationMs: number): void =>
      series.add({ gate: 'a', verdict: 'accepted', time, durationMs });
    add(at(-301_000), 1);
    add('nonsense', 1);
    for (const durationMs of [Number.NaN, -1, 0, 1e12, Number.POSITIVE_INFINITY]) add(at(-4000), durationMs);
    const { accepted, p99 } = series.read('a', NOW);
    expect(accepted.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(5 / STEP_S);
    expect(Number.isFinite(p99.at(-2))).toBe(true);
    // Five minutes later another step has its place.
    add(at(300_000), 1);
    expect(
      series.read('a', NOW + 302_000).accepted.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    ).toBe(1 / STEP_S);
  });
});
