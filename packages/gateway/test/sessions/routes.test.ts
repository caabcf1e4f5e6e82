import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { API_KEY, startIncodeUpstream } from './incode-upstream.ts';
import { finished, json, PAGE, startBench } from './support.ts';

describe('/start', () => {
  it('starts an interview, and answers its token, its id and a uniqueId, no more', async () => {
    const { get, upstream } = await startBench();
    const answer = await get('/start');
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual({
      token: 'session-1',
      interviewId: 'int-1',
      uniqueId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const [sent] = upstream.requests;
    expect(sent?.headers).toMatchObject({ 'x-api-key': API_KEY, 'api-version': '1.0' });
    expect(sent?.body).toEqual({ countryCode: 'ALL', configurationId: 'flow-1', language: 'en-US' });
  });

  it('gives the same session again for the same uniqueId, whatever its case, also from another path', async () => {
    const { get, upstream } = await startBench();
    const first = json(await get('/start'));
    const id = String(first['uniqueId']);
    expect(json(await get(`/start?uniqueId=${id.toUpperCase()}`))).toEqual(first);
    expect(json(await get(`/onboarding-url?uniqueId=${id}`))).toMatchObject(first);
    expect(upstream.count('/omni/start')).toBe(1);
    expect(json(await get('/start'))['uniqueId']).not.toBe(id);
  });

  it('starts one interview for 50 concurrent requests with one uniqueId', async () => {
    const { get, upstream } = await startBench();
    const path = `/start?uniqueId=${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => get(path)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(upstream.count('/omni/start')).toBe(1);
  });

  it('starts another where the first has expired', async () => {
    let nowMs = 1_760_000_000_000;
    const { get } = await startBench({ life: '1h' }, { now: () => nowMs });
    const path = `/start?uniqueId=${randomUUID()}`;
    expect(json(await get(path))['interviewId']).toBe('int-1');
    nowMs += 3_600_000 - 1;
    expect(json(await get(path))['interviewId']).toBe('int-1');
    nowMs += 1;
    expect(json(await get(path))['interviewId']).toBe('int-2');
  });

  it('two gateways on one store share sessions, and start one interview for one uniqueId', async () => {
    const first = await startBench();
    const second = await startBench({}, { sharedStore: first.gateway.store, upstream: first.upstream });
    const path = `/start?uniqueId=${randomUUID()}`;
    const answers = await Promise.all([first.get(path), second.get(path), first.get(path), second.get(path)]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(first.upstream.count('/omni/start')).toBe(1);
  });

  it('keeps sessions over a restart, encrypted', async () => {
    const first = await startBench();
    const interview = json(await first.get('/start'));
    expect(first.gateway.log.join('')).toContain('"step":"started","msg":"an interview was started"');
    await first.gateway.close();
    const second = await startBench({}, { dir: first.gateway.dir, upstream: first.upstream });
    expect(json(await second.get(`/start?uniqueId=${interview['uniqueId']}`))).toEqual(interview);
    for await (const { bytes, key } of second.gateway.store.records.list('incode:interviews')) {
      expect(Buffer.from(bytes).toString('latin1')).not.toContain('session-1');
      expect(key).not.toContain(interview['uniqueId']);
    }
  });

  it.each([
    ['a uniqueId that is not a UUID', 'uniqueId=1', 'uniqueId is not a UUID'],
    ['a uniqueId twice', 'uniqueId=1&uniqueId=2', 'uniqueId is given 2 times'],
    [
      'a redirect elsewhere',
      'redirectUrl=https://evil.example/',
      'redirectUrl is not on the list of allowed origins',
    ],
    [
      'a redirect of great length',
      `redirectUrl=${PAGE}/${'a'.repeat(2_000)}`,
      'redirectUrl is longer than 2000 characters',
    ],
    [
      'two redirects',
      `redirectUrl=${PAGE}/a&redirectionUrl=${PAGE}/b`,
      'redirectUrl and redirectionUrl differ; give one of them',
    ],
    [
      'a customer id with a line feed',
      'externalCustomerId=a%0Ab',
      'externalCustomerId is not 1 to 128 printable characters',
    ],
  ])('refuses %s, and calls nobody', async (_what, query, text) => {
    const { get, upstream } = await startBench();
    const answer = await get(`/start?${query}`);
    expect(answer.status).toBe(400);
    expect(json(answer)['error']).toBe(text);
    expect(upstream.requests).toEqual([]);
  });
});

describe('/onboarding-url', () => {
  it('starts with the redirect, and asks for the URL with the session’s token alone', async () => {
    const { get, upstream } = await startBench();
    for (const name of ['redirectUrl', 'redirectionUrl']) {
      const answer = await get(`/onboarding-url?${name}=${encodeURIComponent(`${PAGE}/done?a=1`)}`);
      const { interviewId, token } = json(answer);
      expect(json(answer)).toEqual({
        token,
        interviewId,
        url: `https://onboarding.example/client-1/${token}`,
        uniqueId: expect.any(String),
      });
    }
    const [start, url] = upstream.requests;
    expect(start?.body['redirectionUrl']).toBe(`${PAGE}/done?a=1`);
    expect(url?.headers).toMatchObject({ 'x-incode-hardware-id': 'session-1' });
    expect(url?.headers['x-api-key']).toBeUndefined();
  });
});

