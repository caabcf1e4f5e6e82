import { SetupError } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { createFlowentClient } from '../../src/flowent/flowent-client.ts';
import { API_TOKEN, type Asked, action, DAY, failureOf, startClient, startPlatform } from './platform.ts';

const { name, description, webhook_url, json_schema } = action();
const draft = { name, description, webhook_url, json_schema };

describe('the five calls', () => {
  it('list: GET /actions, with the exchanged token', async () => {
    const actions = [action(), action({ name: 'create_user' })];
    const platform = await startPlatform({ answer: () => ({ body: { actions } }) });
    const { api } = startClient(`${platform.url}/`);
    expect(await api.list()).toEqual(actions);
    expect(platform.asked.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'POST', path: '/token/exchange', body: { api_token: API_TOKEN } },
      { method: 'GET', path: '/actions', body: undefined },
    ]);
    expect(platform.asked[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(platform.asked[0]?.headers).not.toHaveProperty('authorization');
    expect(platform.asked[1]?.headers).toMatchObject({
      authorization: `Bearer ${platform.issued[0]}`,
      accept: 'application/json',
    });
  });

  it('get: GET /actions/{name}; undefined for 404', async () => {
    const platform = await startPlatform({
      answer: ({ path }) =>
        path === '/actions/send_email'
          ? { body: { action: action() } }
          : { status: 404, body: { error: 'action not found' } },
    });
    const { api } = startClient(platform.url);
    expect(await api.get('send_email')).toEqual(action());
    expect(await api.get('other')).toBeUndefined();
  });

  it('create: POST /actions with the four members and no other', async () => {
    const platform = await startPlatform({ answer: () => ({ status: 201, body: { action: action() } }) });
    const { api } = startClient(platform.url);
    expect(await api.create(action())).toEqual(action());
    expect(platform.asked[1]).toMatchObject({ method: 'POST', path: '/actions' });
    expect(platform.asked[1]?.body).toEqual(draft);
  });

  it('update: PUT /actions/{name} with what changes', async () => {
    const changed = action({ description: 'Sends one email.' });
    const platform = await startPlatform({ answer: () => ({ body: { action: changed } }) });
    const { api } = startClient(platform.url);
    expect(await api.update('send_email', { description: 'Sends one email.' })).toEqual(changed);
    expect(platform.asked[1]).toMatchObject({ method: 'PUT', path: '/actions/send_email' });
    expect(platform.asked[1]?.body).toEqual({ description: 'Sends one email.' });
  });

  it('delete: DELETE /actions/{name}; 404 is `not-found`', async () => {
    const platform = await startPlatform({
      answer: (_, count) =>
        count === 1 ? { body: { message: 'deleted' } } : { status: 404, body: { error: 'action not found' } },
    });
    const { api } = startClient(platform.url);
    await api.delete('send_email');
    expect(platform.calls()).toEqual(['DELETE /actions/send_email']);
    await expect(api.delete('send_email')).rejects.toMatchObject({
      name: 'FlowentError',
      code: 'not-found',
      status: 404,
      message: 'DELETE /actions/send_email was answered 404: action not found',
      remedy: 'List the actions: none has this name any more.',
    });
  });

  it('keep below the path of the API’s address', async () => {
    const platform = await startPlatform({ exchange: () => ({ status: 404 }) });
    const { api } = startClient(`${platform.url}/api/v1/gateway/`);
    await failureOf(api.list());
    expect(platform.asked.map(({ path }) => path)[0]).toBe('/api/v1/gateway/token/exchange');
  });

  it('encode the name into the path, and refuse one that would change the path', async () => {
    const platform = await startPlatform({ answer: () => ({ status: 404 }) });
    const { api } = startClient(platform.url);
    for (const odd of ['a/../b', 'a?b#c', '%2e%2e', 'é ', '...', '.a']) await api.get(odd);
    expect(platform.calls()).toEqual([
      'GET /actions/a%2F..%2Fb',
      'GET /actions/a%3Fb%23c',
      'GET /actions/%252e%252e',
      'GET /actions/%C3%A9%20',
      'GET /actions/...',
      'GET /actions/.a',
    ]);
    for (const none of ['', '.', '..', '\ud800']) {
      await expect(api.get(none)).rejects.toMatchObject({ code: 'invalid' });
      await expect(api.update(none, {})).rejects.toMatchObject({ code: 'invalid' });
      await expect(api.delete(none)).rejects.toMatchObject({ code: 'invalid' });
    }
    expect(platform.calls()).toHaveLength(6);
  });
});

