/** A clock that jumps ahead and is set back again makes nothing run twice, and takes no more memory than it may. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { createGate, done, MemoryReplayGuard } from '../../src/index.ts';
import { createSteadyClock } from '../../src/steady-clock.ts';

const SECRET = 'a secret of thirty-two characters';
const START = 1_760_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const identityOf = (n: number): Uint8Array => createHash('sha256').update(`${n}`).digest().subarray(0, 16);

describe('a gate', () => {
  it.each([HOUR, 23 * HOUR])(
    'whose clock is %i ms ahead for a while runs a request once',
    async (aheadMs) => {
      let nowMs = START;
      const gate = createGate({ provider: 'hmac', keys: [SECRET], now: () => nowMs });
      const run = async (body: string, request = gate.sign({ method: 'POST', url: '/', body })) => {
        const received = await gate.receive(await request, () => done('ran'));
        return received.kind === 'refused' ? received.verdict.reason : received.kind;
      };
      const captured = await gate.sign({ method: 'POST', url: '/', body: 'pay' });
      expect(await run('', Promise.resolve(captured))).toBe('done');
      nowMs += aheadMs;
      for (let i = 0; i < between(200, 2000); i++) expect(await run(`other ${i}`)).toBe('done');
      nowMs = START + 60_000;
      expect(await run('', Promise.resolve(captured))).toBe('replayed');
    },
  );
});

describe('the guard', () => {
  it('forgets, while the clock is ahead, what it needs the room of', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 100 });
    const take = (from: number, nowMs: number): number => {
      let begun = 0;
      for (let i = from; i < from + 100; i++) {
        if (guard.begin(identityOf(i), nowMs, 1000).state !== 'begun') continue;
        guard.commit(identityOf(i), nowMs + 1000);
        begun++;
      }
      return begun;
    };
    expect(take(0, START)).toBe(100);
    expect(take(100, START + HOUR)).toBe(100);
    expect(guard.size).toBeLessThanOrEqual(100);
  });

  it('forgets as time passes', () => {
    let elapsed = 0;
    const guard = new MemoryReplayGuard({ elapsedMs: () => elapsed });
    for (let i = 0; i < between(10_000, 50_000); i++) {
      elapsed += 1;
      guard.begin(identityOf(i), START + elapsed, 100);
      guard.commit(identityOf(i), START + elapsed + 100);
    }
    expect(guard.size).toBeLessThan(1000);
  });
});

describe('the steady clock', () => {
  it('is the clock itself as long as that goes on as time does', () => {
    let elapsed = 5;
    const steady = createSteadyClock(() => elapsed);
    for (elapsed = 5; elapsed < 3 * DAY; elapsed += HOUR)
      expect(steady(START + elapsed)).toBe(START + elapsed);
  });

  it('does not believe a jump ahead for a day, and does one back at once', () => {
    let elapsed = 0;
    const steady = createSteadyClock(() => elapsed);
    expect(steady(START)).toBe(START);
    elapsed = 10;
    expect(steady(START + DAY)).toBe(START + 10);
    elapsed = DAY - 1;
    expect(steady(START + 2 * DAY)).toBe(START + DAY - 1);
    elapsed = 3 * DAY;
    steady(START + 4 * DAY);
    elapsed = 5 * DAY;
    expect(steady(START + 6 * DAY)).toBe(START + 6 * DAY);
    expect(steady(START)).toBe(START);
  });

  it('is never ahead of the clock, nor of the time that has passed since the clock last was right within a day', () => {
    const steps = fc.array(fc.record({ passedMs: fc.nat(HOUR), aheadMs: fc.nat(DAY) }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (all) => {
        let elapsed = 0;
        const steady = createSteadyClock(() => elapsed);
        expect(steady(START)).toBe(START);
        for (const { passedMs, aheadMs } of all) {
          elapsed += passedMs;
          const told = steady(START + elapsed + aheadMs);
          expect(told).toBeLessThanOrEqual(START + elapsed + aheadMs);
          if (elapsed < DAY) expect(told).toBe(START + elapsed);
        }
      }),
    );
  });
});
