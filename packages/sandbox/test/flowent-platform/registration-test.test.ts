import { describe, expect, it } from 'vitest';
import type { FlowentPlatformOptions } from '../../src/flowent-platform/model.ts';
import { type Answer, goodAnswer, startActionServer } from './action-server.ts';
import { clientOf, draft, KEY, NOW_MS, passingFetch, startPlatform } from './support.ts';

/** Registers `send_email` with a server that answers so. */
async function register(answer: () => Answer, options: FlowentPlatformOptions = {}) {
  const server = await startActionServer(KEY, answer);
  const platform = await startPlatform(options);
  const client = await clientOf(platform);
  const { status, body } = await client('POST', '/actions', draft('send_email', server.url));
  return { status, error: body['error'], platform };
}

const PASSED = '{"result":"Test successful for action: send_email","error":""}';

describe('the registration test', () => {
  it.each(['unsigned', 'signed'] as const)(
    'is sent to the webhook before it is registered, %s',
    async (how) => {
      const server = await startActionServer(KEY);
      const client = await clientOf(await startPlatform({ testSigned: how }));
      expect((await client('POST', '/actions', draft('send_email', server.url))).status).toBe(201);
      expect(server.arrived).toEqual([
        {
          path: '/actions/send_email',
          contentType: 'application/json',
          signature: how === 'signed' ? 'good' : 'none',
          body: {
            action_name: 'send_email',
            parameters: {},
            timestamp: NOW_MS / 1000,
            test: true,
            ...(how === 'signed' ? { signature: expect.stringMatching(/^[0-9a-f]{64}$/) } : {}),
          },
        },
      ]);
    },
  );

  it('is unsigned unless told otherwise', async () => {
    const server = await startActionServer(KEY);
    await (await clientOf(await startPlatform()))('POST', '/actions', draft('send_email', server.url));
    expect(server.arrived.map(({ signature }) => signature)).toEqual(['none']);
  });

  it.each([200, 201, 202])('is passed by status %d and the expected JSON', async (status) => {
    expect(await register(() => ({ status, body: PASSED }))).toMatchObject({ status: 201 });
  });

  const result = 'the webhook\'s answer must be JSON with "result": "Test successful for action: send_email"';
  it.each([
    ['a refusal', { status: 401, body: PASSED }, 'the webhook answered with status 401, not 2xx'],
    ['an error', { status: 500, body: PASSED }, 'the webhook answered with status 500, not 2xx'],
    [
      'a redirect, which is not followed',
      { status: 307, body: PASSED, location: '/actions/other' },
      'the webhook answered with status 307, not 2xx',
    ],
    ['no body', { status: 200, body: '' }, result],
    ['a page', { status: 200, body: '<h1>It works</h1>' }, result],
    ['JSON null', { status: 200, body: 'null' }, result],
    ['a text', { status: 200, body: '"Test successful for action: send_email"' }, result],
    ['another result', { status: 200, body: '{"result":"ok","error":""}' }, result],
    [
      'the result for another action',
      { status: 200, body: '{"result":"Test successful for action: x","error":""}' },
      result,
    ],
    [
      'an error beside the result',
      { status: 200, body: PASSED.replace('"error":""', '"error":"no"') },
      'the webhook\'s answer must be JSON with "error": ""',
    ],
    [
      'no word on errors',
      { status: 200, body: '{"result":"Test successful for action: send_email"}' },
      'the webhook\'s answer must be JSON with "error": ""',
    ],
    [
      'more than 1 MB',
      { status: 200, body: `${PASSED}${' '.repeat(1_048_577 - PASSED.length)}` },
      'the webhook answered more than 1048576 bytes',
    ],
  ] as const)('is failed by %s', async (_, answer, problem) => {
    const { status, error, platform } = await register(() => answer);
    expect({ status, error }).toEqual({ status: 400, error: `action validation failed: ${problem}` });
    expect(platform.actions()).toEqual([]);
  });

  it('is passed by an answer of 1 MB', async () => {
    const body = `${PASSED}${' '.repeat(1_048_576 - PASSED.length)}`;
    expect(await register(() => ({ status: 200, body }))).toMatchObject({ status: 201 });
  });

  it('is failed by a webhook that hangs', async () => {
    const { status, error } = await register(() => undefined, { webhookTimeoutMs: 50 });
    expect({ status, error }).toEqual({
      status: 400,
      error: 'action validation failed: the webhook did not answer within 50 ms',
    });
  });

  it('is failed by a webhook that is not there', async () => {
    const gone = await startPlatform();
    const webhook = new URL(gone.baseUrl).origin;
    await gone.close();
    const client = await clientOf(await startPlatform());
    const { status, body } = await client('POST', '/actions', draft('send_email', webhook));
    expect(status).toBe(400);
    expect(body['error']).toMatch(
      /^action validation failed: the webhook could not be reached: .*ECONNREFUSED/,
    );
  });

  it('is not sent for what the platform refuses anyway', async () => {
    const server = await startActionServer(KEY);
    const client = await clientOf(await startPlatform());
    await client('POST', '/actions', { ...draft('send_email', server.url), description: '' });
    expect(server.arrived).toHaveLength(0);
    await client('POST', '/actions', draft('send_email', server.url));
    await client('POST', '/actions', draft('send_email', server.url));
    expect(server.arrived).toHaveLength(1);
  });

  it('is sent again for another webhook, and only then', async () => {
    const server = await startActionServer(KEY, (call) =>
      call.path.endsWith('?bad') ? { status: 500, body: '' } : goodAnswer(call),
    );
    const platform = await startPlatform();
    const client = await clientOf(platform);
    const put = async (body: unknown) => (await client('PUT', '/actions/send_email', body)).status;
    const { webhook_url } = draft('send_email', server.url);
    await client('POST', '/actions', draft('send_email', server.url));
    expect(await put({ description: 'Changed.', json_schema: {} })).toBe(200);
    expect(await put({ webhook_url })).toBe(200);
    expect(server.arrived).toHaveLength(1);

    const before = platform.actions();
    expect(await put({ webhook_url: `${webhook_url}?bad`, description: 'Moved.' })).toBe(400);
    expect(platform.actions()).toEqual(before);
    expect(await put({ webhook_url: `${webhook_url}?good` })).toBe(200);
    expect(server.arrived.map(({ path }) => path)).toEqual([
      '/actions/send_email',
      '/actions/send_email?bad',
      '/actions/send_email?good',
    ]);
    expect(platform.actions()).toMatchObject([{ webhook_url: `${webhook_url}?good` }]);
  });

  it('does not bring back an action that is deleted while it runs', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = (): void => {};
    const began = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const platform = await startPlatform({
      fetch: async (url, init) => {
        if (String(url).endsWith('?slow')) {
          asked();
          await gate;
        }
        return passingFetch(url, init);
      },
    });
    const client = await clientOf(platform);
    const { webhook_url, ...rest } = draft('send_email', 'https://actions.example');
    await client('POST', '/actions', { ...rest, webhook_url });
    const moved = client('PUT', '/actions/send_email', { webhook_url: `${webhook_url}?slow` });
    await began;
    await client('DELETE', '/actions/send_email');
    release();
    expect((await moved).status).toBe(404);
    expect(platform.actions()).toEqual([]);
  });
});
