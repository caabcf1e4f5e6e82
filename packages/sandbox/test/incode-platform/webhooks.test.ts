import { describe, expect, it } from 'vitest';
import type { IncodeDelivery } from '../../src/incode-platform/model.ts';
import { FLOW_ID, signal, startPlatform, startReceiver, startSession } from './support.ts';

describe('webhooks of a finished onboarding', () => {
  it('go to every place that is set, with what is set for it', async () => {
    const [first, other] = [await startReceiver(), await startReceiver()];
    const platform = await startPlatform({
      webhooks: [{ url: first.url, headers: { authorization: 'Bearer of-one' } }, { url: other.url }],
    });
    const { interviewId } = await startSession(platform);
    const deliveries = await platform.finish(interviewId);
    const payload = {
      interviewId,
      onboardingStatus: 'ONBOARDING_FINISHED',
      clientId: 'client-of-tests',
      flowId: FLOW_ID,
    };
    const answered = { payload, status: 200, bodyText: '{"ok":true}', problem: undefined };
    expect(deliveries).toEqual([
      { url: first.url, ...answered },
      { url: other.url, ...answered },
    ]);
    expect(first.received).toMatchObject([
      { payload, headers: { 'content-type': 'application/json', authorization: 'Bearer of-one' } },
    ]);
    expect(other.received).toMatchObject([{ payload }]);
    expect(other.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('carry neither the API key nor a token', async () => {
    const receiver = await startReceiver();
    const platform = await startPlatform({ webhooks: [{ url: receiver.url }] });
    const { interviewId, token } = await startSession(platform);
    await platform.finish(interviewId);
    const sent = JSON.stringify(receiver.received);
    for (const secret of [...platform.secrets(), token]) expect(sent).not.toContain(secret);
  });

  it('say what became of those that nobody answered, and the others still come', async () => {
    const receiver = await startReceiver();
    const gone = await startPlatform();
    await gone.close();
    const told: IncodeDelivery[] = [];
    const platform = await startPlatform({
      webhooks: [{ url: gone.apiUrl }, { url: receiver.url }],
      onWebhook: (delivery) => told.push(delivery),
    });
    const { interviewId } = await startSession(platform);
    const deliveries = await platform.finish(interviewId);
    expect(deliveries).toMatchObject([
      {
        status: undefined,
        bodyText: '',
        problem: expect.stringContaining('the webhook could not be reached: connect ECONNREFUSED'),
      },
      { status: 200 },
    ]);
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([...deliveries]));
  });

  it('are waited for as long as told', async () => {
    const receiver = await startReceiver(() => new Promise(() => {}));
    const platform = await startPlatform({ webhooks: [{ url: receiver.url }], webhookTimeoutMs: 20 });
    const { interviewId } = await startSession(platform);
    expect(await platform.finish(interviewId)).toMatchObject([
      { status: undefined, problem: 'the webhook did not answer within 20 ms' },
    ]);
  });

  it('are broken off when the platform closes', async () => {
    const { came, give } = signal();
    const receiver = await startReceiver(() => {
      give();
      return new Promise(() => {});
    });
    const platform = await startPlatform({ webhooks: [{ url: receiver.url }] });
    const { interviewId } = await startSession(platform);
    const deliveries = platform.finish(interviewId);
    await came;
    await platform.close();
    expect(await deliveries).toMatchObject([
      { status: undefined, problem: 'the webhook was not waited for: the platform is closed' },
    ]);
  });

  it.each(['', '/webhook', 'ftp://example.com/'])('cannot go to %j', async (url) => {
    await expect(startPlatform({ webhooks: [{ url }] })).rejects.toThrow('webhooks[0].url');
  });
});

describe('a webhook sent by hand', () => {
  it('says whatever it is told to, of any interview, and changes nothing', async () => {
    const receiver = await startReceiver();
    const platform = await startPlatform();
    const { interviewId } = await startSession(platform);
    const headers = { 'x-shared': 'secret' };
    await platform.sendWebhook(interviewId, 'ID_VALIDATION_FINISHED', receiver.url);
    await platform.sendWebhook('unknown', 'ONBOARDING_FINISHED', receiver.url, { headers });
    const common = { clientId: 'client-of-tests', flowId: FLOW_ID };
    expect(receiver.received).toMatchObject([
      { payload: { ...common, interviewId, onboardingStatus: 'ID_VALIDATION_FINISHED' } },
      { payload: { ...common, interviewId: 'unknown', onboardingStatus: 'ONBOARDING_FINISHED' }, headers },
    ]);
    expect(platform.interviews()).toMatchObject([{ interviewId, onboardingStatus: 'UNKNOWN' }]);
  });

  it('is sent as often as told, all at once', async () => {
    const { came: all, give } = signal();
    let waiting = 0;
    const receiver = await startReceiver(async () => {
      waiting += 1;
      if (waiting === 20) give();
      await all;
    });
    const platform = await startPlatform();
    // Nobody is answered before all are there.
    const deliveries = await platform.sendWebhook('any', 'ANY', receiver.url, { times: 20 });
    expect(deliveries.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(receiver.received).toHaveLength(20);
  });

  it('is sent to no more at once than told', async () => {
    let [underWay, most] = [0, 0];
    const receiver = await startReceiver(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    });
    const platform = await startPlatform();
    await platform.sendWebhook('any', 'ANY', receiver.url, { times: 20, concurrency: 3 });
    expect(receiver.received).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(3);
    expect(most).toBeGreaterThan(1);
  });

  it.each([{ times: 0 }, { times: 1.5 }, { times: 2, concurrency: 0 }, { concurrency: Number.NaN }])(
    'cannot be sent with %j',
    async (options) => {
      const receiver = await startReceiver();
      const platform = await startPlatform();
      await expect(platform.sendWebhook('any', 'ANY', receiver.url, options)).rejects.toThrow(RangeError);
      expect(receiver.received).toEqual([]);
    },
  );
});
