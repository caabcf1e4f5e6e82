/** Measures what so many live claims cost, in a process that holds nothing else: prints `{ idle, perClaim, left }` in bytes. Run with `--expose-gc` and the number of claims. */
import { randomFillSync } from 'node:crypto';
import { MemoryReplayGuard } from '../../src/memory-replay-guard.ts';

const NOW = 1_760_000_000_000;
const LEASE = 60_000;
const CLAIMS = Number(process.argv[2]);

const used = (): number => {
  // Twice: on a busy machine the first leaves buffers to be freed in the background.
  globalThis.gc?.();
  globalThis.gc?.();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
};

/** So many that each of the slots, of which there are up to two a claim, is looked at. */
const LATER = CLAIMS * 0.4;

const identities = randomFillSync(new Uint8Array(16 * (CLAIMS + LATER)));
const id = (index: number): Uint8Array => identities.subarray(index * 16, index * 16 + 16);

const before = used();
const guard = new MemoryReplayGuard();
const idle = used() - before;
for (let i = 0; i < CLAIMS; i++) guard.commit(id(i), NOW + LEASE);
const perClaim = (used() - before) / guard.size;

// Each new claim looks at 8 slots.
for (let i = CLAIMS; i < CLAIMS + LATER; i++) {
  guard.begin(id(i), NOW + LEASE, LEASE);
  guard.abort(id(i));
}
console.log(JSON.stringify({ idle, perClaim, left: used() - before, size: guard.size }));
