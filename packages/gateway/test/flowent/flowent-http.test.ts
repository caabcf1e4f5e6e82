import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { Secret } from '../../src/config/secret.ts';
import { createFlowentClient } from '../../src/flowent/flowent-client.ts';
import {
  API_TOKEN,
  type Asked,
  action,
  DAY,
  failureOf,
  HOUR,
  NOW,
  startClient,
  startPlatform,
  type Told,
} from './platform.ts';

const LIST: Told = { body: { actions: [action()] } };

/** A client of a platform that answers as told, one after the other; the last answer stays. */
async function told(...answers: readonly [Told, ...Told[]]) {
  const platform = await startPlatform({
    answer: (_, count) => answers[count - 1] ?? answers.at(-1) ?? LIST,
  });
  // What answers may take its time: this machine does more than one thing.
  const hangs = answers.some((answer) => answer === 'hang' || answer === 'hang-in-body');
  return { platform, ...startClient(platform.url, { timeoutMs: hangs ? 500 : 10_000 }) };
}

describe('another try', () => {
  it.each([
    ['500', { status: 500 }],
    ['502 with a page', { status: 502, body: '<html>bad gateway</html>' }],
    ['429', { status: 429 }],
    ['a connection that breaks', 'break'],
    ['no answer in time', 'hang'],
    ['no whole answer in time', 'hang-in-body'],
  ] satisfies [string, Told][])('is made after %s, twice', async (_, failure) => {
    const { api, platform, waits } = await told(failure, failure, LIST);
    expect(await api.list()).toEqual([action()]);
    expect(platform.calls()).toHaveLength(3);
    expect(waits).toEqual([500, 1_000]);
  });

  it('comes after an exponential back-off with full jitter, four tries in all', async () => {
    for (const [random, expected] of [
      [0, [0, 0, 0]],
      [0.25, [250, 500, 1_000]],
      [0.999, [999, 1_998, 3_996]],
    ] as const) {
      const platform = await startPlatform({ answer: () => ({ status: 500, body: { error: 'oops' } }) });
      const { api, waits } = startClient(platform.url, { random: () => random });
      await expect(api.list()).rejects.toMatchObject({
        code: 'unavailable',
        status: 500,
        message: 'GET /actions was answered 500: oops (try 4)',
        remedy: 'Check that the platform is up and can be reached from here.',
      });
      expect(waits).toEqual(expected);
    }
  });

  it.each([400, 403, 404, 409, 418])('is not made after %d', async (status) => {
    const { api, platform, waits } = await told({ status });
    await failureOf(api.update('send_email', { description: 'x' }));
    expect(platform.calls()).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('of the exchange is made too', async () => {
    const platform = await startPlatform({
      exchange: (_, count) =>
        count < 3 ? { status: 503 } : { body: { jwt_token: 'jwt', token_type: 'bearer', expires_in: 60 } },
    });
    const { api, waits } = startClient(platform.url);
    expect(await api.list()).toEqual([]);
    expect(waits).toEqual([500, 1_000]);
  });

  it('waits by a timer, unless told otherwise', async () => {
    const platform = await startPlatform({
      answer: (_, count) => (count < 4 ? { status: 500 } : { body: { actions: [] } }),
    });
    const apiToken = new Secret(API_TOKEN);
    // No part of the back-off: the timers end at once.
    const api = createFlowentClient({ apiUrl: platform.url, apiToken, random: () => 0 });
    expect(await api.list()).toEqual([]);
    expect(platform.calls()).toHaveLength(4);
  });

  it('is as often as told', async () => {
    const platform = await startPlatform({ answer: () => ({ status: 500 }) });
    const { api } = startClient(platform.url, { maxTries: 1 });
    await expect(api.list()).rejects.toMatchObject({ message: 'GET /actions was answered 500' });
    expect(platform.calls()).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  it.each([
    ['seconds', '7', 7_000],
    ['a date', new Date(NOW + 9_000).toUTCString(), 9_000],
    ['60 seconds', '60', 60_000],
    ['a date that has passed', new Date(NOW - 9_000).toUTCString(), 500],
    ['less than the back-off', '0', 500],
    ['nonsense', 'soon', 500],
  ])('of %s is honoured', async (_, retryAfter, waited) => {
    for (const status of [429, 503]) {
      const { api, waits } = await told({ status, headers: { 'retry-after': retryAfter } }, LIST);
      expect(await api.list()).toEqual([action()]);
      expect(waits).toEqual([waited]);
    }
  });

  it.each([
    ['61', 61_000],
    ['1800', 1_800_000],
    [new Date(NOW + HOUR).toUTCString(), HOUR],
  ])('of more than a minute (%s) is not waited for: it says when to come back', async (retryAfter, ms) => {
    const headers = { 'retry-after': retryAfter };
    const { api, platform, waits } = await told({ status: 429, headers, body: { error: 'slow down' } });
    await expect(api.list()).rejects.toMatchObject({
      code: 'rate-limited',
      status: 429,
      retryAfterMs: ms,
      message: 'GET /actions was answered 429: slow down',
      remedy: expect.stringContaining(`Come back at ${new Date(NOW + ms).toISOString()}.`),
    });
    expect(platform.calls()).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('beyond all bounds is no crash', async () => {
    const { api } = await told({ status: 429, headers: { 'retry-after': '9'.repeat(400) } });
    await expect(api.list()).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 366 * DAY });
  });
});

describe('a platform that cannot be reached', () => {
  it('is `unavailable`, with the reason', async () => {
    const platform = await startPlatform();
    await platform.close();
    const { api } = startClient(platform.url);
    await expect(api.list()).rejects.toMatchObject({
      code: 'unavailable',
      status: undefined,
      message: 'POST /token/exchange had no answer (ECONNREFUSED) (try 4)',
    });
  });

  it('a platform that does not answer in time is `timeout`, with the time', async () => {
    const { api } = await told('hang-in-body');
    await expect(api.list()).rejects.toMatchObject({
      code: 'timeout',
      message: 'GET /actions had no whole answer within 500 ms (try 4)',
    });
  });
});

describe('an answer that is not what the API’s description says', () => {
  it.each([
    ['no JSON', 'hello', 'no JSON'],
    ['half of JSON', '{"actions":[', 'no JSON'],
    ['nothing', '', 'no JSON'],
    ['no UTF-8', Buffer.from('{"actions":[],"x":"\xff"}', 'latin1'), 'no JSON'],
    ['a list', [], 'the answer is not an object'],
    ['null', 'null', 'the answer is not an object'],
    ['no actions', {}, 'actions is not a list'],
    ['an action that is none', { actions: [action(), 7] }, 'actions[1] is not an object'],
    [
      'an action without a name',
      { actions: [{ ...action(), name: undefined }] },
      'actions[0].name is not text',
    ],
    [
      'a number for a text',
      { actions: [{ ...action(), webhook_url: 7 }] },
      'actions[0].webhook_url is not text',
    ],
    [
      'a text for a schema',
      { actions: [{ ...action(), json_schema: '{}' }] },
      'actions[0].json_schema is not an object',
    ],
    ['more than 4 MiB', ' '.repeat(4_194_305), 'more than 4 MiB'],
  ])('%s is `malformed-answer`, at once', async (_, body, problem) => {
    const { api, platform } = await told({ body });
    await expect(api.list()).rejects.toMatchObject({
      code: 'malformed-answer',
      message: `GET /actions was answered with something else than described: ${problem}`,
      remedy: expect.stringContaining('Compare the API URL'),
    });
    expect(platform.calls()).toHaveLength(1);
  });

  it('is so too where 20 KB unfold to 20 MB', async () => {
    const body = gzipSync(' '.repeat(20_000_000));
    const { api } = await told({ headers: { 'content-encoding': 'gzip' }, body });
    await expect(api.list()).rejects.toMatchObject({ code: 'malformed-answer' });
  });

  it('takes 4 MiB, members that it does not know, and Go’s null for an empty list', async () => {
    const text = JSON.stringify({ actions: [{ ...action(), extra: 1 }], total: 1 });
    expect(await (await told({ body: text.padEnd(4_194_304) })).api.list()).toEqual([action()]);
    expect(await (await told({ body: { actions: null } })).api.list()).toEqual([]);
  });

  it('is a redirect, which is not followed', async () => {
    const elsewhere = await startPlatform();
    const { api } = await told({ status: 307, headers: { location: `${elsewhere.url}/actions` } });
    await expect(api.list()).rejects.toMatchObject({
      code: 'malformed-answer',
      status: 307,
      message: 'GET /actions was answered 307, a redirect, which is not followed',
    });
    expect(elsewhere.asked).toEqual([]);
  });

  it('is a 404 for what is always there: `get` does not take it for an action that is not', async () => {
    const platform = await startPlatform({
      exchange: () => ({ status: 404 }),
      answer: () => ({ status: 404 }),
    });
    const { api } = startClient(platform.url);
    await expect(api.get('send_email')).rejects.toMatchObject({ code: 'malformed-answer', status: 404 });
    await expect((await told({ status: 404 })).api.list()).rejects.toMatchObject({
      code: 'malformed-answer',
    });
  });

  it.each([
    ['no token', { jwt_token: undefined }, 'jwt_token is not text'],
    ['an empty token', { jwt_token: '' }, 'jwt_token is empty, or cannot be sent in a header'],
    [
      'a token of two lines',
      { jwt_token: 'hidden\nhidden' },
      'jwt_token is empty, or cannot be sent in a header',
    ],
    ['another type', { token_type: 'MAC' }, 'token_type is not Bearer'],
    ['no life', { expires_in: undefined }, 'expires_in is not a number of seconds'],
    ['a life of nothing', { expires_in: 0 }, 'expires_in is not a number of seconds'],
    ['a life in words', { expires_in: '86400' }, 'expires_in is not a number of seconds'],
    ['a life beyond all dates', { expires_in: 1e300 }, 'expires_in is not a number of seconds'],
  ])('is an exchange that gives %s', async (_, changes, problem) => {
    const platform = await startPlatform({
      exchange: () => ({ body: { jwt_token: 'jwt', token_type: 'Bearer', expires_in: 86_400, ...changes } }),
    });
    await expect(startClient(platform.url).api.list()).rejects.toMatchObject({
      code: 'malformed-answer',
      message: `POST /token/exchange was answered with something else than described: ${problem}`,
    });
    expect(platform.calls()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are in no error, whatever the platform says and wherever it breaks', async () => {
    const jwt = 'jwt-1-of-the-platform';
    const echo = `${'x'.repeat(290)}${API_TOKEN} and ${jwt}, again ${API_TOKEN}`;
    const exchanges: Told[] = [
      { status: 401, body: { error: echo } },
      { status: 500, body: { error: API_TOKEN } },
      { body: `{"jwt_token":"${jwt}` },
      { body: { jwt_token: `${jwt}\n${API_TOKEN}`, token_type: 'Bearer', expires_in: 60 } },
    ];
    for (const exchange of exchanges) {
      const platform = await startPlatform({ exchange: () => exchange });
      const error = await failureOf(startClient(platform.url).api.list());
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/api-token-of|of-the-platform/);
    }
    const answers: ((asked: Asked) => Told)[] = [
      ({ headers }) => ({ status: 401, body: { error: `bad token: ${headers.authorization}` } }),
      ({ headers }) => ({ status: 403, body: { error: `bad token: ${headers.authorization}` } }),
      () => ({ status: 400, body: { error: echo } }),
      ({ headers }) => ({ body: `{"actions":"${headers.authorization}` }),
      () => 'break',
      () => 'hang',
    ];
    for (const answer of answers) {
      const platform = await startPlatform({ answer });
      const { api } = startClient(platform.url, { timeoutMs: 200 });
      const error = await failureOf(api.list());
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/api-token-of|of-the-platform/);
    }
  });

  it('leave a mark where they stood', async () => {
    const { api } = await told({ status: 403, body: { error: `${API_TOKEN} may not` } });
    expect((await failureOf(api.list())).message).toBe('GET /actions was answered 403: [secret] may not');
  });
});

describe('the calls of an hour', () => {
  it('are counted, every try and the exchange too, and refused here before the platform would', async () => {
    const platform = await startPlatform({
      answer: (_, count) => (count === 3 ? { status: 500 } : { body: { actions: [] } }),
    });
    const { api, clock, waits } = startClient(platform.url, { maxCallsAnHour: 10 });
    for (let n = 0; n < 8; n++) {
      await api.list();
      clock.nowMs += 60_000;
    }
    expect(platform.asked).toHaveLength(10);
    const freeMs = NOW + HOUR;
    await expect(api.list()).rejects.toMatchObject({
      code: 'rate-limited',
      status: undefined,
      retryAfterMs: freeMs - clock.nowMs,
      message: 'GET /actions was not sent: the calls of this hour are used up',
      remedy: expect.stringContaining(`Come back at ${new Date(freeMs).toISOString()}.`),
    });
    expect(waits).toEqual([500]);

    clock.nowMs = freeMs;
    await api.list();
    await api.list();
    await expect(api.list()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(platform.asked).toHaveLength(12);
  });

  it.skipIf(!isLong)(`are 1,000 unless told otherwise${longReason}`, async () => {
    const platform = await startPlatform();
    const { api } = startClient(platform.url);
    const lists: PromiseSettledResult<unknown>[] = [];
    // Some at a time: a thousand connections at once may take longer than a call may.
    while (lists.length < 1_010)
      lists.push(...(await Promise.allSettled(Array.from({ length: 101 }, () => api.list()))));
    expect(lists.filter(({ status }) => status === 'fulfilled')).toHaveLength(999);
    expect(platform.asked).toHaveLength(1_000);
  });
});

describe('a signal', () => {
  it('ends what is in flight with its reason, and refuses what comes after', async () => {
    const stop = new AbortController();
    const reason = new Error('the gateway stops');
    const arrived = Promise.withResolvers<void>();
    const hanging = await startPlatform({
      answer: () => {
        arrived.resolve();
        return 'hang';
      },
    });
    const inCall = startClient(hanging.url, { signal: stop.signal });
    const calling = failureOf(inCall.api.list());
    await arrived.promise;
    stop.abort(reason);
    expect(await calling).toBe(reason);
    expect(await failureOf(inCall.api.list())).toBe(reason);
    expect(hanging.calls()).toHaveLength(1);
  });

  it('ends an exchange in flight', async () => {
    const stop = new AbortController();
    const reason = new Error('the gateway stops');
    const arrived = Promise.withResolvers<void>();
    const platform = await startPlatform({
      exchange: () => {
        arrived.resolve();
        return 'hang';
      },
    });
    const { api } = startClient(platform.url, { signal: stop.signal });
    const calling = failureOf(api.list());
    await arrived.promise;
    stop.abort(reason);
    expect(await calling).toBe(reason);
  });

  it('ends a wait between two tries', async () => {
    const stop = new AbortController();
    const reason = new Error('the gateway stops');
    const platform = await startPlatform({ answer: () => ({ status: 500 }) });
    const { api } = startClient(platform.url, {
      signal: stop.signal,
      wait: async (_, signal) => {
        queueMicrotask(() => stop.abort(reason));
        // As the default does it, with a time that no test would wait for.
        await delay(HOUR, undefined, { signal });
      },
    });
    expect(await failureOf(api.list())).toBe(reason);
    expect(platform.calls()).toHaveLength(1);
  });
});
