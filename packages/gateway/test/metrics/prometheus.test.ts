/** A real Prometheus, configured as docs/metrics.md says, scrapes a real gateway. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { hmacHeaders, later, SECRET, send, start, type TestGateway, temporaryDir } from '../harness.ts';
import { leaveOut, PROMETHEUS, whyLeftOut } from './promtool.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/metrics.md'), 'utf8');

/** The page's configuration, for this gateway; and every second, since nobody wants to wait for a minute. */
function configurationFor({ adminPort, adminToken }: TestGateway, dir: string): string {
  const [, written = ''] = /^```yaml norun\n(scrape_configs:\n.*?)^```/ms.exec(PAGE) ?? [];
  const token = join(dir, 'token');
  writeFileSync(token, adminToken);
  const own = written
    .replace('127.0.0.1:8788', `127.0.0.1:${adminPort}`)
    .replace('/run/secrets/countersign-admin-token', token);
  expect(own).not.toContain('8788');
  return `global: { scrape_interval: 1s, scrape_timeout: 1s }\n${own}`;
}

/** @returns its address, once it takes requests */
async function startPrometheus(configuration: string, dir: string): Promise<string> {
  const file = join(dir, 'prometheus.yml');
  writeFileSync(file, configuration);
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--log.format=json',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  later(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let url: string | undefined;
  for await (const line of createInterface(child.stderr)) {
    const { msg, address }: Record<string, unknown> = JSON.parse(line);
    if (msg === 'Listening on') url = `http://${address}`;
    if (msg === 'Server is ready to receive web requests.' && url !== undefined) return url;
  }
  throw new Error('Prometheus has ended');
}

it.skipIf(leaveOut || !isLong)(
  `Prometheus scrapes a gateway by the configuration of docs/metrics.md${longReason || whyLeftOut}`,
  async () => {
    const gateway = await start({
      one: { path: '/one', provider: 'hmac', keys: [{ secret: SECRET }], keep: {} },
    });
    await send(`${gateway.publicUrl}/one`, { headers: hmacHeaders('x'), body: 'x' });
    const dir = temporaryDir();
    const url = await startPrometheus(configurationFor(gateway, dir), dir);
    const query = async (text: string): Promise<unknown> => {
      const answer = await send(`${url}/api/v1/query?query=${encodeURIComponent(text)}`, { method: 'GET' });
      return JSON.parse(answer.text).data.result[0]?.value[1];
    };
    await expect
      .poll(() => query('countersign_requests_total{gate="one",verdict="accepted",reason=""}'), {
        timeout: 20_000,
      })
      .toBe('1');
    expect(await query('up{job="countersign"}')).toBe('1');
    expect(await query('countersign_store_write_duration_seconds_count')).toBe('1');
    expect(await query('histogram_quantile(0.5, countersign_verify_duration_seconds_bucket)')).toMatch(
      /^0\.0/,
    );
  },
);
