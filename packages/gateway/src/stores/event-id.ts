/** Ids of events: UUIDv7 (RFC 9562 §5.7), in order of time. */
import { randomFillSync } from 'node:crypto';

/** Ids made of one draw of randomness; a system call for each would cost more than the id, and so would its hex. */
const POOL_IDS = 128;
const RANDOM_BYTES = 8;
const RANDOM_DIGITS = 2 * RANDOM_BYTES;

/**
 * Makes a maker. Ids of one maker ascend strictly, also within a millisecond and where the clock is set back:
 * the 12 bits after the version count (RFC 9562 §6.2, method 1), and run over into the next millisecond.
 */
export function createEventIds(now: () => number): () => string {
  const pool = Buffer.alloc(POOL_IDS * RANDOM_BYTES);
  let digits = '';
  let used = 0;
  let lastMs = 0;
  let count = 0;
  /** Of the millisecond, up to the count. */
  let head = headOf(lastMs);
  return () => {
    const nowMs = Math.floor(now());
    if (nowMs > lastMs) {
      lastMs = nowMs;
      count = 0;
      head = headOf(lastMs);
    } else if (++count > 0xfff) {
      lastMs++;
      count = 0;
      head = headOf(lastMs);
    }
    if (used >= digits.length) {
      digits = randomDigits(pool);
      used = 0;
    }
    const counter = count.toString(16).padStart(3, '0');
    const id = `${head}${counter}-${digits.slice(used, used + 4)}-${digits.slice(used + 4, used + RANDOM_DIGITS)}`;
    used += RANDOM_DIGITS;
    return id;
  };
}

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether it has the form of those that are made here. An imported event may have another. */
export function isEventId(text: string): boolean {
  return EVENT_ID.test(text);
}

function headOf(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7`;
}

function randomDigits(pool: Buffer): string {
  randomFillSync(pool);
  for (let at = 0; at < pool.length; at += RANDOM_BYTES) {
    // The variant: 10 in the two highest bits.
    pool[at] = ((pool[at] ?? 0) & 0x3f) | 0x80;
  }
  return pool.toString('hex');
}
