/**
 * Measures what so many live claims cost, in a process that holds nothing else: prints `{ idle, perClaim, left }` in bytes. Run with `--expose-gc`, with `--no-flush-bytecode`, because
 * code that ran once and is dropped in between would count as memory given back, and with the number of claims.
 */
import { randomFillSync } from 'node:crypto';
import { MemoryReplayGuard } from '../../src/memory-replay-guard.ts';

const NOW = 1_760_000_000_000;
const LEASE = 60_000;
const CLAIMS = Number(process.argv[2]);

/** After collections until one frees nothing more: buffers are freed in the background. */
const used = (): number => {
  for (let least = Number.POSITIVE_INFINITY, again = 0; ; again++) {
    globalThis.gc?.();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    if (again > 3 && arrayBuffers + heapUsed >= least) return least;
    least = Math.min(least, arrayBuffers + heapUsed);
  }
};

/** So many that each of the slots, of which there are up to two a claim, is looked at. */
const LATER = CLAIMS * 0.4;

const identities = randomFillSync(new Uint8Array(16 * (CLAIMS + LATER)));
const id = (index: number): Uint8Array => identities.subarray(index * 16, index * 16 + 16);

/** The middle of some: what the runtime itself puts aside or gives back meanwhile (code that it compiles) falls on one of them. */
const idles = Array.from({ length: 7 }, () => {
  const without = used();
  const empty = new MemoryReplayGuard();
  const difference = used() - without;
  return empty.size + difference;
});
const idle = idles.sort((a, b) => a - b)[3];

const before = used();
const guard = new MemoryReplayGuard();
for (let i = 0; i < CLAIMS; i++) guard.commit(id(i), NOW + LEASE);
const perClaim = (used() - before) / guard.size;

// Each new claim looks at 8 slots.
for (let i = CLAIMS; i < CLAIMS + LATER; i++) {
  guard.begin(id(i), NOW + LEASE, LEASE);
  guard.abort(id(i));
}
console.log(JSON.stringify({ idle, perClaim, left: used() - before, size: guard.size }));