describe('the token', () => {
  it('is exchanged once for 100 concurrent first calls', async () => {
    const platform = await startPlatform();
    const { api } = startClient(platform.url);
    await Promise.all(Array.from({ length: 100 }, () => api.list()));
    expect(platform.exchanges()).toHaveLength(1);
    expect(platform.calls()).toHaveLength(100);
  });

  it('is renewed by the first call after 80 % of its life', async () => {
    const platform = await startPlatform();
    let renewed = Promise.withResolvers<void>();
    const cache = { load: async () => undefined, save: async () => renewed.resolve() };
    const { api, clock } = startClient(platform.url, { random: () => 0, cache });
    const usedToken = async (): Promise<string | undefined> => {
      await api.list();
      return platform.asked.findLast(({ path }) => path === '/actions')?.headers.authorization;
    };
    await api.list();
    clock.nowMs += 0.8 * DAY - 1;
    await api.list();
    expect(platform.exchanges()).toHaveLength(1);

    clock.nowMs += 1;
    renewed = Promise.withResolvers();
    expect(await usedToken()).toBe(`Bearer ${platform.issued[0]}`);
    await renewed.promise;
    expect(await usedToken()).toBe(`Bearer ${platform.issued[1]}`);
    expect(platform.exchanges()).toHaveLength(2);
  });

  it('that is refused is exchanged once for 50 concurrent calls, and all of them succeed', async () => {
    let revoked = '';
    const platform = await startPlatform({
      answer: ({ headers }) =>
        headers.authorization === revoked
          ? { status: 401, body: { error: 'token expired' } }
          : { body: { actions: [action()] } },
    });
    const { api, clock, waits } = startClient(platform.url);
    await api.list();
    revoked = `Bearer ${platform.issued[0]}`;
    clock.nowMs += DAY / 2;
    const lists = await Promise.all(Array.from({ length: 50 }, () => api.list()));
    expect(lists).toEqual(Array.from({ length: 50 }, () => [action()]));
    expect(platform.exchanges()).toHaveLength(2);
    expect(waits).toEqual([]);
  });

  it('that is refused twice is `unauthorized`, after one exchange more', async () => {
    const platform = await startPlatform({
      answer: () => ({ status: 401, body: { error: 'no such tenant' } }),
    });
    const { api } = startClient(platform.url);
    await expect(api.list()).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
      message: 'GET /actions was answered 401: no such tenant',
      remedy: 'Compare the API token with the one in the platform’s admin panel; make a new one there.',
    });
    expect(platform.exchanges()).toHaveLength(2);
    expect(platform.calls()).toHaveLength(2);
    for (let n = 0; n < 20; n++) await expect(api.list()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(platform.exchanges().length).toBeLessThan(5);
  });

  it.each([400, 401, 403])(
    'that is not given (%d) is `unauthorized`, and is not asked for again at once',
    async (status) => {
      const platform = await startPlatform({
        exchange: () => ({ status, body: { error: 'invalid api token' } }),
      });
      const { api, clock } = startClient(platform.url);
      for (let n = 0; n < 20; n++) {
        await expect(api.list()).rejects.toMatchObject({
          code: 'unauthorized',
          status,
          message: `POST /token/exchange was answered ${status}: invalid api token`,
          remedy: expect.stringContaining('admin panel'),
        });
      }
      expect(platform.exchanges()).toHaveLength(1);
      clock.nowMs += 1_000;
      await failureOf(api.list());
      expect(platform.exchanges()).toHaveLength(2);
      expect(platform.calls()).toEqual([]);
    },
  );

  it('of a platform that is down for an hour is asked for a bounded number of times', async () => {
    const platform = await startPlatform({ exchange: () => ({ status: 503 }) });
    const { api, clock } = startClient(platform.url, { wait: async () => {} });
    for (const end = clock.nowMs + 3_600_000; clock.nowMs < end; clock.nowMs += 10_000) {
      const calls = [api.list(), api.list(), api.list()];
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ reason: { code: 'unavailable', status: 503 } });
      }
    }
    // 4 tries each, some 20 log-ins: of the 1,080 calls none did more.
    expect(platform.exchanges().length).toBeLessThan(25 * 4);
    expect(platform.exchanges().length).toBeGreaterThan(10 * 4);
  });

  it.each([DAY, -DAY])('survives a clock that jumps by %d ms with one exchange', async (jumpMs) => {
    const platform = await startPlatform();
    const { api, clock } = startClient(platform.url);
    await api.list();
    clock.nowMs += jumpMs;
    await Promise.all(Array.from({ length: 20 }, () => api.list()));
    expect(platform.exchanges()).toHaveLength(2);
    const after = platform.asked.slice(-20).map(({ headers }) => headers.authorization);
    expect(new Set(after)).toEqual(new Set([`Bearer ${platform.issued[1]}`]));
  });
});

