/**
 * What the Incode platform's API does by its description, as a suite for any test runner. It holds for the simulated
 * platform and for the real one: it asks for nothing that the description leaves open.
 */
import assert from 'node:assert/strict';
import type { TestFunctions } from '@countersign/core/testing';
import { type ApiReply, member } from './flowent-platform-target.ts';
import {
  type IncodePlatformBench,
  type IncodePlatformTarget,
  openIncodeBench,
} from './incode-platform-target.ts';

export interface IncodePlatformContractOptions extends TestFunctions {
  /** Names the platform in the test report. */
  readonly name: string;
  /** Called once a test; it may give the same target each time. */
  readonly create: () => IncodePlatformTarget | Promise<IncodePlatformTarget>;
  /** Called after each test, whether it passed or not. Default: nothing. */
  readonly dispose?: (target: IncodePlatformTarget) => void | Promise<void>;
}

/** A well-formed id that no interview has. */
const NO_INTERVIEW = '000000000000000000000000';

/**
 * Declares the tests; a failing one throws. The whole suite makes about 80 calls of the API, starts 9 interviews, asks for
 * 11 finished ones and approves one.
 * @example testIncodePlatform({ describe, it, name: 'sandbox', create: () => target });
 */
export function testIncodePlatform(options: IncodePlatformContractOptions): void {
  const test: Test = (title, body) => {
    options.it(title, async () => {
      const target = await options.create();
      try {
        await body(openIncodeBench(target));
      } finally {
        await options.dispose?.(target);
      }
    });
  };

  options.describe(`Incode platform contract: ${options.name}`, () => {
    headerTests(test);
    startTests(test);
    onboardingUrlTests(test);
    logInTests(test);
    statusAndScoreTests(test);
    approvalTests(test);
    authAttemptTests(test);
  });
}

type Test = (title: string, body: (bench: IncodePlatformBench) => Promise<void>) => void;

function headerTests(test: Test): void {
  for (const header of ['api-version', 'content-type', 'x-api-key'] as const) {
    test(`a call without ${header} is refused`, async ({ call, target }) => {
      const interviewId = await target.finishedInterview('OK');
      for (const [method, path, body] of callsWithKey(target, interviewId)) {
        // The admin token is left to the bench: nothing but the header is wrong.
        const token = path === '/executive/log-in' ? { 'x-incode-hardware-id': undefined } : {};
        assertRefused(await call(method, path, { body, headers: { ...token, [header]: undefined } }));
      }
    });
  }

  test('another API key is refused', async ({ call, target }) => {
    const interviewId = await target.finishedInterview('OK');
    for (const [method, path, body] of callsWithKey(target, interviewId)) {
      const headers = { 'x-api-key': `${target.apiKey}x` };
      assertRefused(await call(method, path, { body, headers }));
    }
  });

  test('a session’s call without api-version or content-type is refused', async ({ call, start, target }) => {
    const token = textOf(await start(), 'token');
    for (const header of ['api-version', 'content-type']) {
      const headers = { 'x-incode-hardware-id': token, [header]: undefined };
      assertRefused(await call('GET', urlPath(target), { headers }));
    }
  });
}

function startTests(test: Test): void {
  test('a start gives a session: token, interviewId and clientId', async ({ start }) => {
    const reply = await start();
    for (const name of ['token', 'interviewId', 'clientId']) textOf(reply, name);
  });

  test('two starts give two interviews and two tokens', async ({ start }) => {
    const [first, second] = [await start(), await start()];
    for (const name of ['token', 'interviewId']) assert.notEqual(textOf(first, name), textOf(second, name));
  });

  test('a start takes a redirectionUrl and an externalCustomerId', async ({ start }) => {
    const redirectionUrl = 'https://example.com/done?at=1';
    textOf(await start({ redirectionUrl, externalCustomerId: 'customer-1' }), 'token');
  });

  test('a start of an unknown flow is refused', async ({ start }) => {
    assertRefused(await start({ configurationId: NO_INTERVIEW }));
  });

  test('a start that is not JSON is refused', async ({ call }) => {
    const headers = { 'x-incode-hardware-id': undefined };
    assertRefused(await call('POST', '/omni/start', { body: '{"countryCode":', headers }));
  });
}

function onboardingUrlTests(test: Test): void {
  test('a session token alone gives the onboarding’s URL', async ({ call, start, target }) => {
    const headers = { 'x-incode-hardware-id': textOf(await start(), 'token') };
    const url = textOf(await call('GET', urlPath(target), { headers }), 'url');
    assert.match(URL.parse(url)?.protocol ?? '', /^https?:$/, 'the url is an absolute one');
    assert.ok(!url.includes(target.apiKey), 'the API key is in the url');
  });

  test('without a good session token there is no URL', async ({ call, start, logIn, target }) => {
    const token = textOf(await start(), 'token');
    const admin = textOf(await logIn(), 'token');
    for (const wrong of [undefined, 'x', target.apiKey, admin, forged(token)]) {
      assertRefused(await call('GET', urlPath(target), { headers: { 'x-incode-hardware-id': wrong } }));
    }
  });
}

function logInTests(test: Test): void {
  test('a log-in gives a token that is good for a score', async ({ call, logIn, target }) => {
    const headers = { 'x-incode-hardware-id': textOf(await logIn(), 'token') };
    const interviewId = await target.finishedInterview('OK');
    assertStatus(await call('GET', `/omni/get/score?id=${interviewId}`, { headers }), 200);
  });

  const wrong: readonly [what: string, members: (target: IncodePlatformTarget) => object][] = [
    ['another password', ({ adminPassword }) => ({ password: `${adminPassword}x` })],
    ['another email', ({ adminEmail }) => ({ email: `x${adminEmail}` })],
    ['no password', () => ({ password: undefined })],
    ['no email', () => ({ email: undefined })],
  ];
  for (const [what, members] of wrong) {
    test(`a log-in with ${what} gives nothing`, async ({ logIn, target }) => {
      const reply = await logIn({ ...members(target) });
      assertRefused(reply);
      assert.equal(member(reply.body, 'token'), undefined);
    });
  }
}

