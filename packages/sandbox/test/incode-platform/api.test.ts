import { describe, expect, it } from 'vitest';
import { API_KEY, callApi, logIn, pageOf, START, startPlatform, startSession } from './support.ts';

const TOO_LARGE = JSON.stringify({ ...START, more: 'x'.repeat(1_048_576) });

describe('a start', () => {
  it('gives a session, and more that a backend must keep to itself', async () => {
    const platform = await startPlatform();
    const { status, body } = await callApi(platform, 'POST', '/omni/start', { body: START });
    expect(status).toBe(200);
    expect(body).toEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      interviewId: expect.stringMatching(/^[0-9a-f]{24}$/),
      clientId: 'client-of-tests',
      env: 'sandbox',
      existingSession: false,
      license: expect.stringMatching(/^incode-license-[0-9a-f]{32}$/),
    });
    expect(platform.secrets()).toContain(body['license']);
  });

  it('begins an interview of its own', async () => {
    const platform = await startPlatform();
    const redirectionUrl = 'https://shop.example/done';
    const first = await startSession(platform);
    const second = await startSession(platform, { redirectionUrl, externalCustomerId: 'customer-7' });
    const begun = { onboardingStatus: 'UNKNOWN', score: 'UNKNOWN', approvals: 0 };
    expect(platform.interviews()).toEqual([
      { ...begun, interviewId: first.interviewId, redirectionUrl: undefined, externalCustomerId: undefined },
      { ...begun, interviewId: second.interviewId, redirectionUrl, externalCustomerId: 'customer-7' },
    ]);
    expect(second.token).not.toBe(first.token);
  });

  it.each([
    [400, 'countryCode: must be a text', { ...START, countryCode: undefined }],
    [400, 'configurationId: must be a text', { ...START, configurationId: 7 }],
    [400, 'language: must be a text', { ...START, language: '' }],
    [400, 'externalCustomerId: must be a text', { ...START, externalCustomerId: null }],
    [400, 'countryCode: must be a text; language: must be a text', { configurationId: 'x' }],
    [400, 'configurationId: there is no such flow', { ...START, configurationId: 'x' }],
    [400, 'redirectionUrl: must be an http or https URL', { ...START, redirectionUrl: '/done' }],
    [400, 'redirectionUrl: must be an http or https URL', { ...START, redirectionUrl: 'javascript:1' }],
    [400, 'the body must be a JSON object', []],
    [400, 'the body must be a JSON object', 'null'],
    [400, 'the body is not JSON', '{"countryCode":'],
    [400, 'the body is not JSON', undefined],
    [413, 'the body is larger than 1 MB', TOO_LARGE],
  ])('is refused %d: %s', async (status, error, body) => {
    const platform = await startPlatform();
    expect(await callApi(platform, 'POST', '/omni/start', { body })).toMatchObject({
      status,
      body: { error },
    });
    expect(platform.interviews()).toEqual([]);
  });
});

describe('an onboarding URL', () => {
  it('is the session’s own page of the platform', async () => {
    const platform = await startPlatform();
    const [session, other] = [await startSession(platform), await startSession(platform)];
    const url = await pageOf(platform, session);
    expect(url).toMatch(new RegExp(`^${platform.apiUrl}/onboarding/[0-9a-f]{32}$`));
    expect(await pageOf(platform, session)).toBe(url);
    expect(await pageOf(platform, other)).not.toBe(url);
  });

  it.each(['', '?clientId=', '?clientId=other'])(
    'is given to the session’s client only, not to %j',
    async (q) => {
      const platform = await startPlatform();
      const { token } = await startSession(platform);
      const reply = await callApi(platform, 'GET', `/0/omni/onboarding-url${q}`, { token });
      expect(reply).toMatchObject({ status: 400, body: { error: 'clientId: must be that of the session' } });
    },
  );
});

