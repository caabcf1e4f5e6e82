/** A room that is full of claims of which no copy is fresh takes new ones: the oldest are given up, and no others. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { ClaimRoom, type GivingUp, MemoryReplayGuard, type Scarcity } from '../../src/index.ts';

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LEASE = MINUTE;

const id = (n: number, of = ''): Uint8Array =>
  createHash('sha256').update(`${of} ${n}`).digest().subarray(0, 16);

interface Bench {
  readonly guard: MemoryReplayGuard;
  readonly givenUp: string[];
}

function guardOf(options: { maxClaims?: number; room?: ClaimRoom }): Bench {
  const givenUp: string[] = [];
  const guard = new MemoryReplayGuard({
    ...options,
    onGivenUp: (identity) => givenUp.push(Buffer.from(identity).toString('hex')),
  });
  return { guard, givenUp };
}

/** Takes claims that are fresh for so long from then on. @returns how many were taken */
function take(
  guard: MemoryReplayGuard,
  {
    from = 0,
    count,
    nowMs,
    freshMs,
    of,
  }: { from?: number; count: number; nowMs: number; freshMs?: number; of?: string },
): number {
  let taken = 0;
  for (let n = from; n < from + count; n++) {
    if (guard.begin(id(n, of), nowMs, LEASE).state !== 'begun') continue;
    guard.commit(id(n, of), nowMs + DAY, undefined, freshMs === undefined ? undefined : nowMs + freshMs);
    taken++;
  }
  return taken;
}

