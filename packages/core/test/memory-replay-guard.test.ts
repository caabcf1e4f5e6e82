import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLong, runs } from '../../../scripts/effort.ts';
import { MemoryReplayGuard } from '../src/memory-replay-guard.ts';
import { testReplayGuard } from '../src/testing/replay-guard-contract.ts';

const NOW = 1_760_000_000_000;
const LEASE = 60_000;

testReplayGuard({
  describe,
  it,
  name: 'MemoryReplayGuard',
  create: () => new MemoryReplayGuard({ maxClaims: 10_000, maxAnswerBytes: 65_536 }),
});

/** `count` identities, random as the first 16 bytes of digests are. */
function identities(count: number): (index: number) => Uint8Array {
  const bytes = new Uint8Array(count * 16);
  for (let at = 0; at < bytes.length; at += 1 << 24) randomFillSync(bytes.subarray(at, at + (1 << 24)));
  return (index) => bytes.subarray(index * 16, index * 16 + 16);
}

describe('the bound', () => {
  it('says full when maxClaims are live, and forgets none of them', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 100 });
    const id = identities(101);
    for (let i = 0; i < 100; i++)
      expect(guard.begin(id(i), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    expect(guard.size).toBe(100);
    expect(guard.begin(id(100), NOW, LEASE)).toEqual({ state: 'full' });
    for (let i = 0; i < 100; i++) expect(guard.begin(id(i), NOW, LEASE).state).toBe('in-flight');
  });

  it('still knows and renews the claims it holds when it is full', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 2 });
    const id = identities(3);
    guard.begin(id(0), NOW, LEASE);
    guard.begin(id(1), NOW, LEASE);
    guard.commit(id(0), NOW + LEASE);
    expect(guard.begin(id(0), NOW, LEASE).state).toBe('committed');
    expect(guard.begin(id(2), NOW, LEASE).state).toBe('full');
    expect(guard.begin(id(1), NOW + LEASE, LEASE).state).toBe('begun');
  });

  it('has room again as soon as one claim has expired, and not a millisecond earlier', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 500 });
    const id = identities(501);
    for (let i = 0; i < 500; i++) guard.commit(id(i), NOW + (i === 250 ? 10 : LEASE));
    expect(guard.begin(id(500), NOW + 9, LEASE).state).toBe('full');
    expect(guard.begin(id(500), NOW + 10, LEASE).state).toBe('begun');
    expect(guard.size).toBe(500);
  });

  it('has room again after an abort', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 1 });
    const id = identities(2);
    guard.begin(id(0), NOW, LEASE);
    expect(guard.begin(id(1), NOW, LEASE).state).toBe('full');
    guard.abort(id(0));
    expect(guard.begin(id(1), NOW, LEASE).state).toBe('begun');
  });

  it('takes a commit even when it is full, since its request has been acted on', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 1 });
    const id = identities(3);
    guard.commit(id(0), NOW + LEASE);
    guard.commit(id(1), NOW + LEASE);
    expect(guard.size).toBe(2);
    expect(guard.begin(id(0), NOW, LEASE).state).toBe('committed');
    expect(guard.begin(id(1), NOW, LEASE).state).toBe('committed');
    expect(guard.begin(id(2), NOW, LEASE).state).toBe('full');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses maxClaims %s', (maxClaims) => {
    const says = `maxClaims: it is ${maxClaims}. Give a whole number, 1 or more.`;
    expect(() => new MemoryReplayGuard({ maxClaims })).toThrow(says);
  });

  it.each([-1, 0.5, Number.NaN])('refuses maxAnswerBytes %s', (maxAnswerBytes) => {
    const says = `maxAnswerBytes: it is ${maxAnswerBytes}. Give a whole number, 0 or more.`;
    expect(() => new MemoryReplayGuard({ maxAnswerBytes })).toThrow(says);
  });
});