describe('/onboarding-status and /fetch-score', () => {
  it('answer the status and the overall score, asked for with one log-in', async () => {
    const { get, upstream } = await startBench();
    const [status, score] = await Promise.all([
      get('/onboarding-status?interviewId=int-7'),
      get('/fetch-score?interviewId=int-7'),
    ]);
    expect(json(status)).toEqual({ onboardingStatus: 'ONBOARDING_FINISHED' });
    expect(json(score)).toEqual({ overall: { value: '95.0', status: 'OK' } });
    expect(upstream.count('/executive/log-in')).toBe(1);
  });

  it('log in again, once, where the admin token was revoked', async () => {
    const { get, upstream } = await startBench();
    await get('/fetch-score?interviewId=int-7');
    upstream.revoke();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => get('/fetch-score?interviewId=int-7')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(upstream.count('/executive/log-in')).toBe(2);
  });

  it('use a configured token as it is, and say when it expires', async () => {
    const exp = 1_800_000_000;
    const claims = Buffer.from(JSON.stringify({ exp })).toString('base64url');
    const jwt = `e30.${claims}.c2lnbmF0dXJl`;
    const { get, upstream, gateway } = await startBench({
      adminToken: jwt,
      adminEmail: '',
      adminPassword: '',
    });
    expect((await get('/fetch-score?interviewId=a')).status).toBe(502);
    expect(upstream.count('/executive/log-in')).toBe(0);
    expect(upstream.requests[0]?.headers['x-incode-hardware-id']).toBe(jwt);
    expect(gateway.log.join('')).toContain(new Date(exp * 1000).toISOString());
    expect(gateway.log.join('')).not.toContain(claims);
  });

  it('refuse an interviewId that is none', async () => {
    const { get } = await startBench();
    for (const id of ['', 'a%2Fb', 'a%20b', 'x'.repeat(129)]) {
      expect((await get(`/fetch-score?interviewId=${id}`)).status).toBe(400);
    }
  });
});

describe('/auth', () => {
  it('passes the three members on, and of the answer what is no structure', async () => {
    const { post, upstream } = await startBench();
    const body = { transactionId: 't', token: 'u', interviewToken: 'v' };
    expect(json(await post('/auth', { ...body, more: 1 }))).toEqual({ status: 'ok' });
    expect(upstream.requests[0]?.body).toEqual(body);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a missing member', '{"transactionId":"t","token":"u"}'],
  ])('refuses %s', async (_what, body) => {
    const { post, upstream } = await startBench();
    expect((await post('/auth', body)).status).toBe(400);
    expect(upstream.requests).toEqual([]);
  });
});

describe('/webhook', () => {
  it('stores the request byte for byte, and answers the time and the payload', async () => {
    const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const { post, gateway } = await startBench({}, { now: () => nowMs });
    const text = `${JSON.stringify(finished('int-1'))} `;
    expect(json(await post('/webhook', text))).toEqual({
      timestamp: '2026-01-02 03:04:05',
      data: finished('int-1'),
    });
    const [event] = await gateway.store.events.list({ gate: 'incode' });
    const kept = await gateway.store.events.get(event?.id ?? '');
    expect(Buffer.from(kept?.body ?? []).toString()).toBe(text);
  });

  it('wants its proof where one is configured, as does /approve; the pages’ routes do not', async () => {
    const { get, post, upstream } = await startBench({ auth: { secret: 'a-webhook-token' } });
    for (const path of ['/webhook', '/approve']) {
      expect((await post(path, finished('a'))).status).toBe(401);
      expect(
        (await post(path, finished('a'), { headers: { authorization: 'Bearer wrong-token' } })).status,
      ).toBe(401);
    }
    expect(upstream.requests).toEqual([]);
    const headers = { authorization: 'Bearer a-webhook-token' };
    expect((await post('/webhook', finished('a'), { headers })).status).toBe(200);
    expect(json(await post('/approve', finished('a'), { headers }))['success']).toBe(true);
    expect((await get('/start')).status).toBe(200);
  });

  it('refuses a body of more than 64 KiB', async () => {
    const { post } = await startBench();
    expect((await post('/webhook', { interviewId: 'a', onboardingStatus: 'x'.repeat(70_000) })).status).toBe(
      413,
    );
  });
});

