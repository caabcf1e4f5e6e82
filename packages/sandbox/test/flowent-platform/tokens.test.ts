import { describe, expect, it } from 'vitest';
import { callApi, clientOf, NOW_MS, startPlatform, TENANT, tokenOf } from './support.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const part = (token: string, at: number): unknown =>
  JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString('utf8'));

describe('API tokens of the platform', () => {
  it('are HS256 JWTs that name the tenant and their times', async () => {
    const platform = await startPlatform();
    const token = await tokenOf(platform);
    expect(part(token, 0)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(part(token, 1)).toEqual({
      sub: platform.tenants[0].tenantId,
      iat: NOW_MS / 1000,
      exp: (NOW_MS + DAY_MS) / 1000,
      jti: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('are good until the last millisecond of their life', async () => {
    let nowMs = NOW_MS + 123;
    const platform = await startPlatform({ now: () => nowMs });
    const client = await clientOf(platform);
    nowMs += DAY_MS - 1;
    expect((await client('GET', '/actions')).status).toBe(200);
    nowMs += 1;
    expect(await client('GET', '/actions')).toMatchObject({
      status: 401,
      body: { error: 'unauthorized: the bearer token is missing, expired or not valid' },
    });
  });

  it('live as long as they are told to', async () => {
    let nowMs = NOW_MS;
    const platform = await startPlatform({ now: () => nowMs, tokenLifeMs: MINUTE_MS });
    const exchange = await callApi(platform, 'POST', '/token/exchange', {
      body: { api_token: TENANT.apiToken },
    });
    expect(exchange.body['expires_in']).toBe(60);
    const client = await clientOf(platform);
    nowMs += MINUTE_MS;
    expect((await client('GET', '/actions')).status).toBe(401);
  });

  it('are all invalid once they are revoked; a new one is good', async () => {
    const platform = await startPlatform();
    const [first, other] = [await clientOf(platform), await clientOf(platform)];
    platform.revokeTokens();
    expect((await first('GET', '/actions')).status).toBe(401);
    expect((await other('GET', '/actions')).status).toBe(401);
    expect((await (await clientOf(platform))('GET', '/actions')).status).toBe(200);
  });

  it('are good for one platform only', async () => {
    const [here, there] = [await startPlatform(), await startPlatform()];
    const token = await tokenOf(here);
    expect((await callApi(there, 'GET', '/actions', { token })).status).toBe(401);
  });

  it('are refused where a claim or the signature is changed, or a part added', async () => {
    const platform = await startPlatform();
    const [head, claims = '', signature] = (await tokenOf(platform)).split('.');
    const longer = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), exp: 9e9 }),
    ).toString('base64url');
    for (const token of [
      `${head}.${longer}.${signature}`,
      `${head}.${claims}.`,
      `${head}.${claims}`,
      `${head}.${claims}.${signature}.`,
      `${head}.${claims}.${signature}.x`,
      '..',
    ]) {
      expect((await callApi(platform, 'GET', '/actions', { token })).status, token).toBe(401);
    }
  });

  it('come as a bearer token or not at all', async () => {
    const platform = await startPlatform();
    const token = await tokenOf(platform);
    const status = async (headers: Record<string, string>) => {
      const response = await fetch(`${platform.baseUrl}/actions`, { headers });
      if (response.status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer');
      return response.status;
    };
    expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
    expect(await status({ authorization: `bearer ${token}` })).toBe(200);
    expect(await status({ authorization: token })).toBe(401);
    expect(await status({ authorization: `Basic ${token}` })).toBe(401);
    expect(await status({ authorization: `Bearer ${token} x` })).toBe(401);
    expect(await status({ authorization: 'Bearer ' })).toBe(401);
    expect(await status({})).toBe(401);
  });
});