describe('an interview', () => {
  const paths = {
    status: (id: string) => `/omni/get/onboarding/status?id=${id}`,
    score: (id: string) => `/omni/get/score?id=${id}`,
    approve: (id: string) => `/omni/process/approve?interviewId=${id}`,
  };

  it('has no status and no score until it is finished, and then both', async () => {
    const platform = await startPlatform();
    const token = await logIn(platform);
    const { interviewId } = await startSession(platform);
    const get = async (path: string) => (await callApi(platform, 'GET', path, { token })).body;
    expect(await get(paths.status(interviewId))).toEqual({ onboardingStatus: 'UNKNOWN' });
    expect(await get(paths.score(interviewId))).toMatchObject({
      overall: { status: 'UNKNOWN', value: '0.0' },
    });
    await platform.finish(interviewId);
    expect(await get(paths.status(interviewId))).toEqual({ onboardingStatus: 'ONBOARDING_FINISHED' });
    expect(await get(paths.score(interviewId))).toMatchObject({ overall: { status: 'OK', value: '96.5' } });
  });

  it.each(['OK', 'WARN', 'FAIL', 'UNKNOWN'] as const)(
    'keeps the score %s that it is given',
    async (score) => {
      const platform = await startPlatform();
      const token = await logIn(platform);
      const [session, other] = [await startSession(platform), await startSession(platform)];
      const scoreOf = async ({ interviewId }: { readonly interviewId: string }) =>
        (await callApi(platform, 'GET', paths.score(interviewId), { token })).body;
      platform.setScore(session.interviewId, score);
      expect(await scoreOf(session)).toMatchObject({ overall: { status: score } });
      await platform.finish(session.interviewId);
      expect(await scoreOf(session)).toMatchObject({ overall: { status: score } });
      expect(await scoreOf(other)).toMatchObject({ overall: { status: 'UNKNOWN' } });
    },
  );

  it('is approved as often as it is told, and counts it; the identity stays the same', async () => {
    const platform = await startPlatform();
    const token = await logIn(platform);
    const [session, other] = [await startSession(platform), await startSession(platform)];
    await platform.finish(session.interviewId);
    const approve = () => callApi(platform, 'POST', paths.approve(session.interviewId), { token, body: {} });
    const first = await approve();
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      success: true,
      uuid: expect.stringMatching(/^[0-9a-f]{24}$/),
      token: expect.stringMatching(/^[0-9a-f]{48}$/),
      totalScore: 96.5,
      existingCustomer: false,
    });
    expect(platform.approvals(session.interviewId)).toBe(1);
    expect((await approve()).body).toMatchObject({ uuid: first.body['uuid'], existingCustomer: true });
    expect(platform.approvals(session.interviewId)).toBe(2);
    expect(platform.approvals(other.interviewId)).toBe(0);
  });

  it('counts every one of 50 approvals at once', async () => {
    const platform = await startPlatform();
    const token = await logIn(platform);
    const { interviewId } = await startSession(platform);
    const approve = () => callApi(platform, 'POST', paths.approve(interviewId), { token, body: {} });
    await Promise.all(Array.from({ length: 50 }, approve));
    expect(platform.approvals(interviewId)).toBe(50);
  });

  it('is not approved with a body that is not an object', async () => {
    const platform = await startPlatform();
    const token = await logIn(platform);
    const { interviewId } = await startSession(platform);
    for (const body of [undefined, '{', [], '7']) {
      expect((await callApi(platform, 'POST', paths.approve(interviewId), { token, body })).status).toBe(400);
    }
    expect(platform.approvals(interviewId)).toBe(0);
  });

  it('must be named, and exist', async () => {
    const platform = await startPlatform();
    const token = await logIn(platform);
    for (const [method, pathOf, body] of [
      ['GET', paths.status, undefined],
      ['GET', paths.score, undefined],
      ['POST', paths.approve, {}],
    ] as const) {
      const call = (id: string) => callApi(platform, method, pathOf(id), { token, body });
      expect(await call('x')).toMatchObject({ status: 404, body: { error: 'interview not found' } });
      expect(await call('')).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/: is missing$/) },
      });
    }
    expect(() => platform.approvals('x')).toThrow(RangeError);
    expect(() => platform.setScore('x', 'OK')).toThrow(RangeError);
    expect(() => platform.createAuthAttempt('x')).toThrow(RangeError);
    await expect(platform.finish('x')).rejects.toThrow(RangeError);
  });
});

describe('a log-in by face', () => {
  const verify = async (platform: Awaited<ReturnType<typeof startPlatform>>, body: unknown) =>
    callApi(platform, 'POST', '/omni/auth-attempt/verify', { body });

  it('is verified with the API key alone', async () => {
    const platform = await startPlatform();
    const { interviewId } = await startSession(platform);
    const attempt = platform.createAuthAttempt(interviewId);
    expect(await verify(platform, attempt)).toMatchObject({ status: 200, body: { verified: true } });
  });

  it.each(['transactionId', 'token', 'interviewToken'])('is not verified with another %s', async (name) => {
    const platform = await startPlatform();
    const [session, other] = [await startSession(platform), await startSession(platform)];
    const attempt = platform.createAuthAttempt(session.interviewId);
    const changed = { ...attempt, [name]: name === 'interviewToken' ? other.token : 'x' };
    expect(await verify(platform, changed)).toMatchObject({ status: 200, body: { verified: false } });
  });

  it('is not verified after its interview’s token has expired', async () => {
    let nowMs = 0;
    const platform = await startPlatform({ now: () => nowMs, tokenLifeMs: 1000 });
    const attempt = platform.createAuthAttempt((await startSession(platform)).interviewId);
    nowMs = 999;
    expect((await verify(platform, attempt)).body).toEqual({ verified: true });
    nowMs = 1000;
    expect((await verify(platform, attempt)).body).toEqual({ verified: false });
  });

  it.each(['transactionId', 'token', 'interviewToken'])('is malformed without %s', async (name) => {
    const platform = await startPlatform();
    const attempt = platform.createAuthAttempt((await startSession(platform)).interviewId);
    expect((await verify(platform, { ...attempt, [name]: undefined })).status).toBe(400);
  });
});

it('no answer of the API holds the API key', async () => {
  const platform = await startPlatform();
  for (const key of [API_KEY, `${API_KEY}x`]) {
    const headers = { 'x-api-key': key };
    const body = { ...START, externalCustomerId: key, configurationId: key };
    expect((await callApi(platform, 'POST', '/omni/start', { headers, body })).text).not.toContain(API_KEY);
  }
});
