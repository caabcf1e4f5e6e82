/** A real Prometheus that scrapes a gateway as docs/metrics.md says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { Gateway } from '../../src/running-gateway.ts';
import { later, send, temporaryDir } from '../harness.ts';
import { PROMETHEUS } from './promtool.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/metrics.md'), 'utf8');

type Scraped = Pick<Gateway, 'adminPort' | 'adminToken'>;

export interface ServingPrometheus {
  /** The values of all series that a query gives now. */
  values(query: string): Promise<readonly string[]>;
}

/**
 * The page's configuration, for this gateway; and every second, since nobody wants to wait for a minute.
 * @param caFile the page's as well for an admin listener with TLS: of the authority of its certificate
 */
function configurationFor({ adminPort, adminToken }: Scraped, dir: string, caFile?: string): string {
  const [, written = ''] = /^```yaml norun\n(scrape_configs:\n.*?)^```/ms.exec(PAGE) ?? [];
  const [, tls = ''] = /^```yaml norun\n( +scheme: https\n.*?)^```/ms.exec(PAGE) ?? [];
  const token = join(dir, 'token');
  writeFileSync(token, adminToken);
  const own = written
    .replace('127.0.0.1:8788', `127.0.0.1:${adminPort}`)
    .replace('/run/secrets/countersign-admin-token', token);
  expect(own).not.toContain('8788');
  const ownTls = caFile === undefined ? '' : tls.replace('/etc/countersign/ca.pem', caFile);
  if (caFile !== undefined) expect(ownTls).toContain(caFile);
  return `global: { scrape_interval: 1s, scrape_timeout: 1s }\n${own}${ownTls}`;
}

/** Resolves once it takes requests. Ends with the test. */
export async function startPrometheus(gateway: Scraped, caFile?: string): Promise<ServingPrometheus> {
  const dir = temporaryDir();
  const file = join(dir, 'prometheus.yml');
  writeFileSync(file, configurationFor(gateway, dir, caFile));
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
  let isReady = false;
  // It says the two in either order.
  for await (const line of createInterface(child.stderr)) {
    const { msg, address }: Record<string, unknown> = JSON.parse(line);
    if (msg === 'Listening on') url = `http://${address}`;
    if (msg === 'Server is ready to receive web requests.') isReady = true;
    if (isReady && url !== undefined) return servedAt(url);
  }
  throw new Error('Prometheus has ended');
}

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

function servedAt(url: string): ServingPrometheus {
  return {
    async values(query) {
      const answer = await send(`${url}/api/v1/query?query=${encodeURIComponent(query)}`, { method: 'GET' });
      const { error, data }: QueryAnswer = JSON.parse(answer.text);
      if (data === undefined) throw new Error(`${query}: ${error}`);
      return data.result.map(({ value: [, value] }) => value);
    },
  };
}
