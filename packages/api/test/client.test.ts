import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  ADMIN_LISTENER_NAME,
  AdminError,
  createAdminClient,
  createClient,
  type EventPage,
  type FetchLike,
  ID_TEXT,
  LISTENER_HEADER,
  problemView,
  ROUTES,
  type RouteTable,
} from '../src/index.ts';

/** What an admin listener’s answers have. */
const ADMIN = new Headers({ [LISTENER_HEADER]: ADMIN_LISTENER_NAME });

function answering(status: number, value: unknown) {
  const asked: (Parameters<FetchLike>[1] & { readonly url: string })[] = [];
  const fetch: FetchLike = async (url, init) => {
    asked.push({ url, ...init });
    return {
      status,
      headers: ADMIN,
      json: async () => value,
      text: async () => String(value),
      arrayBuffer: async () => new ArrayBuffer(0),
    };
  };
  return { asked, options: { baseUrl: 'http://h:1/', token: 'T', fetch } };
}

function clientOf(status: number, value: unknown) {
  const { asked, options } = answering(status, value);
  return { asked, client: createAdminClient(options) };
}

describe('the admin client', () => {
  it('sends the token to the routes that want it, and to no other', async () => {
    const { asked, client } = clientOf(200, {});
    await client.call('health');
    await client.call('gates');
    expect(asked).toEqual([
      { url: 'http://h:1/health', method: 'GET', headers: {} },
      { url: 'http://h:1/api/gates', method: 'GET', headers: { authorization: 'Bearer T' } },
    ]);
  });

  it('encodes what it puts into a URL', async () => {
    const { asked, client } = clientOf(200, { events: [] });
    const page = await client.call('events', { gate: 'a&b', before: undefined, limit: 5 });
    expectTypeOf(page).toEqualTypeOf<EventPage>();
    await client.call('event', { id: '../x' });
    expect(asked.map(({ url }) => url)).toEqual([
      'http://h:1/api/events?gate=a%26b&limit=5',
      'http://h:1/api/events/..%2Fx',
    ]);
  });

  it('takes no reply that is cut off or no JSON for one; a failure without a reason it tells by its status', async () => {
    const clientAt = (status: number) =>
      createAdminClient({
        ...answering(status, undefined).options,
        fetch: async () => new Response('{"events":[', { status, headers: ADMIN }),
      });
    await expect(clientAt(200).call('events')).rejects.toThrow(
      'the admin API answered 200, and what came is not JSON',
    );
    await expect(clientAt(502).call('events')).rejects.toThrow('the admin API answered 502: no reason given');
  });

  it.each(['.', '..'])('sends no segment that a URL resolves: %s', async (id) => {
    const { asked, client } = clientOf(200, {});
    await expect(client.call('event', { id })).rejects.toThrow(`takes no "${id}" as "id"`);
    expect(asked).toEqual([]);
  });

  it('takes no input but the route’s, and all of it', async () => {
    const { asked, client } = clientOf(200, {});
    // @ts-expect-error the route needs an id
    await expect(client.call('event')).rejects.toThrow('the route /api/events/:id needs "id"');
    // @ts-expect-error there is no such name
    await client.call('events', { limt: 5 });
    // @ts-expect-error a limit is a number
    await client.call('events', { limit: '5' });
    // @ts-expect-error there is no such route
    await expect(client.call('event s')).rejects.toThrow(TypeError);
    expect(asked).toHaveLength(2);
  });

  it('gives what a draining gateway says', async () => {
    expect(await clientOf(503, { status: 'draining' }).client.call('ready')).toEqual({ status: 'draining' });
  });

  it('rejects with status, code and the server’s words, without the token', async () => {
    const { client } = clientOf(401, problemView('token-required', 'the request has no token'));
    const error: unknown = await client.call('gates').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AdminError);
    expect(error).toMatchObject({
      status: 401,
      code: 'token-required',
      message: 'the admin API answered 401: the request has no token',
    });
  });

  it.each([undefined, null, 'text', { detail: 1, code: 'toString' }])(
    'names the status where an answer is not the admin API’s: %j',
    async (value) => {
      await expect(clientOf(502, value).client.call('gates')).rejects.toMatchObject({
        code: undefined,
        message: 'the admin API answered 502: no reason given',
      });
    },
  );
});

it('a client of any such table sends a body where the route declares one', async () => {
  type Notes = {
    readonly write: {
      readonly params: { readonly id: string };
      readonly body: { readonly text: string; readonly stars?: number };
      readonly reply: { readonly ok: true };
    };
  };
  const routes: RouteTable<Notes> = {
    write: {
      method: 'POST',
      path: '/notes/:id',
      auth: true,
      params: { id: { ...ID_TEXT, optional: false } },
      query: {},
      body: {
        text: { ...ID_TEXT, optional: false },
        stars: { kind: 'whole-number', min: 1, max: 5, optional: true },
      },
      reply: 'json',
      statuses: [201],
      maxBodyBytes: 1_048_576,
      answers: 'that it is written',
    },
  };
  const { asked, options } = answering(201, { ok: true });
  expect(await createClient(routes, options).call('write', { id: 'a', text: 'x' })).toEqual({ ok: true });
  expect(asked).toEqual([
    {
      url: 'http://h:1/notes/a',
      method: 'POST',
      headers: { authorization: 'Bearer T', 'content-type': 'application/json' },
      body: '{"text":"x"}',
    },
  ]);
});

describe('the route table', () => {
  it.each(Object.entries(ROUTES))('%s declares the segments of its path, and no name twice', (_, route) => {
    const segments = [...route.path.matchAll(/:([a-z]+)/gi)].map(([, name]) => name);
    expect(Object.keys(route.params)).toEqual(segments);
    const names = [route.params, route.query, route.body].flatMap((fields) => Object.keys(fields));
    expect(new Set(names).size).toBe(names.length);
  });

  it('has no method and path twice', () => {
    const all = Object.values(ROUTES).map(
      ({ method, path }) => `${method} ${path.replace(/:[a-z]+/gi, ':')}`,
    );
    expect(new Set(all).size).toBe(all.length);
  });
});
