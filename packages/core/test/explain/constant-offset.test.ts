import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { constantOffset } from '../../src/explain/constant-offset.ts';
import { type Arrival, type Explanation, explain } from '../../src/explain/index.ts';
import { createGate, type RequestParts } from '../../src/index.ts';

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;

/** Requests that came so long before now, and were signed so long before that. */
function arrivals(...pairs: readonly (readonly [cameMs: number, ageMs: number])[]): Arrival[] {
  return pairs.map(([cameMs, ageMs]) => ({ signedMs: NOW - cameMs - ageMs, receivedMs: NOW - cameMs }));
}

const OFF_MS = 47 * MINUTE;
const own: Arrival = { signedMs: NOW - OFF_MS, receivedMs: NOW };

describe('constantOffset', () => {
  it('is the middle one of those that agree, with their spread and count', () => {
    const others = arrivals([MINUTE, OFF_MS + 2_000], [2 * MINUTE, OFF_MS + 1_000]);
    expect(constantOffset(own, others)).toEqual({ ageMs: OFF_MS + 1_000, spreadMs: 2_000, count: 3 });
  });

  it('is below 0 where the sender is ahead', () => {
    const ahead: Arrival = { signedMs: NOW + OFF_MS, receivedMs: NOW };
    const others = arrivals([MINUTE, -OFF_MS], [2 * MINUTE, -OFF_MS]);
    expect(constantOffset(ahead, others)).toEqual({ ageMs: -OFF_MS, spreadMs: 0, count: 3 });
  });

  it.each<[string, readonly Arrival[] | undefined]>([
    ['of one alone', undefined],
    ['of two', arrivals([MINUTE, OFF_MS])],
    [
      'where others are off by other times, as in a queue',
      arrivals([60_000, 40 * MINUTE], [90_000, 31 * MINUTE]),
    ],
    [
      'of copies of one request, whose age grows',
      arrivals([30_000, OFF_MS - 30_000], [60_000, OFF_MS - 60_000]),
    ],
    [
      'of what waited in one place and came at once, though it was signed in one minute',
      arrivals([100, OFF_MS + 3_000], [200, OFF_MS + 8_000], [300, OFF_MS - 9_000]),
    ],
    [
      'where most of those that are off are off by something else',
      arrivals(
        [MINUTE, OFF_MS],
        [2 * MINUTE, OFF_MS],
        ...[20, 30, 70, 80].map((n) => [n * 1_000, n * MINUTE] as const),
      ),
    ],
  ])('is none %s', (_, others) => {
    expect(constantOffset(own, others)).toBeUndefined();
  });

  it('is that of one sender beside others whose requests are fresh', () => {
    const fresh = Array.from({ length: 40 }, (_, n) => [n * 1_000, 300] as const);
    expect(constantOffset(own, arrivals([MINUTE, OFF_MS], [2 * MINUTE, OFF_MS], ...fresh))?.count).toBe(3);
  });
});

describe('explain, with what came before', () => {
  const SECRET = 'the-shared-secret-of-this-gate';

  function signed(at: number): RequestParts {
    const signature = createHmac('sha256', SECRET).update(`v0:${at}:{}`).digest('hex');
    return {
      method: 'POST',
      url: '/slack',
      headers: [
        ['X-Slack-Request-Timestamp', `${at}`],
        ['X-Slack-Signature', `v0=${signature}`],
      ],
      body: '{}',
    };
  }

  /** Each that comes is a neighbour of the next. */
  async function inTurn(
    requests: readonly { readonly cameAt: number; readonly signedAt: number }[],
  ): Promise<Explanation[]> {
    const told: Explanation[] = [];
    for (const { cameAt, signedAt } of requests) {
      const gate = createGate({ provider: 'slack', keys: [SECRET], now: () => cameAt * 1000 });
      const neighbours = told.flatMap(({ arrival }) => arrival ?? []);
      told.push(await explain(signed(signedAt), gate, { neighbours }));
    }
    return told;
  }

  it('says from the third on that a clock is off, and from the fifth on that it is likely', async () => {
    const start = 1_760_000_000;
    const told = await inTurn(
      [0, 40, 90, 200, 260].map((s) => ({ cameAt: start + s, signedAt: start + s - 2000 })),
    );
    const firsts = told.map(({ findings: [first] }) => `${first?.id}: ${first?.certainty}`);
    expect(firsts).toEqual([
      'time-captured: possible',
      'time-captured: possible',
      'time-clock-of-several: possible',
      'time-clock-of-several: possible',
      'time-clock-of-several: likely',
    ]);
    expect(told.at(-1)?.findings[0]?.sentence).toBe(
      'One side’s clock is off by a constant 33 min 20 s (5 requests of this gate were all signed so long before they came, give or take 1 s).',
    );
  });

  it('takes no time for an arrival that is not proved', async () => {
    const gate = createGate({ provider: 'slack', keys: ['another-secret-of-the-gate'], now: () => NOW });
    expect(await explain(signed(NOW / 1000), gate)).not.toHaveProperty('arrival');
    const right = createGate({ provider: 'slack', keys: [SECRET], now: () => NOW });
    expect(await explain(signed(NOW / 1000 - 5), right)).toMatchObject({
      verdict: { ok: true },
      arrival: { signedMs: NOW - 5_000, receivedMs: NOW },
    });
  });
});
