import { describe, expect, it } from 'vitest';
import { AdminError, createAdminClient, type FetchLike, ROUTES, routePath } from '../src/index.ts';

function clientOf(status: number, value: unknown) {
  const asked: { url: string; method: string; headers: Readonly<Record<string, string>> }[] = [];
  const fetch: FetchLike = async (url, init) => {
    asked.push({ url, ...init });
    return { status, json: async () => value };
  };
  return { asked, client: createAdminClient({ baseUrl: 'http://h:1/', token: 'T', fetch }) };
}

describe('the admin client', () => {
  it('sends the token to the routes that want it, and to no other', async () => {
    const { asked, client } = clientOf(200, {});
    await client.health();
    await client.gates();
    expect(asked).toEqual([
      { url: 'http://h:1/health', method: 'GET', headers: {} },
      { url: 'http://h:1/api/gates', method: 'GET', headers: { authorization: 'Bearer T' } },
    ]);
  });

  it('encodes what it puts into a URL', async () => {
    const { asked, client } = clientOf(200, { events: [] });
    await client.events({ gate: 'a&b', limit: 5 });
    await client.event('../x');
    expect(asked.map(({ url }) => url)).toEqual([
      'http://h:1/api/events?gate=a%26b&limit=5',
      'http://h:1/api/events/..%2Fx',
    ]);
  });

  it('gives undefined for an event that is not there, and what a draining gateway says', async () => {
    expect(await clientOf(404, { error: 'x' }).client.event('a')).toBeUndefined();
    expect(await clientOf(503, { status: 'draining' }).client.ready()).toEqual({ status: 'draining' });
  });

  it('rejects with the status and the server’s words, without the token', async () => {
    const error: unknown = await clientOf(401, { error: 'a bearer token is required' })
      .client.gates()
      .catch((e) => e);
    expect(error).toBeInstanceOf(AdminError);
    expect(error).toMatchObject({
      status: 401,
      message: 'the admin API answered 401: a bearer token is required',
    });
  });
});

describe('routePath', () => {
  it('wants every parameter', () => {
    expect(routePath('event', { id: 'a b' })).toBe('/api/events/a%20b');
    expect(() => routePath('event')).toThrow('id');
    expect(Object.values(ROUTES).every(({ path }) => path.startsWith('/'))).toBe(true);
  });
});