describe('answers', () => {
  it('drops the oldest answers, never their claims, when they grow past maxAnswerBytes', () => {
    const guard = new MemoryReplayGuard({ maxAnswerBytes: 10_000 });
    const id = identities(100);
    for (let i = 0; i < 100; i++) guard.commit(id(i), NOW + LEASE, new Uint8Array(1_000).fill(i));
    const results = Array.from({ length: 100 }, (_, i) => guard.begin(id(i), NOW, LEASE));
    expect(results.every((result) => result.state === 'committed')).toBe(true);
    const answers = results.map((result) => (result.state === 'committed' ? result.answer : undefined));
    expect(answers[0]).toBeUndefined();
    expect(answers[99]).toEqual(new Uint8Array(1_000).fill(99));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(8);
  });

  it('bounds empty answers too', () => {
    const guard = new MemoryReplayGuard({ maxAnswerBytes: 10_000 });
    const id = identities(1_000);
    for (let i = 0; i < 1_000; i++) guard.commit(id(i), NOW + LEASE, new Uint8Array(0));
    expect(guard.begin(id(0), NOW, LEASE)).toEqual({ state: 'committed' });
  });

  it('keeps none that is larger than the bound, and none with a bound of 0', () => {
    const id = identities(1);
    for (const guard of [
      new MemoryReplayGuard({ maxAnswerBytes: 1_000 }),
      new MemoryReplayGuard({ maxAnswerBytes: 0 }),
    ]) {
      guard.commit(id(0), NOW + LEASE, new Uint8Array(1_001));
      expect(guard.begin(id(0), NOW, LEASE)).toEqual({ state: 'committed' });
    }
  });
});

describe('attempts', () => {
  it('are counted for the 10,000 claims that failed last', () => {
    const guard = new MemoryReplayGuard();
    const id = identities(10_001);
    for (let i = 0; i < 10_001; i++) {
      guard.begin(id(i), NOW, LEASE);
      guard.abort(id(i));
    }
    expect(guard.begin(id(0), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 2 });
    expect(guard.begin(id(10_000), NOW, LEASE)).toEqual({ state: 'begun', attempt: 2 });
  });

  it('are counted where the lost lease was swept away meanwhile', () => {
    const guard = new MemoryReplayGuard();
    const id = identities(1);
    guard.begin(id(0), NOW, LEASE);
    guard.sweep(NOW + LEASE);
    expect(guard.size).toBe(0);
    expect(guard.begin(id(0), NOW + LEASE, LEASE)).toEqual({ state: 'begun', attempt: 2 });
  });
});

