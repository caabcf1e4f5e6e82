import { describe, expect, it } from 'vitest';
import { bench, DAY, HOUR, MINUTE, NOW, SECOND, settle } from './upstream.ts';

const DOWN = new Error('the upstream is down');

describe('the first token', () => {
  it('is not asked for before it is needed', async () => {
    const { upstream, manager } = bench();
    await settle();
    expect(upstream.logIns).toEqual([]);
    expect(manager.status()).toEqual({
      state: 'none',
      ageMs: undefined,
      expiresAtMs: undefined,
      failures: 0,
    });
  });

  it('is one log-in for 100 who ask at once, and for all who ask later', async () => {
    const { upstream, manager } = bench();
    const first = await Promise.all(Array.from({ length: 100 }, () => manager.get()));
    expect(new Set(first)).toEqual(new Set(['token-1']));
    expect(await manager.get()).toBe('token-1');
    expect(upstream.logIns).toHaveLength(1);
    expect(manager.status()).toEqual({ state: 'good', ageMs: 0, expiresAtMs: NOW + DAY, failures: 0 });
  });

  it('fails for all who wait for it, with the upstream’s own error', async () => {
    const { upstream, manager } = bench();
    upstream.failure = DOWN;
    const settled = await Promise.allSettled(Array.from({ length: 100 }, () => manager.get()));
    expect(settled.every((one) => one.status === 'rejected' && one.reason === DOWN)).toBe(true);
    expect(upstream.logIns).toHaveLength(1);
    expect(manager.status()).toMatchObject({ state: 'none', failures: 1 });
  });

  it('comes to the others where one caller gives up waiting', async () => {
    const { upstream, manager } = bench();
    upstream.hold();
    const leaving = new AbortController();
    const left = manager.get(leaving.signal);
    const stayed = manager.get();
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    await expect(manager.get(leaving.signal)).rejects.toBe(reason);
    upstream.release();
    expect(await stayed).toBe('token-1');
    expect(upstream.logIns).toHaveLength(1);
  });

  it.each([
    ['has expired already', { token: 'x', expiresAtMs: NOW }],
    ['never expires, by mistake', { token: 'x', expiresAtMs: Number.NaN }],
    ['is empty', { token: '', expiresAtMs: NOW + DAY }],
  ])('is not used where it %s; that counts as a failure', async (_, issued) => {
    const { manager } = bench({ issue: async () => issued });
    await expect(manager.get()).rejects.toMatchObject({ name: 'TokenError', code: 'unusable' });
    expect(manager.status()).toMatchObject({ state: 'none', failures: 1 });
  });
});

describe('renewal', () => {
  it('is by the first call from 80 % of the life on, behind the old token’s back', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(0.8 * DAY - 1);
    expect(await manager.get()).toBe('token-1');
    await settle();
    expect(upstream.logIns).toHaveLength(1);
    expect(manager.status().state).toBe('good');

    clock.advance(1);
    expect(manager.status().state).toBe('due');
    upstream.hold();
    const during = await Promise.all(Array.from({ length: 50 }, () => manager.get()));
    expect(new Set(during)).toEqual(new Set(['token-1']));
    await settle();
    expect(upstream.logIns).toHaveLength(2);
    upstream.release();
    await settle();
    expect(await manager.get()).toBe('token-2');
    expect(manager.status()).toMatchObject({ state: 'good', expiresAtMs: NOW + 1.8 * DAY });
  });

  it('is spread from 80 to 85 %, so that instances do not all renew at once', async () => {
    for (const [random, at] of [
      [0, 0.8],
      [0.5, 0.825],
      [0.999, 0.84995],
    ] as const) {
      const { clock, upstream, manager } = bench({ random: () => random });
      await manager.get();
      clock.advance(at * DAY - 1);
      await manager.get();
      await settle();
      expect(upstream.logIns).toHaveLength(1);
      clock.advance(1);
      await manager.get();
      await settle();
      expect(upstream.logIns).toHaveLength(2);
    }
  });

  it('that fails leaves the old token in use to its last millisecond, and not beyond', async () => {
    const { clock, upstream, manager, problems } = bench();
    await manager.get();
    upstream.failure = DOWN;
    for (clock.nowMs = NOW + 0.8 * DAY; clock.nowMs < NOW + DAY; clock.advance(10 * MINUTE)) {
      expect(await manager.get()).toBe('token-1');
      await settle();
    }
    clock.nowMs = NOW + DAY - 1;
    expect(await manager.get()).toBe('token-1');
    await settle();
    expect(problems[0]).toBe('a token could not be renewed; the old one serves: Error: the upstream is down');
    expect(manager.status().failures).toBe(upstream.logIns.length - 1);

    clock.advance(1);
    expect(manager.status().state).toBe('expired');
    await expect(manager.get()).rejects.toBe(DOWN);
    clock.advance(5 * MINUTE);
    upstream.failure = undefined;
    expect(await manager.get()).toBe(`token-${upstream.logIns.length}`);
    expect(manager.status()).toMatchObject({ state: 'good', failures: 0 });
  });

  it('that fails backs off like a first log-in, however many calls the old token serves', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    upstream.failure = DOWN;
    clock.advance(0.8 * DAY);
    for (const end = clock.nowMs + HOUR; clock.nowMs < end; clock.advance(SECOND)) {
      expect(await manager.get()).toBe('token-1');
      await settle();
    }
    expect(upstream.logIns.length).toBeGreaterThan(10);
    expect(upstream.logIns.length).toBeLessThan(36);
  });
});

