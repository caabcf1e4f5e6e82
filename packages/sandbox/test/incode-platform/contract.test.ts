import { describe, expect, it } from 'vitest';
import type { IncodePlatform } from '../../src/incode-platform/model.ts';
import type { IncodePlatformTarget } from '../../src/testing/incode-platform-target.ts';
import { testIncodePlatform } from '../../src/testing/index.ts';
import { startTestServer } from '../test-server.ts';
import { startPlatform, startSession } from './support.ts';

function targetOf(platform: IncodePlatform): IncodePlatformTarget {
  const { apiUrl, apiKey, clientId, flowId, admin } = platform;
  return {
    apiUrl,
    apiKey,
    clientId,
    flowId,
    adminEmail: admin.email,
    adminPassword: admin.password,
    finishedInterview: async (score) => {
      const { interviewId } = await startSession(platform);
      platform.setScore(interviewId, score);
      await platform.finish(interviewId);
      return interviewId;
    },
  };
}

testIncodePlatform({
  describe,
  it,
  name: 'sandbox',
  create: async () => targetOf(await startPlatform({ now: Date.now })),
});

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** A call that came to the proxy. */
interface Call {
  readonly path: string;
  readonly headers: Headers;
  /** What the platform answers to the call as it came, or with these headers instead. */
  readonly forward: (headers?: Readonly<Record<string, string>>) => Promise<Reply>;
}

/** A platform that differs from the description in one thing, and the test that says so. */
interface Mutant {
  readonly mutant: string;
  readonly noticed: string;
  readonly answer: (call: Call) => Promise<Reply>;
}

/** Answers calls of this path otherwise. */
const at =
  (path: string, change: (reply: Reply) => Reply): Mutant['answer'] =>
  async (call) => {
    const reply = await call.forward();
    return call.path === path ? change(reply) : reply;
  };

const without =
  (name: string) =>
  (reply: Reply): Reply => ({ ...reply, body: { ...(reply.body as object), [name]: undefined } });

const SCORE = '/omni/get/score';

const MUTANTS: readonly Mutant[] = [
  {
    mutant: 'api-version may be left out',
    noticed: 'a call without api-version is refused',
    answer: ({ forward }) => forward({ 'api-version': '1.0' }),
  },
  {
    mutant: 'sessions may leave out content-type',
    noticed: 'a session’s call without api-version or content-type is refused',
    answer: ({ forward, path }) =>
      forward(path.startsWith('/0/') ? { 'content-type': 'application/json' } : {}),
  },
  {
    mutant: 'content-type may be left out',
    noticed: 'a call without content-type is refused',
    answer: ({ forward }) => forward({ 'content-type': 'application/json' }),
  },
  {
    mutant: 'a log-in needs no API key',
    noticed: 'a call without x-api-key is refused',
    answer: ({ forward, path }) =>
      forward(path === '/executive/log-in' ? { 'x-api-key': 'api-key-of-tests' } : {}),
  },
  {
    mutant: 'any API key is good for a verification',
    noticed: 'another API key is refused',
    answer: ({ forward, path }) =>
      forward(path === '/omni/auth-attempt/verify' ? { 'x-api-key': 'api-key-of-tests' } : {}),
  },
  {
    mutant: 'a start gives no token',
    noticed: 'a start gives a session: token, interviewId and clientId',
    answer: at('/omni/start', without('token')),
  },
  {
    mutant: 'a start gives the same interview every time',
    noticed: 'two starts give two interviews and two tokens',
    answer: at('/omni/start', (reply) => ({
      ...reply,
      body: { ...(reply.body as object), interviewId: 'x' },
    })),
  },
  {
    mutant: 'a start of any flow is good',
    noticed: 'a start of an unknown flow is refused',
    answer: at('/omni/start', (reply) => ({ ...reply, status: 200 })),
  },
  {
    mutant: 'onboarding URLs are relative',
    noticed: 'a session token alone gives the onboarding’s URL',
    answer: at('/0/omni/onboarding-url', (reply) => ({ ...reply, body: { url: '/onboarding/x' } })),
  },
  {
    mutant: 'onboarding URLs are for everyone',
    noticed: 'without a good session token there is no URL',
    answer: at('/0/omni/onboarding-url', () => ({ status: 200, body: { url: 'https://example.com/' } })),
  },
  {
    mutant: 'a wrong password is answered with another token',
    noticed: 'a log-in with another password gives nothing',
    answer: at('/executive/log-in', (reply) => ({ ...reply, body: { token: 'x' } })),
  },
  {
    mutant: 'a log-in echoes the password',
    noticed: 'a log-in with another password gives nothing',
    answer: at('/executive/log-in', (reply) => ({ ...reply, body: { error: 'not password-of-tests' } })),
  },
  {
    mutant: 'everything is finished',
    noticed: 'an onboarding that has only begun is not finished',
    answer: at('/omni/get/onboarding/status', () => ({
      status: 200,
      body: { onboardingStatus: 'ONBOARDING_FINISHED' },
    })),
  },
  {
    mutant: 'everybody’s score is OK',
    noticed: 'an interview’s score can be FAIL',
    answer: at(SCORE, () => ({ status: 200, body: { overall: { status: 'OK', value: '100' } } })),
  },
  {
    mutant: 'a missing admin token is forbidden, not unauthorized',
    noticed: 'status and score want a good admin token',
    answer: at(SCORE, (reply) => (reply.status === 401 ? { ...reply, status: 403 } : reply)),
  },
  {
    mutant: 'unknown interviews have an empty score',
    noticed: 'an unknown interview has no status and no score',
    answer: at(SCORE, (reply) => (reply.status === 404 ? { status: 200, body: {} } : reply)),
  },
  {
    mutant: 'an approval gives no uuid',
    noticed: 'an approval creates an identity',
    answer: at('/omni/process/approve', without('uuid')),
  },
  {
    mutant: 'anybody may approve',
    noticed: 'an approval wants a good admin token',
    answer: at('/omni/process/approve', (reply) => ({ ...reply, status: 200 })),
  },
  {
    mutant: 'verification wants an admin token',
    noticed: 'a log-in by face is verified without an admin token',
    answer: async ({ path, headers, forward }) =>
      path === '/omni/auth-attempt/verify' && !headers.has('x-incode-hardware-id')
        ? { status: 401, body: {} }
        : forward(),
  },
];

