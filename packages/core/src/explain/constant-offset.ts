/** Whether requests of one gate are all off by the same time: a clock is off by a constant, a queue or a copy is not. */
import { DEFAULT_TOLERANCE, SECOND } from '../freshness.ts';
import type { Arrival } from './circumstances.ts';

export interface ConstantOffset {
  /** The middle one: from the signed time to when it came, below 0 where it was signed ahead. */
  readonly ageMs: number;
  /** Between the least and the most. */
  readonly spreadMs: number;
  /** How many requests agree. */
  readonly count: number;
}

/** What a request takes on its way, and how far clocks wander, differ by less. */
const NEAR_MS = 90 * SECOND;
/** Two may agree by chance. */
const MIN_COUNT = 3;
/** They came over so many times their spread: what waited, and came at once, agrees as well. */
const MIN_SPANS = 4;

/**
 * Undefined where too few agree with it, or where what agrees may have waited in one place.
 * @param own of the request that is explained
 */
export function constantOffset(
  own: Arrival,
  neighbours: readonly Arrival[] = [],
): ConstantOffset | undefined {
  const all = [own, ...neighbours];
  const alike = all.filter((arrival) => Math.abs(ageOf(arrival) - ageOf(own)) <= NEAR_MS);
  const off = all.filter((arrival) => !isFresh(ageOf(arrival)));
  const ages = alike.map(ageOf).sort((a, b) => a - b);
  const middleMs = ages[ages.length >> 1];
  if (middleMs === undefined || ages.length < MIN_COUNT || 2 * ages.length <= off.length) return undefined;
  const spreadMs = spanOf(ages);
  const cameOverMs = spanOf(alike.map(({ receivedMs }) => receivedMs));
  // Times in whole seconds agree to a second.
  if (cameOverMs < MIN_SPANS * Math.max(spreadMs, SECOND)) return undefined;
  return { ageMs: middleMs, spreadMs, count: ages.length };
}

function ageOf({ signedMs, receivedMs }: Arrival): number {
  return receivedMs - signedMs;
}

function isFresh(ageMs: number): boolean {
  return ageMs <= DEFAULT_TOLERANCE.pastMs && -ageMs <= DEFAULT_TOLERANCE.futureMs;
}

function spanOf(times: readonly number[]): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const ms of times) [least, most] = [Math.min(least, ms), Math.max(most, ms)];
  return most - least;
}
