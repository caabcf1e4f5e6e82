/** Several guards in one room: what one does leaves the others their reserves. */
import { randomFillSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, runs } from '../../../../scripts/effort.ts';
import {
  ClaimRoom,
  createGate,
  done,
  MemoryReplayGuard,
  requestFrom,
  type Scarcity,
} from '../../src/index.ts';
import { testReplayGuard } from '../../src/testing/index.ts';

const NOW = 1_760_000_000_000;
const LEASE = 1000;
const identity = (): Uint8Array => randomFillSync(new Uint8Array(16));

interface Shared {
  readonly room: ClaimRoom;
  readonly guards: readonly MemoryReplayGuard[];
  readonly told: { guard: number; scarcity: Scarcity; atMs: number }[];
}

function share(maxClaims: number, count: number, now = (): number => NOW): Shared {
  const room = new ClaimRoom({ maxClaims });
  const told: Shared['told'] = [];
  const guards = Array.from({ length: count }, () => new MemoryReplayGuard({ room }));
  for (const [i, guard] of guards.entries()) {
    room.reserveFor(guard, { onScarce: (scarcity) => told.push({ guard: i, scarcity, atMs: now() }) });
  }
  return { room, guards, told };
}

/** Begins until the guard is full, or a number of times. @returns how many were begun */
function fill(
  guard: MemoryReplayGuard,
  most = Number.POSITIVE_INFINITY,
  nowMs = NOW,
  leaseMs = LEASE,
): number {
  for (let begun = 0; ; begun++)
    if (begun >= most || guard.begin(identity(), nowMs, leaseMs).state === 'full') return begun;
}

testReplayGuard({
  describe,
  it,
  name: 'MemoryReplayGuard in a shared room',
  create: () => {
    const { guards } = share(20_000, 2);
    const [guard, neighbour] = guards as [MemoryReplayGuard, MemoryReplayGuard];
    fill(neighbour, 10_000, NOW, 1e12);
    return guard;
  },
});