describe('a refusal', () => {
  it('of the current token is one log-in for the 50 calls that met it', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(HOUR);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        manager.use(
          async (token) => ({ status: token === 'token-1' ? 401 : 200 }),
          (outcome) => (outcome as { status: number }).status === 401,
        ),
      ),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
    expect(upstream.logIns).toHaveLength(2);
  });

  it('that comes late, of an older token, does not throw away the fresh one', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(HOUR);
    manager.invalidate('token-1');
    expect(await manager.get()).toBe('token-2');
    manager.invalidate('token-1');
    manager.invalidate('token-7');
    expect(await manager.get()).toBe('token-2');
    expect(upstream.logIns).toHaveLength(2);
  });

  it('while a renewal is under way waits for that one', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(0.9 * DAY);
    upstream.hold();
    await manager.get();
    manager.invalidate('token-1');
    const next = manager.get();
    upstream.release();
    expect(await next).toBe('token-2');
    expect(upstream.logIns).toHaveLength(2);
  });

  it('may be a thrown one; any other error passes through at once', async () => {
    const { upstream, manager } = bench();
    const refusal = new Error('401');
    const isRefused = (outcome: unknown): boolean => outcome === refusal;
    const call = async (token: string): Promise<string> => {
      if (token === 'token-1') throw refusal;
      return token;
    };
    expect(await manager.use(call, isRefused)).toBe('token-2');
    await expect(manager.use(() => Promise.reject(DOWN), isRefused)).rejects.toBe(DOWN);
    expect(upstream.logIns).toHaveLength(2);
  });

  it('of the next token too is the caller’s answer, after two calls', async () => {
    const { manager } = bench();
    const tokens: string[] = [];
    const call = async (token: string): Promise<number> => {
      tokens.push(token);
      return 401;
    };
    expect(await manager.use(call, (outcome) => outcome === 401)).toBe(401);
    expect(tokens).toEqual(['token-1', 'token-2']);
  });

  it('of every token, as soon as it is issued, ends in back-off and not in a log-in a call', async () => {
    const { clock, upstream, manager } = bench();
    let calls = 0;
    const use = (): Promise<unknown> =>
      manager.use(
        async () => {
          calls++;
          return 401;
        },
        (outcome) => outcome === 401,
      );
    expect(await use()).toBe(401);
    for (const end = NOW + HOUR; clock.nowMs < end; clock.advance(SECOND)) {
      await use().catch((error: unknown) => {
        expect(error).toMatchObject({
          code: 'refused',
          message: 'test: tokens are refused as soon as they are issued.',
        });
      });
    }
    // Unless it backed off: 3,601 and twice as many.
    expect(upstream.logIns.length).toBeLessThan(40);
    expect(calls).toBeLessThan(40);
  });
});

