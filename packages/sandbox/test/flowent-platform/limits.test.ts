import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { callApi, clientOf, draft, NOW_MS, passingFetch, startPlatform, TENANT, tokenOf } from './support.ts';

const HOUR_MS = 3_600_000;
const WEBHOOKS = 'https://actions.example';

describe('the limit on actions', () => {
  it('lets a tenant have 100, and another after one is deleted', async () => {
    const platform = await startPlatform({ fetch: passingFetch });
    const client = await clientOf(platform);
    for (let n = 0; n < 100; n++) {
      expect((await client('POST', '/actions', draft(`action_${n}`, WEBHOOKS))).status).toBe(201);
    }
    const oneMore = () => client('POST', '/actions', draft('one_more', WEBHOOKS));
    expect(await oneMore()).toMatchObject({
      status: 400,
      body: { error: 'action limit reached: a tenant has at most 100; delete one first' },
    });
    expect(platform.actions()).toHaveLength(100);
    expect((await client('DELETE', '/actions/action_50')).status).toBe(200);
    expect((await oneMore()).status).toBe(201);
  });

  it('says that a name exists before it says that there is no room', async () => {
    const platform = await startPlatform({ fetch: passingFetch, limits: { maxActions: 1 } });
    const client = await clientOf(platform);
    await client('POST', '/actions', draft('one', WEBHOOKS));
    expect((await client('POST', '/actions', draft('one', WEBHOOKS))).status).toBe(409);
    expect((await client('POST', '/actions', draft('two', WEBHOOKS))).status).toBe(400);
  });

  it('holds for registrations whose tests run at the same time', async () => {
    const platform = await startPlatform({ fetch: passingFetch, limits: { maxActions: 3 } });
    const client = await clientOf(platform);
    const names = Array.from({ length: 10 }, (_, n) => `action_${n}`);
    const replies = await Promise.all(names.map((name) => client('POST', '/actions', draft(name, WEBHOOKS))));
    expect(replies.map(({ status }) => status).sort()).toEqual([
      ...Array(3).fill(201),
      ...Array(7).fill(400),
    ]);
    expect(platform.actions()).toHaveLength(3);
  });

  it('sends no test for an action that there is no room for', async () => {
    let tests = 0;
    const platform = await startPlatform({
      limits: { maxActions: 0 },
      fetch: (...call) => {
        tests += 1;
        return passingFetch(...call);
      },
    });
    expect((await (await clientOf(platform))('POST', '/actions', draft('one', WEBHOOKS))).status).toBe(400);
    expect(tests).toBe(0);
  });
});

describe('the limit on calls', () => {
  it.skipIf(!isLong)(`is 1000 in an hour, the token exchange among them${longReason}`, async () => {
    const platform = await startPlatform();
    const client = await clientOf(platform);
    for (let n = 0; n < 999; n++) expect((await client('GET', '/actions')).status).toBe(200);
    const refused = await client('GET', '/actions');
    expect(refused).toMatchObject({
      status: 429,
      body: { error: 'rate limit exceeded: too many API calls within an hour' },
    });
    expect(refused.headers.get('retry-after')).toBe('3600');
  });

  it('slides: each call is given back an hour after it was made', async () => {
    let nowMs = NOW_MS;
    const platform = await startPlatform({
      now: () => nowMs,
      limits: { callsPerHour: 3 },
      tokenLifeMs: 24 * HOUR_MS,
    });
    const token = await tokenOf(platform);
    const call = () => callApi(platform, 'GET', '/actions', { token });
    nowMs += 1_500;
    expect((await call()).status).toBe(200);
    nowMs += 1_000;
    expect((await call()).status).toBe(200);

    // 3,600 s after the exchange; 2.5 s of them have gone by.
    const refused = await call();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3598');
    nowMs = NOW_MS + HOUR_MS - 1;
    expect((await call()).headers.get('retry-after')).toBe('1');
    nowMs += 1;
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(429);
    nowMs = NOW_MS + HOUR_MS + 1_500;
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(429);
  });

  it('stops token exchanges too', async () => {
    const platform = await startPlatform({ limits: { callsPerHour: 1 } });
    await tokenOf(platform);
    const body = { api_token: TENANT.apiToken };
    expect((await callApi(platform, 'POST', '/token/exchange', { body })).status).toBe(429);
  });

  it('counts nobody’s calls for anybody: those with a bad token, and those of other tenants', async () => {
    const platform = await startPlatform({
      tenants: [TENANT, { apiToken: 'other-token', hmacKey: 'other-key' }],
      limits: { callsPerHour: 2 },
    });
    const client = await clientOf(platform);
    const other = await clientOf(platform, 1);
    for (let n = 0; n < 5; n++) await callApi(platform, 'GET', '/actions', { token: 'bad' });
    expect((await client('GET', '/actions')).status).toBe(200);
    expect((await client('GET', '/actions')).status).toBe(429);
    expect((await other('GET', '/actions')).status).toBe(200);
  });
});