describe('a room', () => {
  it('leaves each its reserve, whatever one does', () => {
    for (const [maxClaims, count] of [
      [1000, 2],
      [1000, 7],
      [between(10_000, 100_000), 3],
      [7, 7],
      [13, 7],
    ] as const) {
      const { guards } = share(maxClaims, count);
      const [greedy, ...others] = guards as [MemoryReplayGuard, ...MemoryReplayGuard[]];
      const reserve = Math.max(1, Math.floor(maxClaims / 2 / count));
      expect(fill(greedy)).toBe(maxClaims - reserve * (count - 1));
      expect(greedy.begin(identity(), NOW, LEASE).state).toBe('full');
      for (const other of others) expect(fill(other)).toBe(reserve);
    }
  });

  it('is the greedy one’s own where it is alone', () => {
    const { guards } = share(500, 1);
    expect(fill(guards[0] as MemoryReplayGuard)).toBe(500);
  });

  it('gives the common part to whoever asks first, and takes expired claims of any back', () => {
    const { guards } = share(1000, 2);
    const [a, b] = guards as [MemoryReplayGuard, MemoryReplayGuard];
    expect(fill(a)).toBe(750);
    expect(fill(b)).toBe(250);
    expect(fill(b, 10)).toBe(0);
    // What `a` held has expired: nobody asks `a`, and `b` gets the room all the same.
    expect(fill(b, Number.POSITIVE_INFINITY, NOW + LEASE, 10 * LEASE)).toBe(750);
    expect(fill(a, Number.POSITIVE_INFINITY, NOW + LEASE)).toBe(250);
  });

  it('knows repeats of a guard that is full', () => {
    const { guards } = share(100, 2);
    const [a] = guards as [MemoryReplayGuard, MemoryReplayGuard];
    const repeated = identity();
    a.begin(repeated, NOW, LEASE);
    a.commit(repeated, NOW + LEASE);
    fill(a);
    expect(a.begin(repeated, NOW, LEASE).state).toBe('committed');
  });

  it('keeps the reserves after a restart that remembers more than there is room for', () => {
    const { guards } = share(1000, 4);
    const [a, ...others] = guards as [MemoryReplayGuard, ...MemoryReplayGuard[]];
    for (let i = 0; i < 5000; i++) a.commit(identity(), NOW + LEASE);
    expect(fill(a)).toBe(0);
    for (const other of others) expect(fill(other)).toBe(125);
    // Each search frees a part.
    let begun = 0;
    for (let i = 0; i < 10; i++) begun += fill(a, 1, NOW + LEASE);
    expect(begun).toBeGreaterThan(3);
  });

  it('lets every guard begin its reserve in every state that the others can bring about', () => {
    const step = fc.record({
      guard: fc.nat(3),
      what: fc.constantFrom('begin', 'commit', 'abort', 'restore'),
      count: fc.integer({ min: 1, max: 120 }),
      passMs: fc.constantFrom(0, 1, LEASE / 2, LEASE),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 400 }),
        fc.integer({ min: 2, max: 4 }),
        fc.array(step, { maxLength: 30 }),
        fc.nat(3),
        (maxClaims, count, steps, asked) => {
          const { guards } = share(maxClaims, count);
          const quiet = asked % count;
          const reserve = Math.max(1, Math.floor(maxClaims / 2 / count));
          let nowMs = NOW;
          const held: Uint8Array[][] = guards.map(() => []);
          for (const { guard: index, what, count: times, passMs } of steps) {
            nowMs += passMs;
            const at = index % count;
            if (at === quiet) continue;
            const guard = guards[at] as MemoryReplayGuard;
            for (let i = 0; i < times; i++) {
              const claimed = what === 'begin' || what === 'restore' ? identity() : held[at]?.pop();
              if (claimed === undefined) break;
              if (what === 'abort') guard.abort(claimed);
              else if (what !== 'begin') guard.commit(claimed, nowMs + LEASE);
              else if (guard.begin(claimed, nowMs, LEASE).state === 'begun') held[at]?.push(claimed);
            }
          }
          expect(fill(guards[quiet] as MemoryReplayGuard, reserve, nowMs)).toBe(reserve);
          // And no more than there is, but for what was committed without having been begun.
          if (!steps.some(({ what }) => what === 'restore')) {
            const size = guards.reduce((sum, guard) => sum + guard.size, 0);
            expect(size).toBeLessThanOrEqual(maxClaims);
          }
        },
      ),
      { seed: 12, numRuns: runs(300) },
    );
  });

  it('tells once when four fifths are taken, again only after there was room, and at most once a minute', () => {
    let nowMs = NOW;
    const { guards, told } = share(1000, 2, () => nowMs);
    const [a, b] = guards as [MemoryReplayGuard, MemoryReplayGuard];
    expect(fill(b, 200)).toBe(200);
    expect(fill(a, 600, nowMs)).toBe(600);
    expect(told).toEqual([]);
    fill(a, 1, nowMs);
    expect(told).toEqual([{ guard: 0, scarcity: { held: 601, most: 750 }, atMs: NOW }]);
    fill(a, Number.POSITIVE_INFINITY, nowMs);
    expect(told).toHaveLength(1);
    for (const passedMs of [LEASE, 2 * LEASE, 3 * LEASE]) {
      nowMs = NOW + passedMs;
      expect(fill(a, 740, nowMs)).toBe(740);
    }
    expect(told, 'within a minute').toHaveLength(1);
    nowMs = NOW + 61_000;
    expect(fill(a, 740, nowMs)).toBe(740);
    expect(told).toHaveLength(2);
    expect(told.every(({ guard }) => guard === 0)).toBe(true);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %s claims cannot be', (maxClaims) => {
    const says = `maxClaims: it is ${maxClaims}. Give a whole number, 1 or more.`;
    expect(() => new ClaimRoom({ maxClaims })).toThrow(says);
  });

  it('answers a gate while another is full', async () => {
    const room = new ClaimRoom({ maxClaims: 100 });
    const gates = ['a', 'b'].map((id) => {
      const replay = new MemoryReplayGuard({ room });
      room.reserveFor(replay);
      return createGate({
        provider: 'github',
        keys: ['a secret of thirty-two characters'],
        id,
        replay,
        now: () => NOW,
      });
    });
    const words: string[] = [];
    for (const [i, gate] of [...Array(101).fill(0), 1].entries()) {
      const one = gates[gate];
      if (!one) continue;
      const signed = await one.sign({ method: 'POST', url: '/', body: String(i) });
      const received = await one.receive(requestFrom(signed), () => done(1));
      words.push(received.kind === 'refused' ? received.verdict.reason : received.kind);
    }
    expect(words.slice(0, 75)).toEqual(Array(75).fill('done'));
    expect(words.slice(75, 101)).toEqual(Array(26).fill('replay-guard-full'));
    expect(words.at(-1)).toBe('done');
  });
});
