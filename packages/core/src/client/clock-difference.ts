/** How far a server's clock is from ours, as the `Date` of an answer tells it. */
import { SECOND } from '../freshness.ts';

/** An answer, and when its request went out and its head came in, by the clock that signed. */
export interface DatedAnswer {
  readonly headers: Pick<Headers, 'get'>;
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * A smaller difference is no cause of a refusal: the tightest tolerance of a provider is 5 s, and a signed
 * timestamp and a `Date` are cut to whole seconds.
 */
const MIN_DIFFERENCE_MS = 4 * SECOND;

/**
 * The server's clock minus ours, in milliseconds; undefined where no `Date` tells, or where they differ by no more
 * than 4 s and what cannot be measured (half the round trip, half a second).
 */
export function clockDifferenceMs({ headers, sentMs, receivedMs }: DatedAnswer): number | undefined {
  const dateMs = readDate(headers);
  if (dateMs === undefined) return undefined;
  // The server read its clock between the two, and cut it to the second.
  const halfTripMs = Math.max(0, receivedMs - sentMs) / 2;
  const differenceMs = Math.round(dateMs + SECOND / 2 - (sentMs + halfTripMs));
  return Math.abs(differenceMs) > MIN_DIFFERENCE_MS + SECOND / 2 + halfTripMs ? differenceMs : undefined;
}

/** RFC 9110 §5.6.7: what a sender must generate. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

function readDate(headers: DatedAnswer['headers']): number | undefined {
  const text = headers.get('date') ?? '';
  // An answer out of a cache tells when it was put there (RFC 9111 §5.1).
  if (headers.get('age') !== null || !IMF_FIXDATE.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
