import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { STORE_KEY, startBench } from './support.ts';

const HOUR = 3_600_000;
const SCORE = '/fetch-score?interviewId=int-1';

describe('the admin token', () => {
  it('is fetched once by two gateways that start at the same time, and is in the store, encrypted', async () => {
    const first = await startBench();
    const second = await startBench({}, { sharedStore: first.gateway.store, upstream: first.upstream });
    const calls = [first, second].flatMap((bench) => Array.from({ length: 10 }, () => bench.get(SCORE)));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(first.upstream.count('/executive/log-in')).toBe(1);
    await second.gateway.close();
    await first.gateway.close();
    const third = await startBench(
      {},
      { dir: first.gateway.dir, upstream: first.upstream, storeKey: STORE_KEY },
    );
    expect((await third.get(SCORE)).status).toBe(200);
    expect(first.upstream.count('/executive/log-in')).toBe(1);
  });

  it('is renewed at 80 to 85 percent of its life, while the old one serves', async () => {
    let nowMs = 1_760_000_000_000;
    const { get, upstream } = await startBench({}, { now: () => nowMs });
    await get(SCORE);
    nowMs += 19 * HOUR;
    await get(SCORE);
    expect(upstream.count('/executive/log-in')).toBe(1);
    nowMs += 2 * HOUR;
    // The log-in fails, and nobody notices.
    upstream.intercept = ({ path }, response) =>
      path.startsWith('/executive') && Boolean(response.writeHead(500).end());
    expect((await get(SCORE)).status).toBe(200);
    await expect.poll(() => upstream.count('/executive/log-in')).toBe(2);
    expect((await get(SCORE)).status).toBe(200);
  });

  it('comes back by itself after a clock that jumped 24 h and an upstream that was away; never two log-ins at once', async () => {
    let nowMs = 1_760_000_000_000;
    const { get, upstream, gateway } = await startBench({}, { now: () => nowMs });
    expect((await get(SCORE)).status).toBe(200);
    let flying = 0;
    let most = 0;
    let isAway = true;
    upstream.intercept = async ({ path }, response) => {
      if (path !== '/executive/log-in') return false;
      most = Math.max(most, ++flying);
      await new Promise((resolve) => setImmediate(resolve));
      flying--;
      if (isAway) response.writeHead(503).end();
      return isAway;
    };
    nowMs += 24 * HOUR;
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(SCORE, {})));
      for (const { status } of answers) expect([502, 503, 429]).toContain(status);
      nowMs += 30_000;
    }
    // 400 requests in ten minutes: log-ins are kept apart further and further.
    expect(upstream.count('/executive/log-in')).toBeLessThan(12);
    isAway = false;
    nowMs += 10 * 60_000;
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(SCORE)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(most).toBe(1);
    expect(gateway.log.join('')).toContain('/executive/log-in was answered 503');
  });

  it('is not asked for again and again where the password is wrong', async () => {
    const { get, upstream } = await startBench({ adminPassword: 'not the password' });
    for (let n = 0; n < 10; n++) expect((await get(SCORE)).status).toBe(502);
    expect(upstream.count('/executive/log-in')).toBe(1);
  });

  it('shows its age, its end and its failures on the admin API, and never itself', async () => {
    let nowMs = 1_760_000_000_000;
    const { get, gateway, upstream } = await startBench({}, { now: () => nowMs });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const session = { name: 'incode', broker: 'incode', at: '/' };
    expect(await client.call('sessions')).toEqual([{ ...session, token: { state: 'none', failures: 0 } }]);
    upstream.intercept = ({ path }, response) =>
      path.startsWith('/executive') && Boolean(response.writeHead(500).end());
    expect((await get(SCORE)).status).toBe(502);
    expect(await client.call('sessions')).toEqual([
      { ...session, token: { state: 'none', failures: 1 }, lastFailure: expect.anything() },
    ]);
    upstream.intercept = () => false;
    nowMs += HOUR;
    expect((await get(SCORE)).status).toBe(200);
    nowMs += HOUR;
    expect(await client.call('sessions')).toEqual([
      {
        ...session,
        token: {
          state: 'good',
          failures: 0,
          ageSeconds: 3600,
          expiresAt: new Date(nowMs + 23 * HOUR).toISOString(),
        },
      },
    ]);
  });
});
