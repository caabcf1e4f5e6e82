/** Ids of events: UUIDv7 (RFC 9562 §5.7), in order of time. */
import { randomFillSync } from 'node:crypto';

/** Ids made of one draw of randomness; a system call for each would cost more than the id. */
const POOL_IDS = 128;
const RANDOM_BYTES = 8;

/**
 * Makes a maker. Ids of one maker ascend strictly, also within a millisecond and where the clock is set back:
 * the 12 bits after the version count (RFC 9562 §6.2, method 1), and run over into the next millisecond.
 */
export function createEventIds(now: () => number): () => string {
  const pool = Buffer.alloc(POOL_IDS * RANDOM_BYTES);
  let used = pool.length;
  let lastMs = 0;
  let count = 0;
  return () => {
    const nowMs = Math.floor(now());
    if (nowMs > lastMs) {
      lastMs = nowMs;
      count = 0;
    } else if (++count > 0xfff) {
      lastMs++;
      count = 0;
    }
    if (used >= pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    // The variant: 10 in the two highest bits.
    pool[used] = ((pool[used] ?? 0) & 0x3f) | 0x80;
    const random = pool.toString('hex', used, used + RANDOM_BYTES);
    used += RANDOM_BYTES;
    const counter = count.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${random.slice(0, 4)}-${random.slice(4)}`;
  };
}
