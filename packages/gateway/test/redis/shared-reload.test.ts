/** A reload of gates that share their claims. */
import { expect, it } from 'vitest';
import { leaveOutRedis, redisReason, startRedis } from '../../../core/test/support/redis-server.ts';
import { hmacHeaders, later, send, startUpstream } from '../harness.ts';
import { startReloading } from '../setting/reloading.ts';
import { addressOf } from './links.ts';
import { forwarding } from './shared-gates.ts';

it.skipIf(leaveOutRedis)(
  `a reload changes what a gate does without Redis, keeps its claims, and says that another Redis needs a restart${redisReason}`,
  async () => {
    const server = await startRedis({ appendonly: 'no' });
    later(() => server.close());
    const upstream = await startUpstream((_, response) => response.end());
    const claims = { address: addressOf(server), timeout: '30s' };
    const { gateway, reload } = await startReloading({ claims, gates: forwarding(upstream.url) });
    const post = async (headers: Record<string, string>) =>
      (await send(`${gateway.publicUrl}/hook`, { body: 'x', headers })).status;
    const before = hmacHeaders('x');
    expect(await post(before)).toBe(200);
    const accepting = forwarding(upstream.url, { whenUnavailable: 'accept' });
    expect(await reload({ claims, gates: accepting })).toMatchObject({ result: 'applied' });
    expect(await post(before)).toBe(409);
    const other = { ...claims, prefix: 'other:' };
    expect(await reload({ claims: other, gates: accepting })).toMatchObject({ restart: ['claims'] });
    const meanwhile = hmacHeaders('x');
    await server.kill();
    expect(await post(meanwhile)).toBe(200);
    expect(await post(meanwhile)).toBe(409);
    expect(await reload({ claims, gates: forwarding(upstream.url) })).toMatchObject({ result: 'applied' });
    expect(await post(hmacHeaders('x'))).toBe(503);
    // What it has taken without Redis it still knows.
    expect(await post(meanwhile)).toBe(409);
  },
);
