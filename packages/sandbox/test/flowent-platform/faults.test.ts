import { describe, expect, it } from 'vitest';
import type { FlowentPlatformCall } from '../../src/flowent-platform/model.ts';
import { callApi, clientOf, draft, passingFetch, startPlatform, tokenOf } from './support.ts';

const WEBHOOKS = 'https://actions.example';

describe('faults of the platform', () => {
  it('answer the next call with a status, and do nothing', async () => {
    const platform = await startPlatform({ fetch: passingFetch });
    const client = await clientOf(platform);
    platform.failNext({ status: 503, retryAfterS: 7 });
    const failed = await client('POST', '/actions', draft('one', WEBHOOKS));
    expect(failed).toMatchObject({ status: 503, body: { error: 'service unavailable' } });
    expect(failed.headers.get('retry-after')).toBe('7');
    expect(platform.actions()).toEqual([]);
    expect((await client('POST', '/actions', draft('one', WEBHOOKS))).status).toBe(201);
  });

  it('say nothing of retrying unless told to', async () => {
    const platform = await startPlatform();
    platform.failNext({ status: 500 });
    const failed = await callApi(platform, 'POST', '/token/exchange', { body: {} });
    expect(failed.status).toBe(500);
    expect(failed.headers.has('retry-after')).toBe(false);
  });

  it('strike as often as told, those queued first before the others', async () => {
    const platform = await startPlatform();
    const client = await clientOf(platform);
    platform.failNext({ status: 500, times: 2 });
    platform.failNext({ status: 429 });
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await client('GET', '/actions')).status);
    expect(statuses).toEqual([500, 500, 429, 200]);
  });

  it('wait for the calls that they are meant for', async () => {
    const platform = await startPlatform({ fetch: passingFetch });
    platform.failNext({ status: 500, route: 'PUT /actions/{name}' });
    platform.failNext({ status: 502, route: 'GET /actions' });
    const client = await clientOf(platform);
    expect((await client('POST', '/actions', draft('one', WEBHOOKS))).status).toBe(201);
    expect((await client('GET', '/actions')).status).toBe(502);
    expect((await client('PUT', '/actions/one', { description: 'Changed.' })).status).toBe(500);
    expect((await client('PUT', '/actions/one', { description: 'Changed.' })).status).toBe(200);
  });

  it('do not wear off on calls that the API does not have', async () => {
    const platform = await startPlatform();
    const client = await clientOf(platform);
    platform.failNext({ status: 500 });
    expect((await client('GET', '/none')).status).toBe(404);
    expect((await client('PUT', '/actions')).status).toBe(405);
    expect((await client('GET', '/actions')).status).toBe(500);
  });

  it('drop an answer after the work is done: the caller must find out', async () => {
    const calls: FlowentPlatformCall[] = [];
    const platform = await startPlatform({ fetch: passingFetch, onCall: (call) => calls.push(call) });
    const client = await clientOf(platform);
    platform.failNext({ dropAnswer: true });
    await expect(client('POST', '/actions', draft('one', WEBHOOKS))).rejects.toThrow('fetch failed');
    expect(calls.at(-1)).toMatchObject({ route: 'POST /actions', status: undefined });
    expect(platform.actions()).toMatchObject([{ name: 'one' }]);
    expect((await client('POST', '/actions', draft('one', WEBHOOKS))).status).toBe(409);
  });

  it('hang a call until its caller gives up', async () => {
    let arrived = (): void => {};
    const call = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const platform = await startPlatform({
      onCall: ({ route, status }) => {
        if (route === 'DELETE /actions/{name}' && status === undefined) arrived();
      },
      fetch: passingFetch,
    });
    const token = await tokenOf(platform);
    await callApi(platform, 'POST', '/actions', { body: draft('one', WEBHOOKS), token });
    platform.failNext({ hang: true });
    const giveUp = new AbortController();
    const hung = callApi(platform, 'DELETE', '/actions/one', { token, signal: giveUp.signal });
    const failed = expect(hung).rejects.toThrow('I gave up');
    await call;
    giveUp.abort(new Error('I gave up'));
    await failed;
    expect(platform.actions()).toHaveLength(1);
  });

  it('end with the platform: closing breaks off what hangs', async () => {
    let arrived = (): void => {};
    const call = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const platform = await startPlatform({ onCall: () => arrived() });
    platform.failNext({ hang: true });
    const hung = expect(callApi(platform, 'GET', '/actions')).rejects.toThrow('fetch failed');
    await call;
    await platform.close();
    await hung;
    await platform.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('cannot strike %d times', async (times) => {
    const platform = await startPlatform();
    expect(() => platform.failNext({ status: 500, times })).toThrow(RangeError);
  });
});
