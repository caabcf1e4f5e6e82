import { describe, expect, it } from 'vitest';
import type { IncodeDelivery } from '../../src/incode-platform/model.ts';
import { FLOW_ID, pageOf, signal, startPlatform, startReceiver, startSession } from './support.ts';

const submit = (page: string): Promise<Response> => fetch(page, { method: 'POST', redirect: 'manual' });

describe('the onboarding page', () => {
  it('has one button, which submits it', async () => {
    const platform = await startPlatform();
    const session = await startSession(platform);
    const page = await pageOf(platform, session);
    const response = await fetch(page);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(html).toContain(`<form method="post" action="${new URL(page).pathname}">`);
    expect(html.match(/<button>/g)).toHaveLength(1);
    expect(html).toContain(session.interviewId);
    expect(html).not.toContain(session.token);
    for (const secret of platform.secrets()) expect(html).not.toContain(secret);
  });

  it('finishes the onboarding and leads to the redirectionUrl', async () => {
    const platform = await startPlatform();
    const redirectionUrl = 'https://shop.example/done?at=1&more=%20';
    const session = await startSession(platform, { redirectionUrl });
    const response = await submit(await pageOf(platform, session));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(redirectionUrl);
    expect(platform.interviews()).toMatchObject([{ onboardingStatus: 'ONBOARDING_FINISHED', score: 'OK' }]);
  });

  it('leads back to itself where there is no redirectionUrl, and says that it is finished', async () => {
    const platform = await startPlatform();
    const page = await pageOf(platform, await startSession(platform));
    const response = await fetch(page, { method: 'POST' });
    expect(response.url).toBe(page);
    const html = await response.text();
    expect(html).toContain('The onboarding is finished.');
    expect(html).not.toContain('<button>');
  });

  it('finishes its own interview only', async () => {
    const platform = await startPlatform();
    const [, other] = [await startSession(platform), await startSession(platform)];
    await submit(await pageOf(platform, other));
    expect(platform.interviews()).toMatchObject([
      { onboardingStatus: 'UNKNOWN' },
      { onboardingStatus: 'ONBOARDING_FINISHED' },
    ]);
  });

  it('sends the webhooks, and does not wait for their answers', async () => {
    const { came: answers, give: letAnswer } = signal();
    const receiver = await startReceiver(() => answers);
    const { came: delivered, give: deliver } = signal();
    const deliveries: IncodeDelivery[] = [];
    const platform = await startPlatform({
      webhooks: [{ url: receiver.url }],
      onWebhook: (delivery) => {
        deliveries.push(delivery);
        deliver();
      },
    });
    const session = await startSession(platform);
    expect((await submit(await pageOf(platform, session))).status).toBe(303);
    expect(deliveries).toEqual([]);
    letAnswer();
    await delivered;
    const payload = {
      interviewId: session.interviewId,
      onboardingStatus: 'ONBOARDING_FINISHED',
      clientId: 'client-of-tests',
      flowId: FLOW_ID,
    };
    expect(receiver.received).toMatchObject([{ payload }]);
    expect(deliveries).toEqual([
      { url: receiver.url, payload, status: 200, bodyText: '{"ok":true}', problem: undefined },
    ]);
  });

  it('sends no webhook the second time', async () => {
    const receiver = await startReceiver();
    const { came: delivered, give: deliver } = signal();
    const platform = await startPlatform({ webhooks: [{ url: receiver.url }], onWebhook: deliver });
    const session = await startSession(platform);
    const page = await pageOf(platform, session);
    await submit(page);
    await delivered;
    expect((await submit(page)).status).toBe(303);
    expect(await platform.finish(session.interviewId)).toEqual([]);
    expect(receiver.received).toHaveLength(1);
  });

  it('is not found by another key, nor by the interview’s id', async () => {
    const platform = await startPlatform();
    const { interviewId } = await startSession(platform);
    for (const key of ['', 'x', '0'.repeat(32), interviewId]) {
      const url = `${platform.apiUrl}/onboarding/${key}`;
      expect((await fetch(url)).status).toBe(404);
      expect((await submit(url)).status).toBe(404);
    }
    expect(platform.interviews()).toMatchObject([{ onboardingStatus: 'UNKNOWN' }]);
  });

  it('is opened and submitted, and nothing else', async () => {
    const platform = await startPlatform();
    const page = await pageOf(platform, await startSession(platform));
    const response = await fetch(page, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(platform.interviews()).toMatchObject([{ onboardingStatus: 'UNKNOWN' }]);
  });
});