describe('a lost answer', () => {
  /** A platform with one place for an action, that loses its answers as told. */
  async function startForgetful(
    lose: (asked: Asked, count: number) => 'break' | 'hang' | 500 | 429 | undefined,
    stored: ReturnType<typeof action> = action(),
  ) {
    let held: ReturnType<typeof action> | undefined;
    return startPlatform({
      answer: (asked, count) => {
        const lost = lose(asked, count);
        if (lost === 429) return { status: 429 };
        const existing = held;
        if (asked.method === 'POST') held ??= stored;
        if (asked.method === 'DELETE') held = undefined;
        if (lost === 500) return { status: 500 };
        if (lost !== undefined) return lost;
        if (asked.method === 'GET' || asked.method === 'DELETE') {
          return existing === undefined ? { status: 404, body: {} } : { body: { action: existing } };
        }
        return existing === undefined
          ? { status: 201, body: { action: stored } }
          : { status: 409, body: { error: 'action already exists' } };
      },
    });
  }

  it.each(['break', 'hang', 500] as const)(
    'to a create (%s) is made good: 409 on the next try, and the stored action is ours',
    async (how) => {
      // Stored with its members in another order, as a database may.
      const reordered = { properties: json_schema['properties'], type: 'object' };
      const platform = await startForgetful(
        (_, count) => (count === 1 ? how : undefined),
        action({ json_schema: reordered }),
      );
      const { api } = startClient(platform.url, { timeoutMs: how === 'hang' ? 100 : 10_000 });
      expect(await api.create(draft)).toEqual(action());
      expect(platform.calls()).toEqual(['POST /actions', 'POST /actions', 'GET /actions/send_email']);
    },
  );

  it.each([
    ['description', action({ description: 'Another one.' })],
    ['webhook_url', action({ webhook_url: 'https://other.example.com' })],
    ['json_schema', action({ json_schema: { type: 'object' } })],
  ])('to a create is `conflict` where the stored %s is not ours', async (_, stored) => {
    const platform = await startForgetful((_, count) => (count === 1 ? 500 : undefined), stored);
    const { api } = startClient(platform.url);
    await expect(api.create(draft)).rejects.toMatchObject({ code: 'conflict', status: 409 });
  });

  it('is none where the first try is answered 409, or the tries before were refused for haste', async () => {
    for (const refused of [0, 1, 2]) {
      const platform = await startPlatform({
        answer: ({ method }, count) => {
          if (method === 'GET') return { body: { action: action() } };
          return { status: count <= refused ? 429 : 409, body: { error: 'action already exists' } };
        },
      });
      const { api } = startClient(platform.url);
      await expect(api.create(draft)).rejects.toMatchObject({
        code: 'conflict',
        status: 409,
        message: expect.stringContaining('action already exists'),
        remedy: 'Update the action that has this name, or take another name.',
      });
      expect(platform.calls()).toHaveLength(refused + 1);
    }
  });

  it('to a create counts across a renewal of the token', async () => {
    const platform = await startPlatform({
      answer: ({ method }, count) => {
        if (method === 'GET') return { body: { action: action() } };
        return { status: [500, 401, 409][count - 1] ?? 500 };
      },
    });
    const { api } = startClient(platform.url);
    expect(await api.create(draft)).toEqual(action());
    expect(platform.exchanges()).toHaveLength(2);
  });

  it('to a delete is made good: 404 on the next try', async () => {
    const platform = await startForgetful((_, count) => (count === 2 ? 'break' : undefined));
    const { api } = startClient(platform.url);
    await api.create(draft);
    await api.delete('send_email');
    expect(platform.calls().slice(1)).toEqual(['DELETE /actions/send_email', 'DELETE /actions/send_email']);
  });

  it('that stays lost says that the change may have been made', async () => {
    const platform = await startForgetful(() => 'break');
    const { api } = startClient(platform.url);
    await expect(api.create(draft)).rejects.toMatchObject({
      code: 'unavailable',
      remedy: expect.stringContaining('The change may have been made all the same'),
    });
    expect(platform.calls()).toHaveLength(4);
  });
});