describe('a guard that is full', () => {
  it('of claims of a day, at any rate at which those fit in that are fresh, refuses nobody', () => {
    const { guard, givenUp } = guardOf({ maxClaims: 1000 });
    let taken = 0;
    for (let minute = 0; minute < 300; minute++)
      taken += take(guard, { from: taken, count: 100, nowMs: NOW + minute * MINUTE, freshMs: 5 * MINUTE });
    expect(taken).toBe(30_000);
    expect(guard.size).toBeLessThanOrEqual(1000);
    expect(givenUp.length).toBe(30_000 - guard.size);
  });

  it.each([100, 1000, 20_000])(
    'of %i claims gives up the oldest, and as few as a search finds at once',
    (maxClaims) => {
      const { guard, givenUp } = guardOf({ maxClaims });
      for (let n = 0; n < maxClaims; n++) take(guard, { from: n, count: 1, nowMs: NOW + n, freshMs: MINUTE });
      expect(take(guard, { from: maxClaims, count: 1, nowMs: NOW + HOUR, freshMs: MINUTE })).toBe(1);
      const order = new Map(
        Array.from({ length: maxClaims }, (_, n) => [Buffer.from(id(n)).toString('hex'), n]),
      );
      const ages = givenUp.map((identity) => order.get(identity) ?? Number.NaN);
      expect(ages.length).toBeGreaterThan(0);
      expect(ages.length).toBeLessThanOrEqual(Math.ceil(Math.min(maxClaims, 2048) / 16));
      // The oldest sixteenth, or about that where a search does not see all.
      expect(Math.max(...ages)).toBeLessThan(maxClaims / (maxClaims > 1000 ? 8 : 16) + 1);
      for (const [n, state] of [
        [0, 'begun'],
        [Math.ceil(maxClaims / 4), 'committed'],
        [maxClaims - 1, 'committed'],
      ] as const)
        if (n > 0 || maxClaims <= 1000) expect(guard.begin(id(n), NOW + HOUR, LEASE).state).toBe(state);
    },
  );

  it('refuses where all are fresh, to the last millisecond but the coarseness of their ends', () => {
    const { guard, givenUp } = guardOf({ maxClaims: 500 });
    take(guard, { count: 500, nowMs: NOW, freshMs: 5 * MINUTE });
    expect(guard.begin(id(500), NOW + 5 * MINUTE - 1, LEASE)).toEqual({ state: 'full' });
    expect(givenUp).toEqual([]);
    expect(guard.begin(id(500), NOW + 5 * MINUTE + DAY / 512, LEASE).state).toBe('begun');
    expect(givenUp.length).toBeGreaterThan(0);
  });

  it('gives up no lease, and nothing that has one end', () => {
    const { guard, givenUp } = guardOf({ maxClaims: 100 });
    for (let n = 0; n < 50; n++) guard.begin(id(n), NOW, DAY);
    take(guard, { from: 50, count: 50, nowMs: NOW });
    expect(guard.begin(id(100), NOW + 23 * HOUR, LEASE)).toEqual({ state: 'full' });
    expect([givenUp, guard.size]).toEqual([[], 100]);
  });

  it('of more than it has room for, as after a restart, takes each new one for older ones', () => {
    const { guard } = guardOf({ maxClaims: 100 });
    for (let n = 0; n < 5000; n++) guard.commit(id(n), NOW + DAY, undefined, NOW);
    expect(take(guard, { from: 5000, count: 90, nowMs: NOW + HOUR, freshMs: MINUTE })).toBe(90);
    expect(guard.size).toBeLessThanOrEqual(1000);
  });

  it('drops the answer of what it gives up', () => {
    const { guard } = guardOf({ maxClaims: 1 });
    guard.commit(id(0), NOW + DAY, Uint8Array.of(1), NOW);
    expect(guard.begin(id(1), NOW + HOUR, LEASE).state).toBe('begun');
    guard.abort(id(1));
    guard.commit(id(0), NOW + DAY);
    expect(guard.begin(id(0), NOW + HOUR, LEASE)).toEqual({ state: 'committed' });
  });

  it('whose clock jumps ahead gives up first what is old by the true time as well', () => {
    const { guard } = guardOf({ maxClaims: 1600 });
    take(guard, { count: 1500, nowMs: NOW, freshMs: 5 * MINUTE });
    take(guard, { from: 1500, count: 100, nowMs: NOW + HOUR, freshMs: 5 * MINUTE });
    expect(take(guard, { from: 1600, count: 500, nowMs: NOW + 2 * HOUR, freshMs: 5 * MINUTE })).toBe(500);
    for (let n = 1500; n < 1600; n++)
      expect(guard.begin(id(n), NOW + HOUR + MINUTE, LEASE).state).toBe('committed');
  });

  it('refuses a copy at every instant at which it is fresh, whatever comes, in whatever order, and however full', () => {
    const step = fc.record({
      passMs: fc.nat(3 * MINUTE),
      count: fc.integer({ min: 1, max: 40 }),
      freshMs: fc.constantFrom(0, MINUTE, 5 * MINUTE, HOUR),
      rememberMs: fc.constantFrom(MINUTE, HOUR, DAY),
      fails: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.array(step, { maxLength: 40 }), (maxClaims, steps) => {
        const { guard } = guardOf({ maxClaims });
        const taken: { n: number; freshUntilMs: number }[] = [];
        let [nowMs, next] = [NOW, 0];
        for (const { passMs, count, freshMs, rememberMs, fails } of steps) {
          nowMs += passMs;
          for (let i = 0; i < count; i++) {
            const n = next++;
            if (guard.begin(id(n), nowMs, LEASE).state !== 'begun') continue;
            if (fails) guard.abort(id(n));
            else {
              const freshUntilMs = nowMs + freshMs;
              guard.commit(id(n), Math.max(freshUntilMs, nowMs + rememberMs), undefined, freshUntilMs);
              taken.push({ n, freshUntilMs });
            }
          }
          for (const { n, freshUntilMs } of taken)
            if (nowMs < freshUntilMs) expect(guard.begin(id(n), nowMs, LEASE).state).toBe('committed');
          expect(guard.size).toBeLessThanOrEqual(maxClaims);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('a room of several guards', () => {
  function share(maxClaims: number, count: number) {
    const room = new ClaimRoom({ maxClaims });
    const told: { guard: number; scarcity?: Scarcity; givingUp?: GivingUp }[] = [];
    const benches = Array.from({ length: count }, () => guardOf({ room }));
    const [first, second, third] = benches as [Bench, Bench, Bench];
    for (const [at, { guard }] of benches.entries())
      room.reserveFor(guard, {
        onScarce: (scarcity) => told.push({ guard: at, scarcity }),
        onGivingUp: (givingUp) => told.push({ guard: at, givingUp }),
      });
    return { told, first, second, third };
  }

  it('takes of the one who asks before it takes of the others, whose ids a flood would push out', () => {
    const { first: greedy, second: quiet } = share(1000, 2);
    take(quiet.guard, { count: 400, nowMs: NOW, freshMs: MINUTE, of: 'quiet' });
    for (let minute = 0; minute < 100; minute++)
      expect(
        take(greedy.guard, {
          from: minute * 50,
          count: 50,
          nowMs: NOW + HOUR + minute * MINUTE,
          freshMs: MINUTE,
        }),
      ).toBe(50);
    expect(quiet.givenUp).toEqual([]);
    expect(greedy.givenUp.length).toBeGreaterThan(4000);
  });

  it('takes of others what they hold beyond their reserves, where the one who asks has only what must be held', () => {
    const { first, second, third: needy } = share(1000, 3);
    take(first.guard, { count: 450, nowMs: NOW, freshMs: MINUTE, of: 'first' });
    take(second.guard, { count: 384, nowMs: NOW, freshMs: MINUTE, of: 'second' });
    // 166 of its own reserve, and all that is common but what the others have of theirs.
    expect(take(needy.guard, { count: 700, nowMs: NOW + HOUR, freshMs: 2 * HOUR })).toBeGreaterThan(600);
    expect(first.guard.size).toBeGreaterThan(150);
    expect(second.guard.size).toBeGreaterThan(150);
    expect(first.guard.size + second.guard.size + needy.guard.size).toBeLessThanOrEqual(1000);
  });

  it('tells an hour apart of whom claims are given up, how many it holds and how early they go', () => {
    const { first: busy, told } = share(1000, 2);
    for (let minute = 0; minute < 130; minute++)
      take(busy.guard, { from: minute * 100, count: 100, nowMs: NOW + minute * MINUTE, freshMs: MINUTE });
    expect(told.map(({ guard, givingUp }) => [guard, givingUp !== undefined])).toEqual(
      Array(3).fill([0, true]),
    );
    const [{ givingUp } = {}] = told;
    expect(givingUp?.held).toBeGreaterThan(600);
    expect(givingUp?.held).toBeLessThan(750);
    expect(givingUp?.earlyMs).toBe(DAY - 7 * MINUTE);
  });

  it('is scarce where what must be held takes four fifths, and not where the rest may be forgotten', () => {
    for (const [freshMs, isScarce] of [
      [MINUTE, false],
      [2 * HOUR, true],
      [undefined, true],
    ] as const) {
      const { first: busy, told } = share(1000, 2);
      take(busy.guard, { count: 500, nowMs: NOW, ...(freshMs !== undefined && { freshMs }) });
      take(busy.guard, {
        from: 500,
        count: 240,
        nowMs: NOW + HOUR,
        ...(freshMs !== undefined && { freshMs }),
      });
      expect(
        told.filter(({ scarcity }) => scarcity),
        `${freshMs}`,
      ).toHaveLength(isScarce ? 1 : 0);
    }
  });
});
