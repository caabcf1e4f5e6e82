import { describe, expect, it } from 'vitest';
import type { IncodePlatformCall } from '../../src/incode-platform/model.ts';
import { ADMIN, callApi, logIn, START, signal, startPlatform, startSession } from './support.ts';

const start = (platform: Awaited<ReturnType<typeof startPlatform>>, abort?: AbortSignal) =>
  callApi(platform, 'POST', '/omni/start', {
    body: START,
    ...(abort === undefined ? {} : { signal: abort }),
  });

describe('faults of the platform', () => {
  it('answer the next call with a status, and do nothing', async () => {
    const platform = await startPlatform();
    platform.failNext({ status: 503, retryAfterS: 7 });
    const failed = await start(platform);
    expect(failed).toMatchObject({ status: 503, body: { error: 'service unavailable' } });
    expect(failed.headers.get('retry-after')).toBe('7');
    expect(platform.interviews()).toEqual([]);
    expect((await start(platform)).status).toBe(200);
  });

  it('wait for the calls that they are meant for, as often as told', async () => {
    const platform = await startPlatform();
    platform.failNext({ status: 500, route: 'POST /executive/log-in', times: 2 });
    const { interviewId } = await startSession(platform);
    const statuses = [];
    for (let n = 0; n < 3; n++) {
      statuses.push((await callApi(platform, 'POST', '/executive/log-in', { body: ADMIN })).status);
    }
    expect(statuses).toEqual([500, 500, 200]);
    expect(platform.logIns).toBe(1);
    expect(platform.approvals(interviewId)).toBe(0);
  });

  it('drop an answer after the work is done: the caller must find out', async () => {
    const calls: IncodePlatformCall[] = [];
    const platform = await startPlatform({ onCall: (call) => calls.push(call) });
    const { interviewId } = await startSession(platform);
    const token = await logIn(platform);
    platform.failNext({ dropAnswer: true });
    const path = `/omni/process/approve?interviewId=${interviewId}`;
    await expect(callApi(platform, 'POST', path, { token, body: {} })).rejects.toThrow('fetch failed');
    expect(platform.approvals(interviewId)).toBe(1);
    expect(calls.at(-1)).toEqual({
      method: 'POST',
      path: '/omni/process/approve',
      route: 'POST /omni/process/approve',
      status: undefined,
    });
  });

  it('break an answer’s JSON off after the work is done', async () => {
    const platform = await startPlatform();
    platform.failNext({ malformed: true });
    const reply = await start(platform);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(reply.text).toMatch(/^\{"token":"/);
    expect(() => JSON.parse(reply.text)).toThrow(SyntaxError);
    expect(platform.interviews()).toHaveLength(1);
  });

  it('hold an answer back after the work is done', async () => {
    const [arrived, released] = [signal(), signal()];
    const calls: IncodePlatformCall[] = [];
    const platform = await startPlatform({ onCall: (call) => calls.push(call) });
    platform.failNext({
      slow: () => {
        arrived.give();
        return released.came;
      },
    });
    const slow = start(platform);
    await arrived.came;
    expect(platform.interviews()).toHaveLength(1);
    expect(calls).toEqual([]);
    released.give();
    expect((await slow).status).toBe(200);
    expect(calls).toHaveLength(1);
  });

  it('hang a call until its caller gives up', async () => {
    const arrived = signal();
    const platform = await startPlatform({ onCall: arrived.give });
    platform.failNext({ hang: true });
    const giveUp = new AbortController();
    const hung = expect(start(platform, giveUp.signal)).rejects.toThrow('I gave up');
    await arrived.came;
    giveUp.abort(new Error('I gave up'));
    await hung;
    expect(platform.interviews()).toEqual([]);
  });

  it('end with the platform: closing breaks off what hangs', async () => {
    const arrived = signal();
    const platform = await startPlatform({ onCall: arrived.give });
    platform.failNext({ hang: true });
    const hung = expect(start(platform)).rejects.toThrow('fetch failed');
    await arrived.came;
    await platform.close();
    await hung;
    await platform.close();
  });

  it('do not strike pages, nor wear off on them', async () => {
    const platform = await startPlatform();
    platform.failNext({ status: 500 });
    expect((await fetch(`${platform.apiUrl}/onboarding/x`)).status).toBe(404);
    expect((await callApi(platform, 'GET', '/none')).status).toBe(404);
    expect((await start(platform)).status).toBe(500);
  });

  it.each([0, -1, 1.5, Number.NaN])('cannot strike %d times', async (times) => {
    const platform = await startPlatform();
    expect(() => platform.failNext({ status: 500, times })).toThrow(RangeError);
  });
});

describe('calls of the platform', () => {
  it('are told before their answers go out, with their route and status', async () => {
    const calls: IncodePlatformCall[] = [];
    const platform = await startPlatform({ onCall: (call) => calls.push(call) });
    await start(platform);
    await callApi(platform, 'GET', '/omni/get/score?id=secret-of-the-query');
    await callApi(platform, 'GET', '/elsewhere');
    expect(calls).toEqual([
      { method: 'POST', path: '/omni/start', route: 'POST /omni/start', status: 200 },
      { method: 'GET', path: '/omni/get/score', route: 'GET /omni/get/score', status: 401 },
      { method: 'GET', path: '/elsewhere', route: undefined, status: 404 },
    ]);
  });

  it('are counted by their route, whatever became of them', async () => {
    const platform = await startPlatform();
    platform.failNext({ status: 500 });
    for (let n = 0; n < 3; n++) await start(platform);
    await callApi(platform, 'POST', '/omni/start', { headers: { 'x-api-key': undefined } });
    expect(platform.calls('POST /omni/start')).toBe(4);
    expect(platform.calls('POST /executive/log-in')).toBe(0);
  });

  it('one after the other are one at once', async () => {
    const platform = await startPlatform();
    expect(platform.mostAtOnce('POST /omni/start')).toBe(0);
    for (let n = 0; n < 20; n++) await start(platform);
    expect(platform.mostAtOnce('POST /omni/start')).toBe(1);
  });

  it('under way together are counted together, and leave when they end', async () => {
    const [arrived, released] = [signal(), signal()];
    let held = 0;
    const platform = await startPlatform();
    const slow = (): Promise<void> => {
      held += 1;
      if (held === 3) arrived.give();
      return released.came;
    };
    platform.failNext({ slow, times: 3, route: 'POST /omni/start' });
    const calls = [start(platform), start(platform), start(platform)];
    await arrived.came;
    await logIn(platform);
    released.give();
    await Promise.all(calls);
    for (let n = 0; n < 3; n++) await start(platform);
    expect(platform.mostAtOnce('POST /omni/start')).toBe(3);
    expect(platform.mostAtOnce('POST /executive/log-in')).toBe(1);
  });
});