describe('what the platform does not take', () => {
  it.each([
    [
      'action validation failed: webhook returned 502',
      'validation-failed',
      'The platform could not test https://actions.example.com/actions/send_email. Is it reachable from there, and does the gateway run with this action?',
    ],
    ['description is too long', 'invalid', 'Change what the platform’s words name, then try again.'],
  ])('400 %j is `%s`', async (error, code, remedy) => {
    const platform = await startPlatform({ answer: () => ({ status: 400, body: { error } }) });
    const { api } = startClient(platform.url);
    const message = `POST /actions was answered 400: ${error}`;
    await expect(api.create(draft)).rejects.toMatchObject({ code, status: 400, message, remedy });
    await expect(api.update('send_email', draft)).rejects.toMatchObject({ code });
    expect(platform.calls()).toHaveLength(2);
  });

  it.each([413, 422])('%d is `invalid`', async (status) => {
    const platform = await startPlatform({ answer: () => ({ status }) });
    const { api } = startClient(platform.url);
    await expect(api.create(draft)).rejects.toMatchObject({ code: 'invalid', status });
  });

  it('shows the platform’s words on one line, at most 300 characters, controls visible', async () => {
    const error = `one\ntwo\u001b[31m\u202e${'x'.repeat(2_000)}`;
    const platform = await startPlatform({ answer: () => ({ status: 422, body: { error } }) });
    const { message } = await failureOf(startClient(platform.url).api.create(draft));
    expect(message).toMatch(/^POST \/actions was answered 422: one\\u000atwo\\u001b\[31m\\u202exxx.*x…$/);
    expect(message.length).toBe('POST /actions was answered 422: '.length + 300);
  });
});

describe('the set-up', () => {
  const create = (apiUrl: string, apiToken = 'token') =>
    createFlowentClient({ apiUrl, apiToken: new Secret(apiToken) });

  it.each([
    'https://flowent.example/api',
    'http://localhost:1/x',
    'http://127.0.0.1',
    'http://127.8.8.8:99',
    'http://[::1]:9/',
  ])('takes %s', (apiUrl) => {
    expect(create(apiUrl)).toBeDefined();
  });

  it.each([
    ['http://flowent.example/api', /clear.*Use https/],
    ['http://10.0.0.1', /clear/],
    ['http://127.0.0.1.example', /clear/],
    ['http://localhost.example', /clear/],
    ['http://[::2]', /clear/],
    ['ftp://flowent.example', /not an http or https/],
    ['flowent.example', /not an http or https/],
    ['', /not an http or https/],
    ['https://user:pass@flowent.example', /credentials/],
    ['https://flowent.example?a=b', /query/],
    ['https://flowent.example#a', /fragment/],
    ['https://169.254.169.254/api', /is a cloud’s metadata service/],
    ['https://[::ffff:169.254.169.254]/api', /is a cloud’s metadata service/],
  ])('refuses %s', (apiUrl, message) => {
    expect(() => create(apiUrl)).toThrow(SetupError);
    expect(() => create(apiUrl)).toThrow(message);
  });

  it.each([
    ['', /apiToken: is empty. Copy it again from the platform’s admin panel/],
    ['secret-token\n', /white space/],
  ])('refuses the API token %j, without quoting it', (apiToken, message) => {
    expect(() => create('https://flowent.example', apiToken)).toThrow(message);
    expect(() => create('https://flowent.example', apiToken)).not.toThrow(/secret-token/);
  });
});
