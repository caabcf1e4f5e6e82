import { createHmac, randomBytes } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { keyOfProvider } from '../../../core/test/support/provider-key.ts';
import { fullStore, hmacHeaders, SECRET, send, start, temporaryDir } from '../harness.ts';

const keys = [{ id: 'main', secret: SECRET }];
const keeping = { path: '/keep', provider: 'hmac', keys, keep: {} } as const;

function adminOf({
  adminUrl = '',
  adminToken,
}: {
  readonly adminUrl: string | undefined;
  readonly adminToken: string;
}) {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

describe('a keeping gate', () => {
  it('keeps the request byte-exact before it acknowledges', async () => {
    const gateway = await start({ k: keeping });
    const body = randomBytes(3000);
    const headers = [
      ...Object.entries(hmacHeaders(body)).flat(),
      'X-Twice',
      'é\u00ff',
      'X-Twice',
      ' two',
      'Host',
      'h',
    ];
    const answer = await send(`${gateway.publicUrl}/keep?a=%20b`, { headers, body });
    expect(answer).toMatchObject({ status: 200, text: '{}' });
    const admin = adminOf(gateway);
    const { events } = await admin.call('events');
    expect(events).toMatchObject([
      { gate: 'k', provider: 'hmac', keyId: 'main', method: 'POST', url: '/keep?a=%20b', bodyBytes: 3000 },
    ]);
    const event = await admin.call('event', { id: events[0]?.id ?? '' });
    expect(event?.bodyBase64).toBe(body.toString('base64'));
    expect(event?.headers.filter(({ name }) => name === 'X-Twice').map(({ value }) => value)).toEqual([
      'é\u00ff',
      'two',
    ]);
    const { id: eventId } = event;
    expect(gateway.records).toMatchObject([
      { verdict: 'accepted', claim: 'committed', eventId, status: 200 },
    ]);
  });

  it('answers what the sender wants to read, where its provider says so', async () => {
    const { signing } = keyOfProvider('dropbox-sign');
    const gateway = await start({
      k: { path: '/keep', provider: 'dropbox-sign', keys: [{ secret: signing }], keep: {} },
    });
    const event_time = String(Math.floor(Date.now() / 1000));
    const event_type = 'signature_request_signed';
    const event_hash = createHmac('sha256', signing).update(`${event_time}${event_type}`).digest('hex');
    const json = JSON.stringify({ event: { event_time, event_type, event_hash } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ json }).toString();
    const answer = await send(`${gateway.publicUrl}/keep`, { headers, body });
    expect(answer).toMatchObject({ status: 200, text: 'Hello API Event Received' });
    const forged = await send(`${gateway.publicUrl}/keep`, {
      headers,
      body: body.replace('signed', 'viewed'),
    });
    expect(forged).toMatchObject({ status: 401, text: '{}' });
  });

  it('names in the record of each request the event that it became, where its gate monitors, too', async () => {
    const gateway = await start({ k: { ...keeping, mode: 'monitor' } });
    await send(`${gateway.publicUrl}/keep`, { headers: hmacHeaders('other'), body: 'x' });
    await send(`${gateway.publicUrl}/keep`, { headers: hmacHeaders('x'), body: 'x' });
    const { events } = await adminOf(gateway).call('events');
    const ids = events.map(({ id }) => id).reverse();
    expect(ids).toHaveLength(2);
    expect(gateway.records.map(({ eventId }) => eventId)).toEqual(ids);
  });

  it('acknowledges a repeat without keeping it again', async () => {
    const gateway = await start({ k: keeping });
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/keep`, { headers, body: 'x' });
    expect((await post()).status).toBe(200);
    expect(await post()).toMatchObject({ status: 200, text: '' });
    expect((await adminOf(gateway).call('events')).events).toHaveLength(1);
    expect(gateway.records[1]).toMatchObject({
      verdict: 'refused',
      reason: 'replayed',
      claim: 'repeat',
      eventId: undefined,
      status: 200,
    });
  });

  it('refuses a repeat where it is told to', async () => {
    const gateway = await start({ k: { ...keeping, replay: { repeat: 'refuse' } } });
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/keep`, { headers, body: 'x' });
    expect((await post()).status).toBe(200);
    expect((await post()).status).toBe(409);
  });

  it('keeps many at once, each once', async () => {
    const gateway = await start({ k: keeping });
    const posts = Array.from({ length: 100 }, (_, i) => {
      const headers = hmacHeaders(`${i}`);
      return send(`${gateway.publicUrl}/keep`, { headers, body: `${i}` });
    });
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await adminOf(gateway).call('events', { limit: 200 })).events).toHaveLength(100);
  });

  it('takes unsigned requests where it is told to, and says so', async () => {
    const gateway = await start({ k: { path: '/keep', provider: 'none', keep: {} } });
    expect((await send(`${gateway.publicUrl}/keep`, { body: 'x' })).status).toBe(200);
    expect(gateway.records).toMatchObject([{ verdict: 'unsigned', claim: undefined }]);
    expect((await adminOf(gateway).call('events')).events).toMatchObject([{ provider: 'none', keyId: '' }]);
    expect(gateway.log.some((line) => line.includes('the gate takes unsigned requests'))).toBe(true);
  });

  it('answers 503 and frees the claim where the store does not take the event', async () => {
    const gateway = await start({ k: keeping }, { sharedStore: await fullStore() });
    const headers = hmacHeaders('x');
    const answer = await send(`${gateway.publicUrl}/keep`, { headers, body: 'x' });
    expect(answer).toMatchObject({ status: 503, text: '{}', headers: { 'retry-after': '1' } });
    expect(gateway.records).toMatchObject([{ reason: 'not-kept', claim: 'aborted', status: 503 }]);
  });
});

describe('a restart', () => {
  it('remembers what was kept and what was answered', async () => {
    const dir = temporaryDir();
    const respond = {
      path: '/respond',
      provider: 'github',
      keys,
      replay: { repeat: 'refuse' },
      respond: { status: 200 },
    } as const;
    const first = await start({ k: keeping, r: respond }, { dir });
    const kept = hmacHeaders('x');
    const signature = `sha256=${createHmac('sha256', SECRET).update('body').digest('hex')}`;
    const send2 = async (publicUrl: string) => {
      const one = await send(`${publicUrl}/keep`, { headers: kept, body: 'x' });
      const two = await send(`${publicUrl}/respond`, {
        headers: { 'x-hub-signature-256': signature },
        body: 'body',
      });
      return [one.status, two.status];
    };
    expect(await send2(first.publicUrl)).toEqual([200, 200]);
    await first.drain();
    const second = await start({ k: { ...keeping, replay: { repeat: 'refuse' } }, r: respond }, { dir });
    expect(await send2(second.publicUrl)).toEqual([409, 409]);
  });
});
