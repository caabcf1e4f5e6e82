/** What a session keeps goes and is shown by the rules of its `keep`, as a gate's. */
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { DAY } from '../../src/config/units.ts';
import { keepersOf } from '../../src/keeping/keepers.ts';
import { createRetention } from '../../src/keeping/retention.ts';
import { later } from '../harness.ts';
import { finished, incodeInput, startBench } from './support.ts';

const VALUE = 'ada.lovelace@example.org';

it('masks its events in views, and search finds what is shown', async () => {
  const { gateway, post } = await startBench({ keep: { mask: { headers: ['x-user'], members: ['email'] } } });
  const headers = { 'x-user': VALUE };
  await post('/webhook', { ...finished('int-1'), email: VALUE }, { headers });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const [summary] = (await client.call('events', { gate: 'incode' })).events;
  const shown = await client.call('event', { id: summary?.id ?? '' });
  expect(shown.masked).toBe(true);
  expect(Buffer.from(shown.bodyBase64, 'base64').toString()).toContain('"email":"***"');
  expect(shown.headers.find(({ name }) => name === 'x-user')?.value).toBe('***');
  expect((await client.call('searchEvents', { text: 'lovelace' })).events).toEqual([]);
  expect((await client.call('searchEvents', { text: 'int-1' })).events).toHaveLength(1);
});

it('bounds its events by age and size', async () => {
  const { gateway, post, upstream } = await startBench();
  await post('/webhook', finished('int-1'));
  await post('/webhook', finished('int-2'));
  const session = incodeInput(upstream.url, { keep: { for: '30d', atMost: '1KB' } });
  const { config } = parseConfig(
    { store: 'memory:', sessions: { incode: session } },
    { baseDir: '/', env: {} },
  );
  const keepers = keepersOf(config);
  expect(keepers).toMatchObject([{ name: 'incode', forMs: 30 * DAY, maxBytes: 1024 }]);
  const { events, upkeep } = gateway.store;
  const retention = createRetention({ keepers, events, upkeep, now: Date.now, log: { warn() {} } });
  later(() => retention.close());
  await retention.sweep();
  expect((await events.totals()).map(({ gate, number }) => [gate, number])).toEqual([]);
});