describe('against a plain model', () => {
  interface Held {
    readonly committed: boolean;
    readonly untilMs: number;
    readonly answer?: number;
  }

  /** The same rules over a `Map`, without any bound. */
  class Model {
    readonly #claims = new Map<number, Held>();
    readonly #failures = new Map<number, number>();

    #fail(claim: number): void {
      this.#failures.set(claim, (this.#failures.get(claim) ?? 0) + 1);
    }

    begin(claim: number, nowMs: number, leaseMs: number): unknown {
      const held = this.#claims.get(claim);
      if (held !== undefined && held.untilMs > nowMs) {
        if (!held.committed) return { state: 'in-flight', retryAfterMs: held.untilMs - nowMs };
        return held.answer === undefined
          ? { state: 'committed' }
          : { state: 'committed', answer: Uint8Array.of(held.answer) };
      }
      if (held?.committed === false) this.#fail(claim);
      this.#claims.set(claim, { committed: false, untilMs: nowMs + leaseMs });
      return { state: 'begun', attempt: (this.#failures.get(claim) ?? 0) + 1 };
    }

    commit(claim: number, untilMs: number, answer: number | undefined): void {
      const held = this.#claims.get(claim);
      this.#failures.delete(claim);
      this.#claims.set(claim, {
        committed: true,
        untilMs: held?.committed === true ? Math.max(untilMs, held.untilMs) : untilMs,
        ...(answer === undefined ? {} : { answer }),
      });
    }

    abort(claim: number): void {
      if (this.#claims.get(claim)?.committed !== false) return;
      this.#claims.delete(claim);
      this.#fail(claim);
    }

    live(nowMs: number): number {
      return [...this.#claims.values()].filter((held) => held.untilMs > nowMs).length;
    }
  }

  const claim = fc.nat({ max: 400 });
  const operation = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('begin' as const), claim, ms: fc.nat({ max: 500 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('commit' as const),
        claim,
        ms: fc.nat({ max: 2_000 }),
        answer: fc.option(fc.nat({ max: 255 }), { nil: undefined }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), claim }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const), ms: fc.nat({ max: 300 }) }) },
  );

  it('answers as the model does, whatever the order of operations and however the clock steps on', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 200, maxLength: 2_000, size: 'max' }),
        fc.constantFrom('spread', 'crowded'),
        (operations, spread) => {
          const id = (n: number): Uint8Array => {
            const bytes = new Uint8Array(16);
            // Crowded: all in one table with one home slot, round the end of the table.
            if (spread === 'crowded') bytes.fill(0xff, 0, 8);
            else bytes.set([n * 37, n * 91, n, 0, n * 53, n * 29, n * 17, n]);
            bytes.set([n >> 8, n], 14);
            return bytes;
          };
          const guard = new MemoryReplayGuard();
          const model = new Model();
          let nowMs = NOW;
          for (const op of operations) {
            if (op.kind === 'tick') nowMs += op.ms;
            else if (op.kind === 'begin') {
              expect(guard.begin(id(op.claim), nowMs, op.ms)).toEqual(model.begin(op.claim, nowMs, op.ms));
            } else if (op.kind === 'commit') {
              const untilMs = nowMs + op.ms;
              guard.commit(
                id(op.claim),
                untilMs,
                op.answer === undefined ? undefined : Uint8Array.of(op.answer),
              );
              model.commit(op.claim, untilMs, op.answer);
            } else {
              guard.abort(id(op.claim));
              model.abort(op.claim);
            }
            expect(guard.size).toBeGreaterThanOrEqual(model.live(nowMs));
          }
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('never forgets a live claim while others begin, commit, abort and expire around it', () => {
    let elapsed = 0;
    const guard = new MemoryReplayGuard({ elapsedMs: () => elapsed });
    const id = identities(200_000);
    const windowMs = 20_000;
    /** Gathered: an assertion each would take longer than the guard. */
    const wrong: string[] = [];
    const says = (index: number, nowMs: number, state: string): void => {
      const said = guard.begin(id(index), nowMs, LEASE).state;
      if (said !== state) wrong.push(`${index} is ${said} at ${nowMs}, not ${state}`);
    };
    for (let i = 0; i < 200_000; i++) {
      elapsed = i;
      const nowMs = NOW + i;
      says(i, nowMs, 'begun');
      if (i % 10 === 9) guard.abort(id(i));
      else guard.commit(id(i), nowMs + windowMs);
      const old = i - Math.floor((i * 7919) % windowMs);
      if (old >= 0 && old % 10 !== 9) says(old, nowMs, 'committed');
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    // About 18,000 are live; what has expired is reclaimed as fast as new claims come.
    expect(guard.size).toBeGreaterThanOrEqual(18_000);
    expect(guard.size).toBeLessThan(25_000);
  });
});

describe('memory', () => {
  const CLAIMS = isLong ? 1_000_000 : 200_000;

  it(`takes at most 50 bytes a claim at ${CLAIMS} live claims, and gives them back when they are gone`, () => {
    const script = join(import.meta.dirname, 'support/guard-memory.ts');
    const flags = ['--expose-gc', '--no-flush-bytecode', '--conditions', 'countersign-source'];
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, script, String(CLAIMS)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const measured = JSON.parse(stdout) as Record<'idle' | 'perClaim' | 'left' | 'size', number>;
    expect(measured.perClaim).toBeLessThanOrEqual(50);
    expect(measured.idle).toBeLessThan(200_000);
    expect(measured.size).toBe(0);
    // With the attempts of 10,000 claims, whose leases ran out.
    expect(measured.left).toBeLessThan(2_500_000);
  });
});

describe('a claim that an operator releases', () => {
  const [committed, begun, unknown] = [identities(3)(0), identities(3)(1), identities(3)(2)];

  it('is free, with the answer that it had; one whose outcome is on its way stays, and nothing else is touched', () => {
    const guard = new MemoryReplayGuard({ maxClaims: 2 });
    guard.commit(committed, NOW + LEASE, Uint8Array.of(1));
    guard.begin(begun, NOW, LEASE);
    expect([guard.release(begun), guard.release(unknown)]).toEqual([false, false]);
    expect(guard.begin(unknown, NOW, LEASE)).toEqual({ state: 'full' });
    expect([guard.release(committed), guard.release(committed)]).toEqual([true, false]);
    // Its room is free as well.
    expect(guard.begin(unknown, NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    expect(guard.begin(begun, NOW, LEASE).state).toBe('in-flight');
    guard.abort(unknown);
    guard.commit(committed, NOW + LEASE);
    expect(guard.begin(committed, NOW, LEASE)).toEqual({ state: 'committed' });
  });
});
