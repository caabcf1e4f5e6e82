/** What a gate’s `keep` says of its events: what is shown of them, and what is kept in place of a body. */
import { createHash } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import type { KeepInput } from '../../src/config/delivery-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { hmacHeaders, SECRET, send, start, type TestGateway } from '../harness.ts';

function gates(keep: KeepInput) {
  return {
    k: { path: '/keep', provider: 'hmac', keys: [{ secret: SECRET }], keepRefused: true, keep },
  } as const;
}

async function sendTo(gateway: TestGateway, body: string, signed = body): Promise<number> {
  const headers = { 'content-type': 'application/json', 'X-User': 'ana', ...hmacHeaders(signed) };
  const { status } = await send(`${gateway.publicUrl}/keep?email=ana&n=1`, { body, headers });
  return status;
}

function clientOf({ adminUrl = '', adminToken }: TestGateway) {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

const BODY = '{"email":"ana@example.com","n":1}';
const SHOWN = '{"email":"***","n":1}';
const MASK: KeepInput = { mask: { headers: ['X-User'], members: ['email'] } };

it('a masked gate shows *** in lists, views and of refused requests; the event is stored as it came', async () => {
  const gateway = await start(gates(MASK));
  expect(await sendTo(gateway, BODY)).toBe(200);
  expect(await sendTo(gateway, BODY, 'other')).toBe(401);
  const client = clientOf(gateway);
  const [listed] = (await client.call('events', {})).events;
  expect(listed).toMatchObject({ url: '/keep?email=***&n=1', bodyBytes: BODY.length });
  const id = listed?.id ?? '';
  const view = await client.call('event', { id });
  expect(view).toMatchObject({ url: '/keep?email=***&n=1', bodyBytes: BODY.length, masked: true });
  expect(Buffer.from(view.bodyBase64, 'base64').toString()).toBe(SHOWN);
  expect(view.headers).toContainEqual({ name: 'X-User', value: '***' });
  const stored = await gateway.store.events.get(id);
  expect(Buffer.from(stored?.body ?? []).toString()).toBe(BODY);
  expect(stored?.url).toBe('/keep?email=ana&n=1');
  const [refusal] = (await client.call('refused', {})).refused;
  expect(refusal?.url).toBe('/keep?email=***&n=1');
  const refused = await client.call('refusedRequest', { id: refusal?.id ?? '' });
  expect(Buffer.from(refused.bodyBase64, 'base64').toString()).toBe(SHOWN);
  expect(refused.masked).toBe(true);
  expect(gateway.log.join('')).not.toMatch(/ana/);
});

it('a gate without a mask shows all of it', async () => {
  const gateway = await start(gates({}));
  expect(await sendTo(gateway, BODY)).toBe(200);
  const client = clientOf(gateway);
  const [listed] = (await client.call('events', {})).events;
  const view = await client.call('event', { id: listed?.id ?? '' });
  expect(Buffer.from(view.bodyBase64, 'base64').toString()).toBe(BODY);
  expect(view).not.toHaveProperty('masked');
});

it('body: hash keeps the length and the SHA-256 of a body, and nothing of it', async () => {
  const gateway = await start(gates({ body: 'hash' }));
  expect(await sendTo(gateway, BODY)).toBe(200);
  const sha256 = createHash('sha256').update(BODY).digest('hex');
  const [listed] = await gateway.store.events.list();
  expect(listed?.bodyBytes).toBe(BODY.length);
  const stored = await gateway.store.events.get(listed?.id ?? '');
  expect(stored).toMatchObject({ hashed: { sha256, bodyBytes: BODY.length } });
  expect(stored?.body).toHaveLength(0);
  const view = await clientOf(gateway).call('event', { id: listed?.id ?? '' });
  expect(view).toMatchObject({ bodyBase64: '', bodySha256: sha256, bodyBytes: BODY.length });
  const [total] = await gateway.store.events.totals();
  expect(total).toEqual({ gate: 'k', number: 1, bodyBytes: BODY.length });
});

it('a gate that keeps no body delivers none', () => {
  const input = gates({ body: 'hash', deliver: [{ to: 'http://127.0.0.1:9000' }] });
  expect(() => parseConfig({ gates: input }, { baseDir: '/', env: {} })).toThrow(
    'gates.k.keep.body: is hash, and the gate delivers: of its events no body is kept that could be sent\n    expected: whole, or no deliver',
  );
});