describe('all routes', () => {
  it('answer 405 with Allow to other methods', async () => {
    const { get, post, gateway } = await startBench();
    const answer = await post('/start', {});
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, OPTIONS']);
    expect(gateway.log.join('')).toContain(
      '"message":"the path takes GET, OPTIONS, and the request is a POST","remedy":"Have the caller send what the session takes: it has no other methods."',
    );
    expect((await get('/approve')).headers.allow).toBe('POST');
  });

  it('are mounted where the configuration says', async () => {
    const { get } = await startBench({ at: '/incode/v1' });
    expect((await get('/incode/v1/start')).status).toBe(200);
    expect((await get('/start')).status).toBe(404);
  });

  it('let pages of listed origins read them, compared by origin, and never any page', async () => {
    const { get, gateway } = await startBench({ origins: `${PAGE}, http://localhost:3000` });
    const allowed = async (origin: string, method = 'GET') => {
      const answer = await get('/start', { headers: { origin }, method });
      expect(answer.headers.vary).toBe('origin');
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
      return answer.headers['access-control-allow-origin'];
    };
    expect(await allowed(PAGE)).toBe(PAGE);
    expect(await allowed('http://localhost:3000')).toBe('http://localhost:3000');
    for (const origin of [
      'null',
      '*',
      `${PAGE}.evil.example`,
      'http://page.example',
      `${PAGE}:444`,
      `${PAGE}/`,
    ]) {
      expect(await allowed(origin), origin).toBeUndefined();
    }
    const preflight = await fetch(`${gateway.publicUrl}/auth`, {
      method: 'OPTIONS',
      headers: { origin: PAGE },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    const refused = await fetch(`${gateway.publicUrl}/auth`, {
      method: 'OPTIONS',
      headers: { origin: 'https://x.example' },
    });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('let one address make so many requests, refilled by the minute', async () => {
    let nowMs = 1_760_000_000_000;
    const { get, post, upstream } = await startBench({ requestsPerMinute: 3 }, { now: () => nowMs });
    const statuses = async (n: number) => {
      const answers = [];
      for (let i = 0; i < n; i++) answers.push(await get('/start'));
      return answers;
    };
    const answers = await statuses(4);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.headers['retry-after']).toBe('20');
    expect(upstream.count('/omni/start')).toBe(3);
    // Webhooks come from the vendor's servers and have a limit of their own.
    expect((await post('/webhook', finished('a'))).status).toBe(200);
    nowMs += 20_000;
    expect((await statuses(2)).map(({ status }) => status)).toEqual([200, 429]);
  });

  it('answer 502 or 504 in neutral words where the upstream fails, and stop asking it for a while', async () => {
    const upstream = await startIncodeUpstream();
    let nowMs = 1_760_000_000_000;
    const { get, gateway } = await startBench({ timeout: '1s' }, { upstream, now: () => nowMs });
    const path = '/onboarding-url';
    const secretly = `{"error":"${API_KEY}"}`;
    const failing = async (status: number, body: string): Promise<unknown> => {
      upstream.intercept = (_, response) => Boolean(response.writeHead(status).end(body));
      const answer = await get(path);
      return [answer.status, json(answer)];
    };
    expect(await failing(400, secretly)).toEqual([502, { error: 'bad gateway' }]);
    expect(await failing(500, secretly)).toEqual([502, { error: 'bad gateway' }]);
    expect(await failing(200, `{"token": ${API_KEY}`)).toEqual([502, { error: 'bad gateway' }]);
    expect(await failing(200, '{"token":"x"}')).toEqual([502, { error: 'bad gateway' }]);
    expect(await failing(302, '')).toEqual([502, { error: 'bad gateway' }]);
    upstream.intercept = () => true;
    const slow = await get(path);
    expect([slow.status, json(slow)]).toEqual([504, { error: 'gateway timeout' }]);
    for (let i = 0; i < 4; i++) await failing(500, '');
    const asked = upstream.requests.length;
    const open = await get(path);
    expect([open.status, open.headers['retry-after'], json(open)]).toEqual([
      503,
      '10',
      { error: 'unavailable' },
    ]);
    expect(upstream.requests.length).toBe(asked);
    expect(gateway.log.join('')).toContain(
      '"circuit":"open","msg":"the upstream fails again and again; it is left alone for a while"',
    );
    nowMs += 10_000;
    upstream.intercept = () => false;
    expect((await get(path)).status).toBe(200);
    expect(gateway.log.join('')).toContain('"circuit":"closed","msg":"the upstream answers again"');
  });

  it('try a GET again where the upstream is away for a moment, and a POST never', async () => {
    const { get, post, upstream } = await startBench();
    await get('/fetch-score?interviewId=a');
    upstream.requests.length = 0;
    upstream.intercept = (_, response) => {
      if (upstream.requests.length > 1) return false;
      response.writeHead(503).end();
      return true;
    };
    expect((await get('/fetch-score?interviewId=a')).status).toBe(200);
    expect(upstream.count('/omni/get/score')).toBe(2);
    upstream.requests.length = 0;
    expect((await post('/auth', { transactionId: 't', token: 'u', interviewToken: 'v' })).status).toBe(502);
    expect(upstream.requests.length).toBe(1);
  });
});