function statusAndScoreTests(test: Test): void {
  test('an onboarding that has only begun is not finished', async ({ call, start }) => {
    const interviewId = textOf(await start(), 'interviewId');
    const reply = await call('GET', `/omni/get/onboarding/status?id=${interviewId}`);
    assert.notEqual(textOf(reply, 'onboardingStatus'), 'ONBOARDING_FINISHED');
  });

  test('an onboarding that is finished says so', async ({ call, target }) => {
    const interviewId = await target.finishedInterview('OK');
    const reply = await call('GET', `/omni/get/onboarding/status?id=${interviewId}`);
    assert.equal(textOf(reply, 'onboardingStatus'), 'ONBOARDING_FINISHED');
  });

  for (const score of ['OK', 'FAIL'] as const) {
    test(`an interview’s score can be ${score}`, async ({ call, target }) => {
      const interviewId = await target.finishedInterview(score);
      const reply = await call('GET', `/omni/get/score?id=${interviewId}`);
      assertStatus(reply, 200);
      assert.equal(member(member(reply.body, 'overall'), 'status'), score);
    });
  }

  test('status and score want a good admin token', async ({ call, target }) => {
    const interviewId = await target.finishedInterview('OK');
    for (const path of ['/omni/get/onboarding/status', '/omni/get/score']) {
      for (const token of [undefined, 'x', target.apiKey]) {
        const headers = { 'x-incode-hardware-id': token };
        assertStatus(await call('GET', `${path}?id=${interviewId}`, { headers }), 401);
      }
    }
  });

  test('an unknown interview has no status and no score', async ({ call }) => {
    for (const path of ['/omni/get/onboarding/status', '/omni/get/score']) {
      assertRefused(await call('GET', `${path}?id=${NO_INTERVIEW}`));
    }
  });
}

function approvalTests(test: Test): void {
  test('an approval creates an identity', async ({ call, target }) => {
    const interviewId = await target.finishedInterview('OK');
    const reply = await call('POST', `/omni/process/approve?interviewId=${interviewId}`, { body: {} });
    assertStatus(reply, 200);
    assert.equal(member(reply.body, 'success'), true);
    for (const name of ['uuid', 'token']) textOf(reply, name);
    assert.notEqual(member(reply.body, 'totalScore'), undefined);
    assert.equal(typeof member(reply.body, 'existingCustomer'), 'boolean');
  });

  test('an approval wants a good admin token', async ({ call, target }) => {
    const interviewId = await target.finishedInterview('OK');
    for (const token of [undefined, 'x', target.apiKey]) {
      const request = { body: {}, headers: { 'x-incode-hardware-id': token } };
      assertStatus(await call('POST', `/omni/process/approve?interviewId=${interviewId}`, request), 401);
    }
  });

  test('an unknown interview cannot be approved', async ({ call }) => {
    assertRefused(await call('POST', `/omni/process/approve?interviewId=${NO_INTERVIEW}`, { body: {} }));
  });
}

function authAttemptTests(test: Test): void {
  const headers = { 'x-incode-hardware-id': undefined };

  test('a log-in by face is verified without an admin token', async ({ call, start }) => {
    const interviewToken = textOf(await start(), 'token');
    const body = { transactionId: NO_INTERVIEW, token: 'made-up', interviewToken };
    const { status } = await call('POST', '/omni/auth-attempt/verify', { body, headers });
    assert.ok(status !== 401 && status < 500, `status ${status} of a verification`);
  });

  test('a verification that is not JSON is refused', async ({ call }) => {
    assertRefused(await call('POST', '/omni/auth-attempt/verify', { body: '{"token":', headers }));
  });
}

/** Every call that carries the API key, as it is good. */
function callsWithKey(
  target: IncodePlatformTarget,
  interviewId: string,
): readonly (readonly [method: string, path: string, body?: unknown])[] {
  return [
    ['POST', '/omni/start', { countryCode: 'ALL', configurationId: target.flowId, language: 'en-US' }],
    ['GET', `/omni/get/onboarding/status?id=${interviewId}`],
    ['GET', `/omni/get/score?id=${interviewId}`],
    ['POST', `/omni/process/approve?interviewId=${interviewId}`, {}],
    ['POST', '/omni/auth-attempt/verify', { transactionId: 'x', token: 'x', interviewToken: 'x' }],
    ['POST', '/executive/log-in', { email: target.adminEmail, password: target.adminPassword }],
  ];
}

function urlPath({ clientId }: IncodePlatformTarget): string {
  return `/0/omni/onboarding-url?clientId=${encodeURIComponent(clientId)}`;
}

/** The token with its last but one character changed: the last one of a base64url text may hold no bit. */
function forged(token: string): string {
  const changed = token.at(-2) === 'A' ? 'B' : 'A';
  return token.slice(0, -2) + changed + token.slice(-1);
}

function textOf(reply: ApiReply, name: string): string {
  assertStatus(reply, 200);
  const text = member(reply.body, name);
  assert.ok(typeof text === 'string' && text !== '', `the answer's ${name} is a text`);
  return text;
}

function assertRefused({ status }: ApiReply): void {
  assert.ok(status >= 400 && status < 500, `status ${status} of a call that is to be refused`);
}

/** Says nothing of the body, which may hold a token. */
function assertStatus({ status }: ApiReply, expected: number): void {
  assert.equal(status, expected, 'status of the answer');
}
