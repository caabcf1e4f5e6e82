/** `examples/incode` as it stands, on the environment alone, in front of the sandbox's Incode. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { type IncodePlatform, startIncodePlatform } from '@countersign/sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { ROOT } from '../support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const API_KEY = 'the-api-key-that-stays-in-the-backend';
const ADMIN = { email: 'boss@example.com', password: 'the-password-that-stays-in-the-backend' };
const INTERVIEWS = between(15, 50);
const PAGE = 'https://page.example';

async function startBoth() {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  cleanups.push(() => rmSync(dir, { recursive: true }));
  const platform = await startIncodePlatform({ apiKey: API_KEY, admin: ADMIN });
  cleanups.push(() => platform.close());
  const log: string[] = [];
  const gateway = await startExample(platform, dir, log);
  const said: string[] = [];
  const call = async (
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(gateway.publicUrl + path, init);
    const text = await answer.text();
    said.push(text);
    return { status: answer.status, body: JSON.parse(text) };
  };
  return { platform, gateway, log, said, call };
}

async function startExample(platform: IncodePlatform, dir: string, log: string[]): Promise<Gateway> {
  const { config } = await loadConfig({
    path: join(ROOT, 'examples/incode/countersign.yaml'),
    cwd: ROOT,
    env: {
      API_URL: platform.apiUrl,
      API_KEY,
      CLIENT_ID: platform.clientId,
      FLOW_ID: platform.flowId,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      REDIRECTS: `${PAGE},http://localhost:3000`,
      STORE: join(dir, 'incode.db'),
      STORE_KEY: '0123456789abcdef'.repeat(4),
      PORT: '0',
      ADMIN_PORT: '0',
    },
  });
  const gateway = await startGateway({ config, logSink: { write: (line) => void log.push(line) } });
  cleanups.push(() => gateway.close());
  return gateway;
}

describe('a front end that sees the gateway alone', () => {
  it('finishes an onboarding, which is approved once; no secret is in any answer or log line', async () => {
    const { platform, gateway, log, said, call } = await startBoth();
    const redirect = encodeURIComponent(`${PAGE}/done`);
    const { body: session } = await call(`/onboarding-url?redirectUrl=${redirect}`);
    expect(Object.keys(session).sort()).toEqual(['interviewId', 'token', 'uniqueId', 'url']);
    expect((await call(`/start?uniqueId=${session['uniqueId']}`)).body).toMatchObject({
      token: session['token'],
    });
    expect((await fetch(String(session['url']))).status).toBe(200);
    const interviewId = String(session['interviewId']);
    const status = () => call(`/onboarding-status?interviewId=${interviewId}`);
    expect((await status()).body).toEqual({ onboardingStatus: 'UNKNOWN' });

    await platform.finish(interviewId);
    expect((await status()).body).toEqual({ onboardingStatus: 'ONBOARDING_FINISHED' });
    expect((await call(`/fetch-score?interviewId=${interviewId}`)).body).toMatchObject({
      overall: { status: 'OK' },
    });
    const deliveries = await platform.sendWebhook(
      interviewId,
      'ONBOARDING_FINISHED',
      `${gateway.publicUrl}/approve`,
      {
        times: 20,
      },
    );
    expect(new Set(deliveries.map(({ bodyText }) => bodyText)).size).toBe(1);
    expect(JSON.parse(deliveries[0]?.bodyText ?? '')).toMatchObject({ success: true });
    expect(platform.approvals(interviewId)).toBe(1);
    expect(platform.logIns).toBe(1);

    await gateway.close();
    const everything = [...said, ...log, ...deliveries.map(({ bodyText }) => bodyText)].join('\n');
    expect(platform.secrets().length).toBeGreaterThan(3);
    for (const secret of platform.secrets()) {
      expect(everything).not.toContain(secret);
    }
  });

  it('is told whether a log-in by face is verified', async () => {
    const { platform, call } = await startBoth();
    const { body } = await call('/start');
    const attempt = platform.createAuthAttempt(String(body['interviewId']));
    const verify = (sent: object) => call('/auth', { method: 'POST', body: JSON.stringify(sent) });
    expect(await verify(attempt)).toEqual({ status: 200, body: { verified: true } });
    expect(await verify({ ...attempt, transactionId: 'another' })).toEqual({
      status: 200,
      body: { verified: false },
    });
  });

  it(`${INTERVIEWS * 10} webhooks for ${INTERVIEWS} interviews, all at once, are one approval each`, async () => {
    const { platform, gateway, call } = await startBoth();
    const started = await Promise.all(Array.from({ length: INTERVIEWS }, () => call('/start')));
    const ids = started.map(({ body }) => String(body['interviewId']));
    for (const id of ids) await platform.finish(id);
    const url = `${gateway.publicUrl}/approve`;
    const sent = await Promise.all(
      ids.map((id) => platform.sendWebhook(id, 'ONBOARDING_FINISHED', url, { times: 10 })),
    );
    for (const delivery of sent.flat())
      expect(JSON.parse(delivery.bodyText)).toMatchObject({ success: true });
    expect(ids.map((id) => platform.approvals(id))).toEqual(Array(INTERVIEWS).fill(1));
    expect([platform.logIns, platform.calls('POST /omni/process/approve')]).toEqual([1, INTERVIEWS]);
  });

  it('does not get one whose score fails approved, whatever a webhook says', async () => {
    const { platform, gateway, call } = await startBoth();
    const { body } = await call('/start');
    const interviewId = String(body['interviewId']);
    await platform.finish(interviewId);
    platform.setScore(interviewId, 'FAIL');
    const [delivery] = await platform.sendWebhook(
      interviewId,
      'ONBOARDING_FINISHED',
      `${gateway.publicUrl}/approve`,
    );
    expect(JSON.parse(delivery?.bodyText ?? '')).toMatchObject({ success: false });
    expect(platform.approvals(interviewId)).toBe(0);
  });
});