describe('the contract', () => {
  it.each(MUTANTS)('notices a platform where $mutant', async ({ noticed, answer }) => {
    const bodies = await contractBehind(answer);
    expect(bodies.has(noticed)).toBe(true);
    await expect(bodies.get(noticed)?.()).rejects.toThrow();
  });

  it('notices nothing where the proxy of these tests changes nothing', async () => {
    const bodies = await contractBehind(({ forward }) => forward());
    for (const [title, body] of bodies) await expect(body(), title).resolves.toBeUndefined();
  });

  it('disposes of a target, whether its test passes or not', async () => {
    const target = targetOf(await startPlatform());
    const bodies: (() => Promise<void>)[] = [];
    let disposed = 0;
    testIncodePlatform({
      describe: (_, body) => body(),
      it: (_, body) => bodies.push(body),
      name: 'disposed of',
      create: () => ({ ...target, flowId: 'unknown' }),
      dispose: () => {
        disposed += 1;
      },
    });
    const ran = await Promise.allSettled(bodies.map((body) => body()));
    expect(ran.some(({ status }) => status === 'rejected')).toBe(true);
    expect(disposed).toBe(bodies.length);
  });
});

/** The contract's tests by their titles, for a platform behind a proxy. */
async function contractBehind(answer: Mutant['answer']): Promise<ReadonlyMap<string, () => Promise<void>>> {
  const target = targetOf(await startPlatform());
  const apiUrl = await startProxy(target.apiUrl, answer);
  const bodies = new Map<string, () => Promise<void>>();
  testIncodePlatform({
    describe: (_, body) => body(),
    it: (title, body) => bodies.set(title, body),
    name: 'behind a proxy',
    create: () => ({ ...target, apiUrl }),
  });
  return bodies;
}

const FORWARDED = ['api-version', 'content-type', 'x-api-key', 'x-incode-hardware-id'];

/** A platform in front of the platform, whose answers differ. */
async function startProxy(apiUrl: string, answer: Mutant['answer']): Promise<string> {
  const origin = await startTestServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '' } = request;
      const headers = new Headers();
      for (const name of FORWARDED) {
        const value = request.headers[name];
        if (typeof value === 'string') headers.set(name, value);
      }
      const forward: Call['forward'] = async (changed = {}) => {
        const sent = new Headers(headers);
        for (const [name, value] of Object.entries(changed)) sent.set(name, value);
        const body = chunks.length === 0 ? null : Buffer.concat(chunks);
        const reply = await fetch(apiUrl + url, { method, headers: sent, body });
        return { status: reply.status, body: JSON.parse(await reply.text()) };
      };
      const [path = ''] = url.split('?');
      const reply = await answer({ path, headers, forward });
      response.writeHead(reply.status).end(JSON.stringify(reply.body));
    });
  });
  return origin;
}
