/** A real Prometheus, configured as docs/metrics.md says, scrapes a real gateway. */
import { expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { hmacHeaders, SECRET, send, start } from '../harness.ts';
import { startPrometheus } from './prometheus-server.ts';
import { leaveOut, whyLeftOut } from './promtool.ts';

it.skipIf(leaveOut || !isLong)(
  `Prometheus scrapes a gateway by the configuration of docs/metrics.md${longReason || whyLeftOut}`,
  async () => {
    const gateway = await start({
      one: { path: '/one', provider: 'hmac', keys: [{ secret: SECRET }], keep: {} },
    });
    await send(`${gateway.publicUrl}/one`, { headers: hmacHeaders('x'), body: 'x' });
    const prometheus = await startPrometheus(gateway);
    const first = async (query: string): Promise<string | undefined> => (await prometheus.values(query))[0];
    await expect
      .poll(() => first('countersign_requests_total{gate="one",verdict="accepted",reason=""}'), {
        timeout: 20_000,
      })
      .toBe('1');
    expect(await first('up{job="countersign"}')).toBe('1');
    expect(await first('countersign_store_write_duration_seconds_count')).toBe('1');
    expect(await first('histogram_quantile(0.5, countersign_verify_duration_seconds_bucket)')).toMatch(
      /^0\.0/,
    );
  },
);