describe('an upstream that is down', () => {
  it.each([0, 0.5, 0.999])(
    'sees few log-ins in an hour of calls, ever further apart (random %d)',
    async (random) => {
      const { clock, upstream, manager } = bench({ random: () => random });
      upstream.failure = DOWN;
      for (const end = NOW + HOUR; clock.nowMs < end; clock.advance(SECOND)) {
        const calls = Array.from({ length: 5 }, () => manager.get());
        for (const outcome of await Promise.allSettled(calls))
          expect(outcome).toMatchObject({ reason: DOWN });
      }
      expect(upstream.logIns.length).toBeGreaterThan(10);
      expect(upstream.logIns.length).toBeLessThan(36);
      const gaps = upstream.logIns.slice(1).map((ms, i) => ms - (upstream.logIns[i] ?? 0));
      expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
      expect(gaps.at(-1)).toBeGreaterThanOrEqual(2.5 * MINUTE);
      expect(gaps.at(-1)).toBeLessThanOrEqual(5 * MINUTE);
      expect(manager.status().failures).toBe(upstream.logIns.length);
    },
  );

  it('gives its last error at once during back-off, and is asked again after it', async () => {
    const { clock, upstream, manager } = bench();
    upstream.failure = DOWN;
    await expect(manager.get()).rejects.toBe(DOWN);
    upstream.failure = undefined;
    clock.advance(499);
    await expect(manager.get()).rejects.toBe(DOWN);
    clock.advance(1);
    expect(await manager.get()).toBe('token-2');
  });
});

describe('a clock that jumps', () => {
  it('24 hours forward: one log-in, and never the token that looks expired', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(DAY);
    const tokens = await Promise.all(Array.from({ length: 100 }, () => manager.get()));
    expect(new Set(tokens)).toEqual(new Set(['token-2']));
    expect(upstream.logIns).toHaveLength(2);
  });

  it('24 hours back: one log-in, and never the token whose age it can no longer tell', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(0.79 * DAY);
    await manager.get();
    clock.advance(-DAY);
    for (let n = 0; n < 100; n++) {
      expect(await manager.get()).toBe('token-2');
      clock.advance(MINUTE);
    }
    expect(upstream.logIns).toHaveLength(2);
  });

  it('forward and back again: two log-ins', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(DAY);
    await manager.get();
    clock.advance(-DAY);
    for (let n = 0; n < 100; n++) expect(await manager.get()).toBe('token-3');
    expect(upstream.logIns).toHaveLength(3);
  });

  it('back by seconds, as time servers do, changes nothing', async () => {
    const { clock, upstream, manager } = bench();
    await manager.get();
    clock.advance(-30 * SECOND);
    expect(await manager.get()).toBe('token-1');
    expect(upstream.logIns).toHaveLength(1);
  });

  it('back while the upstream is down: the wait does not grow by a day, and there is no storm', async () => {
    const { clock, upstream, manager } = bench();
    upstream.failure = DOWN;
    await expect(manager.get()).rejects.toBe(DOWN);
    clock.advance(-DAY);
    for (let n = 0; n < 100; n++) await expect(manager.get()).rejects.toBe(DOWN);
    expect(upstream.logIns).toHaveLength(2);
    upstream.failure = undefined;
    clock.advance(SECOND);
    expect(await manager.get()).toBe('token-3');
  });

  it('forward while the upstream is down: one try more', async () => {
    const { clock, upstream, manager } = bench();
    upstream.failure = DOWN;
    await expect(manager.get()).rejects.toBe(DOWN);
    clock.advance(DAY);
    for (let n = 0; n < 100; n++) await expect(manager.get()).rejects.toBe(DOWN);
    expect(upstream.logIns).toHaveLength(2);
  });
});

describe('close', () => {
  it('aborts the log-in in flight and refuses what comes after', async () => {
    let seen: AbortSignal | undefined;
    const { manager } = bench({
      issue: (signal) => {
        seen = signal;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    const waiting = manager.get();
    await settle();
    manager.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    expect(seen?.aborted).toBe(true);
    await expect(manager.get()).rejects.toMatchObject({ code: 'closed' });
    expect(manager.status().state).toBe('closed');
  });

  it('throws away what a log-in gives that did not heed it', async () => {
    const { upstream, manager } = bench();
    upstream.hold();
    const waiting = manager.get();
    await settle();
    manager.close();
    upstream.release();
    await expect(waiting).rejects.toMatchObject({ name: 'TokenError', code: 'closed' });
  });
});
