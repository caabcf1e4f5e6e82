import { describe, expect, it } from 'vitest';
import type { IncodePlatform } from '../../src/incode-platform/model.ts';
import { ADMIN, callApi, logIn, type Session, START, startPlatform, startSession } from './support.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const callsWithKey = (interviewId: string): readonly Call[] => [
  { method: 'POST', path: '/omni/start', body: START },
  { method: 'POST', path: '/executive/log-in', body: ADMIN },
  {
    method: 'POST',
    path: '/omni/auth-attempt/verify',
    body: { transactionId: 'a', token: 'b', interviewToken: 'c' },
  },
  ...callsWithAdmin(interviewId),
];

const callsWithAdmin = (interviewId: string): readonly Call[] => [
  { method: 'GET', path: `/omni/get/onboarding/status?id=${interviewId}` },
  { method: 'GET', path: `/omni/get/score?id=${interviewId}` },
  { method: 'POST', path: `/omni/process/approve?interviewId=${interviewId}`, body: {} },
];

const callWithSession = ({ clientId }: IncodePlatform): Call => ({
  method: 'GET',
  path: `/0/omni/onboarding-url?clientId=${clientId}`,
});

/** A platform with one session and an admin token, and what calls them. */
async function bench() {
  const platform = await startPlatform();
  const session: Session = await startSession(platform);
  const admin = await logIn(platform);
  const all = [
    ...callsWithKey(session.interviewId).map((call) => ({ ...call, token: admin })),
    { ...callWithSession(platform), token: session.token },
  ];
  return { platform, session, admin, all };
}

describe('the headers of a call', () => {
  it('are right here: every call is answered 200', async () => {
    const { platform, all } = await bench();
    for (const { method, path, ...request } of all) {
      expect((await callApi(platform, method, path, request)).status, path).toBe(200);
    }
  });

  it.each([
    ['api-version', undefined],
    ['api-version', '1'],
    ['api-version', '2.0'],
    ['content-type', undefined],
    ['content-type', 'text/plain'],
    ['content-type', 'application/jsonp'],
  ])('are malformed on every call with %s: %s', async (name, value) => {
    const { platform, all } = await bench();
    for (const { method, path, ...request } of all) {
      const headers = { [name]: value };
      const reply = await callApi(platform, method, path, { ...request, headers });
      expect(reply, path).toMatchObject({ status: 400, body: { error: expect.stringContaining(name) } });
    }
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON'])('may say %s', async (type) => {
    const platform = await startPlatform();
    const headers = { 'content-type': type };
    expect((await callApi(platform, 'POST', '/omni/start', { body: START, headers })).status).toBe(200);
  });

  it.each([undefined, '', 'x', 'api-key-of-test', 'api-key-of-testsx'])(
    'prove nothing under /omni/ and /executive/ with the API key %s',
    async (key) => {
      const { platform, session, admin: token } = await bench();
      for (const { method, path, body } of callsWithKey(session.interviewId)) {
        const reply = await callApi(platform, method, path, { body, token, headers: { 'x-api-key': key } });
        expect(reply, path).toMatchObject({
          status: 401,
          body: { error: 'unauthorized: the API key is missing or not known' },
        });
      }
      expect(platform.approvals(session.interviewId)).toBe(0);
    },
  );

  it('need no API key under /0/omni/', async () => {
    const { platform, session } = await bench();
    const { method, path } = callWithSession(platform);
    const headers = { 'x-api-key': undefined };
    expect((await callApi(platform, method, path, { token: session.token, headers })).status).toBe(200);
  });

  it('prove no session without the token that its start gave', async () => {
    const { platform, admin, session } = await bench();
    const { method, path } = callWithSession(platform);
    const { interviewId } = session;
    for (const token of ['x', 'a.b.c', admin, interviewId, platform.apiKey, `${session.token}A`]) {
      const reply = await callApi(platform, method, path, { token });
      expect(reply).toMatchObject({
        status: 401,
        body: { error: 'unauthorized: the session token is missing, expired or not valid' },
      });
    }
    expect((await callApi(platform, method, path)).status).toBe(401);
  });

  it('prove no admin without the token that a log-in gave', async () => {
    const { platform, session } = await bench();
    for (const { method, path, body } of callsWithAdmin(session.interviewId)) {
      for (const token of ['x', 'a.b.c', session.token, platform.apiKey, ADMIN.password]) {
        const reply = await callApi(platform, method, path, { body, token });
        expect(reply, path).toMatchObject({
          status: 401,
          body: { error: 'unauthorized: the admin token is missing, expired or not valid' },
        });
      }
      expect((await callApi(platform, method, path, { body })).status).toBe(401);
    }
    expect(platform.approvals(session.interviewId)).toBe(0);
  });

  it('do not help a call that the API does not have', async () => {
    const { platform, admin: token } = await bench();
    expect((await callApi(platform, 'GET', '/omni/none', { token })).status).toBe(404);
    expect((await callApi(platform, 'GET', '/omni/start/', { token })).status).toBe(404);
    const wrongMethod = await callApi(platform, 'GET', '/omni/start', { token });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('POST');
  });
});
