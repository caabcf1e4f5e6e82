/** The store as a whole, by the admin API. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { event } from '../../src/testing/kept-events.ts';
import { start, temporaryDir } from '../harness.ts';
import { startDay } from './day-bench.ts';

describe('the store', () => {
  it('is told of, looked through and copied', async () => {
    const gateway = await start({ inbox: { path: '/inbox', provider: 'none', keep: {} } });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    await gateway.store.events.keep(event(1, { gate: 'inbox' }));
    const at = new Date(event(1).receivedMs).toISOString();
    expect(await client.call('storeStats')).toMatchObject({ events: 1, oldestAt: at, newestAt: at });
    expect(await client.call('verifyStore')).toEqual({ events: 1, findings: [] });
    const file = join(temporaryDir(), 'copy.db');
    expect(await client.call('backupStore', { file })).toMatchObject({ file });
    expect(existsSync(file)).toBe(true);
    expect(gateway.log.join('')).toContain('"msg":"the store was backed up"');
    await expect(client.call('backupStore', { file })).rejects.toMatchObject({
      status: 409,
      code: 'not-backed-up',
    });
    await expect(client.call('backupStore', { file: 'copy.db' })).rejects.toThrow(
      'file must be an absolute path',
    );
  });

  it('that has no file is not copied, whichever file is named', async () => {
    const gateway = await start(
      { inbox: { path: '/inbox', provider: 'none', keep: {} } },
      { store: 'memory:' },
    );
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const file = join(temporaryDir(), 'copy.db');
    const refused = client.call('backupStore', { file });
    await expect(refused).rejects.toMatchObject({ code: 'no-store-file' });
    await expect(refused).rejects.toThrow(
      `${file} was not written: the store is in memory: there is nothing to copy`,
    );
  });

  it('erases what matches, and says in the log how much, not whose', async () => {
    const { client, gateway, keep } = await startDay();
    const id = await keep(1, { body: Buffer.from('{"email":"ada@example.org"}') });
    await keep(2);
    const chosen = { memberPath: 'email', memberValue: 'ada@example.org' };
    expect(await client.call('eraseEvents', { ...chosen, dryRun: true })).toEqual({
      events: 1,
      refused: 0,
      cancelled: 0,
    });
    expect((await client.call('event', { id })).erasedAt).toBeUndefined();
    expect(await client.call('eraseEvents', chosen)).toMatchObject({ events: 1, refused: 0 });
    expect((await client.call('event', { id })).bodyBase64).toBe('');
    expect(
      (await client.call('events')).events.filter(({ erasedAt }) => erasedAt !== undefined),
    ).toHaveLength(1);
    const [line = ''] = gateway.log.filter((text) => text.includes('"msg":"payloads were erased"'));
    expect(JSON.parse(line)).toMatchObject({ events: 1 });
    expect(line).not.toContain('ada@');
  });

  it.each([
    [{}, 'invalid-input', 'one of id, text, headerName and memberPath must be given'],
    [{ gate: 'inbox' }, 'invalid-input', 'one of id, text, headerName and memberPath must be given'],
    [{ headerName: 'a' }, 'invalid-input', 'headerName and headerValue go together'],
    [{ text: 'a', memberValue: 'b' }, 'invalid-input', 'memberPath and memberValue go together'],
    [
      { gate: 'inbx', text: 'a' },
      'no-such-gate',
      'the gateway has no gate of this name; did you mean inbox? (gates: inbox)',
    ],
  ])('erases nothing by %j: %s', async (input, code, message) => {
    const { client, refusal } = await startDay();
    expect(await refusal(client.call('eraseEvents', input))).toEqual([code, message]);
  });
});
