/** Every answer carries an id that the log has, and every page for people shows it. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { actionsModule, hmacHeaders, SECRET, send, start, startUpstream } from '../harness.ts';

const keys = [{ secret: SECRET }];

it('of every outcome, refusal and path', async () => {
  const upstream = await startUpstream((_, response) => {
    response.writeHead(200, { 'X-Request-Id': 'of-the-upstream' }).end('ok');
  });
  const module = actionsModule(
    `export const a = { name: 'a', description: 'Says hello.', input: { type: 'object' }, run: () => 'hello' };`,
  );
  const hmac = { provider: 'hmac', keys } as const;
  const gateway = await start({
    answer: { path: '/answer', ...hmac, answer: { actions: module } },
    forward: { path: '/forward', ...hmac, forward: { to: upstream.url } },
    keep: { path: '/keep', ...hmac, keep: {} },
    respond: { path: '/respond', ...hmac, respond: { status: 200 } },
  });
  for (const path of ['/answer', '/forward', '/keep', '/respond', '/nowhere']) {
    for (const headers of [hmacHeaders('{}'), {}]) {
      const next = gateway.nextRecord();
      const answer = await send(gateway.publicUrl + path, { headers, body: '{}' });
      expect(answer.headers['x-request-id'], path).toBe((await next).requestId);
    }
  }
  const health = await send(`${gateway.publicUrl}/health`, { method: 'GET' });
  expect(health.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/);
});

it('on a page for people, whether it was accepted or refused', async () => {
  const module = actionsModule(
    `export const a = { name: 'a', description: 'Says hello.', input: { type: 'object' }, run: () => 'hello' };`,
  );
  const gateway = await start({
    ami: { path: '/ami', provider: 'flow-production-tracking', keys, answer: { actions: module } },
  });
  const timestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const lines = [`timestamp=${timestamp}\r\n`, 'user_id=1\r\n'].sort().join('');
  const signature = createHmac('sha1', SECRET).update(lines).digest('hex');
  const form = new URLSearchParams({ user_id: '1', timestamp, signature }).toString();
  for (const body of [form, form.replace('user_id=1', 'user_id=2')]) {
    const next = gateway.nextRecord();
    const answer = await send(`${gateway.publicUrl}/ami`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    const { requestId } = await next;
    expect(answer.headers['x-request-id']).toBe(requestId);
    expect(answer.text).toContain(`<footer>Request ${requestId}</footer>`);
  }
  expect(gateway.records.map(({ status }) => status)).toEqual([200, 401]);
});
