import { describe, expect, it } from 'vitest';
import type { IncodePlatform } from '../../src/incode-platform/model.ts';
import { ADMIN, callApi, DAY_MS, logIn, NOW_MS, pageOf, startPlatform, startSession } from './support.ts';

const part = (token: string, at: number): unknown =>
  JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString('utf8'));

/** The status of a call with an admin token. */
async function tried(platform: IncodePlatform, token: string): Promise<number> {
  const { interviewId } = await startSession(platform);
  return (await callApi(platform, 'GET', `/omni/get/score?id=${interviewId}`, { token })).status;
}

describe('admin tokens of the platform', () => {
  it('are JWTs that say when they expire, 24 h after the log-in', async () => {
    const platform = await startPlatform();
    expect(part(await logIn(platform), 1)).toEqual({
      sub: ADMIN.email,
      iat: NOW_MS / 1000,
      exp: (NOW_MS + DAY_MS) / 1000,
      jti: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('are good until the last millisecond of their life', async () => {
    let nowMs = NOW_MS;
    const platform = await startPlatform({ now: () => nowMs });
    const token = await logIn(platform);
    nowMs += DAY_MS - 1;
    expect(await tried(platform, token)).toBe(200);
    nowMs += 1;
    expect(await tried(platform, token)).toBe(401);
    expect(await tried(platform, await logIn(platform))).toBe(200);
  });

  it('live as long as they are told to', async () => {
    let nowMs = NOW_MS;
    const platform = await startPlatform({ now: () => nowMs, tokenLifeMs: 60_000 });
    const token = await logIn(platform);
    nowMs += 59_999;
    expect(await tried(platform, token)).toBe(200);
    nowMs += 1;
    expect(await tried(platform, token)).toBe(401);
  });

  it('can be revoked before their time; sessions go on', async () => {
    const platform = await startPlatform();
    const tokens = [await logIn(platform), await logIn(platform)];
    const session = await startSession(platform);
    platform.revokeTokens();
    for (const token of tokens) expect(await tried(platform, token)).toBe(401);
    expect(await pageOf(platform, session)).toContain('/onboarding/');
    expect(await tried(platform, await logIn(platform))).toBe(200);
  });

  it('are good for the platform that issued them only', async () => {
    const [here, there] = [await startPlatform(), await startPlatform()];
    expect(await tried(there, await logIn(here))).toBe(401);
  });

  it('are each another, all good, and counted', async () => {
    const platform = await startPlatform();
    expect(platform.logIns).toBe(0);
    const [first, second] = [await logIn(platform), await logIn(platform)];
    expect(second).not.toBe(first);
    expect(await tried(platform, first)).toBe(200);
    expect(platform.logIns).toBe(2);
    expect(platform.secrets()).toEqual(
      expect.arrayContaining([platform.apiKey, ADMIN.password, first, second]),
    );
  });

  it.each([
    [401, { ...ADMIN, password: 'x' }],
    [401, { ...ADMIN, email: 'x@example.com' }],
    [401, { email: ADMIN.password, password: ADMIN.email }],
    [400, { email: ADMIN.email }],
    [400, { password: ADMIN.password }],
    [400, { ...ADMIN, password: '' }],
    [400, { ...ADMIN, email: [ADMIN.email] }],
    [400, 'null'],
    [400, '{'],
  ])('are refused %d to %j, and not counted', async (status, body) => {
    const platform = await startPlatform();
    const reply = await callApi(platform, 'POST', '/executive/log-in', { body });
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({ error: expect.any(String) });
    expect(platform.logIns).toBe(0);
  });
});

describe('session tokens of the platform', () => {
  it('expire as admin tokens do', async () => {
    let nowMs = NOW_MS;
    const platform = await startPlatform({ now: () => nowMs });
    const { token } = await startSession(platform);
    const path = `/0/omni/onboarding-url?clientId=${platform.clientId}`;
    nowMs += DAY_MS - 1;
    expect((await callApi(platform, 'GET', path, { token })).status).toBe(200);
    nowMs += 1;
    expect((await callApi(platform, 'GET', path, { token })).status).toBe(401);
  });
});
