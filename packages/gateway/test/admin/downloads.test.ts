/** Bodies byte for byte and test files by the admin API: over real HTTP, from a sender to the operator, and the file is run. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdminClient, AdminError, createAdminClient, type ProblemCode } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { later, SECRET, send, start, type TestGateway } from '../harness.ts';

const key = { id: 'main', secret: SECRET };
/** No text in any encoding, and HTML to whoever guesses. */
const BODY = Buffer.concat([
  Buffer.from('<script>alert(1)</script>'),
  Buffer.from([0, 0xff, 0xfe, 0x0d, 0x0a]),
]);

async function started() {
  const gateway = await start(
    {
      hook: { path: '/hook', provider: 'github', keys: [key], keep: {}, keepRefused: {} },
      masked: { path: '/masked', provider: 'none', keep: { mask: { members: ['email'] } } },
      hashed: { path: '/hashed', provider: 'none', keep: { body: 'hash' } },
    },
    { storeKey: 'ab'.repeat(32) },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  return { gateway, client };
}

function signed(body: Uint8Array, secret = SECRET): Record<string, string> {
  return {
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    authorization: 'Bearer a-secret-of-somebody',
    'content-type': 'text/html',
  };
}

async function keep(gateway: TestGateway, path: string, body: Uint8Array = BODY): Promise<string> {
  await send(`${gateway.publicUrl}${path}`, { body, headers: path === '/hook' ? signed(body) : {} });
  return (await gateway.store.events.list({ limit: 1 }))[0]?.id ?? '';
}

async function refuse(gateway: TestGateway, client: AdminClient): Promise<string> {
  await send(`${gateway.publicUrl}/hook`, {
    body: BODY,
    headers: signed(BODY, 'another secret, and as long'),
  });
  return (await client.call('refused', { limit: 1 })).refused[0]?.id ?? '';
}

async function codeOf(call: Promise<unknown>): Promise<ProblemCode | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => (error instanceof AdminError ? error.code : undefined),
  );
}

/** Whether it passes as it is. */
function passes(text: string): string {
  // Below the project, so that its import resolves.
  const dir = mkdtempSync(join(import.meta.dirname, '.scratch-'));
  later(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'request.test.mjs'), text);
  return execFileSync(process.execPath, ['--test', '--test-reporter=tap', join(dir, 'request.test.mjs')], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
}

describe('a body', () => {
  it('of an event and of a refused request comes byte for byte, to be saved and never shown', async () => {
    const { gateway, client } = await started();
    const id = await keep(gateway, '/hook');
    const refusedId = await refuse(gateway, client);
    expect(Buffer.from(await client.call('eventBody', { id })).equals(BODY)).toBe(true);
    expect(Buffer.from(await client.call('refusedBody', { id: refusedId })).equals(BODY)).toBe(true);
    const { headers } = await send(`${gateway.adminUrl}/api/events/${id}/body`, {
      method: 'GET',
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${id}.bin"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it('that is masked, was not kept or is not there is refused', async () => {
    const { gateway, client } = await started();
    const masked = await keep(gateway, '/masked', Buffer.from('{"email":"ada@example.com"}'));
    const hashed = await keep(gateway, '/hashed');
    await expect(client.call('eventBody', { id: masked })).rejects.toMatchObject({
      code: 'request-masked',
      message: 'the admin API answered 409: keep.mask of masked hides something of its requests',
    });
    expect(await codeOf(client.call('eventTest', { id: masked }))).toBe('request-masked');
    expect(await codeOf(client.call('eventBody', { id: hashed }))).toBe('body-not-kept');
    expect(await codeOf(client.call('eventBody', { id: 'nobody' }))).toBe('no-such-event');
    expect(await codeOf(client.call('refusedBody', { id: 'nobody' }))).toBe('no-such-refusal');
  });

  it('is in the audit log, with who has asked for it', async () => {
    const { gateway, client } = await started();
    const id = await keep(gateway, '/hook');
    await client.call('eventBody', { id });
    await client.call('eventTest', { id });
    const { entries } = await client.call('audit', { limit: 10 });
    expect(entries.map(({ route }) => route)).toEqual(['eventTest', 'eventBody']);
  });
});

describe('a test file', () => {
  it('of an event and of a refused request passes as it is, and holds no secret', async () => {
    const { gateway, client } = await started();
    const id = await keep(gateway, '/hook');
    const texts = [
      await client.call('eventTest', { id }),
      await client.call('refusedTest', { id: await refuse(gateway, client) }),
    ];
    for (const text of texts) {
      expect(passes(text)).toMatch(/^# pass 2$/m);
      expect(text).not.toContain('a-secret-of-somebody');
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(signed(BODY)['x-hub-signature-256']);
    }
    expect(await client.call('eventTest', { id, framework: 'vitest' })).toContain("from 'vitest'");
    expect(await codeOf(client.call('eventTest', { id, framework: 'jest' }))).toBe('invalid-input');
  });
});
