/**
 * What a slot of the claim table says of its claim, in two 32-bit words: begun or committed, until when to the millisecond, and
 * how long before that end a copy ceases to be fresh.
 *
 * The high word: one bit for a lease, one for a commit (so that a slot that is taken is never 0), 14 for the span
 * between the two ends, 16 for the top of the time. The low word: the other 32 bits of the time, which goes to the year 10889.
 */

const LEASE = 0x8000_0000;
const COMMIT = 0x4000_0000;
const TOP = 0x1_0000_0000;
const MAX_MS = 2 ** 48 - 1;

/** Spans are held in this unit, rounded down: an end that is held too late is safe. */
const SPAN_UNIT_MS = 16_384;
/** Ten bits of a span are held, at one of 16 scales: to a 512th of it, up to 17 years. */
const SPAN_BITS = 10;
const SPAN_MASK = 2 ** SPAN_BITS - 1;
const MAX_SPAN_UNITS = 2 ** 25 - 1;

/** A time as the words hold it, in whole milliseconds: not before `ms` where they reach so far, and never 0. */
export function toHeldMs(ms: number): number {
  return ms > 1 ? Math.min(Math.ceil(ms), MAX_MS) : 1;
}

/** The low word. @param heldMs of `toHeldMs`, as in all that follows */
export function lowWord(heldMs: number): number {
  return heldMs >>> 0;
}

/** The high word of a lease. */
export function leaseWord(heldMs: number): number {
  return (LEASE | (heldMs / TOP)) >>> 0;
}

/** The high word of a commit. @param spanMs by how much a copy ceases to be fresh before the claim ends */
export function commitWord(heldMs: number, spanMs: number): number {
  return COMMIT | (spanCode(spanMs) << 16) | (heldMs / TOP);
}

export function isLease(high: number): boolean {
  return high >= LEASE;
}

/** The end of a lease, or of a commit. */
export function endOf(low: number, high: number): number {
  return (high & 0xffff) * TOP + low;
}

/** Whether a commit has two ends. */
export function hasSpan(high: number): boolean {
  return (high & 0x3fff_0000) !== 0;
}

/** How long before its end a claim may be given up; 0 for a lease. */
export function spanOf(high: number): number {
  const code = (high >>> 16) & 0x3fff;
  return ((code & SPAN_MASK) << (code >>> SPAN_BITS)) * SPAN_UNIT_MS;
}

function spanCode(spanMs: number): number {
  if (!(spanMs >= SPAN_UNIT_MS)) return 0;
  const units = Math.min(spanMs / SPAN_UNIT_MS, MAX_SPAN_UNITS) >>> 0;
  const scale = Math.max(0, 32 - SPAN_BITS - Math.clz32(units));
  return (scale << SPAN_BITS) | (units >>> scale);
}
