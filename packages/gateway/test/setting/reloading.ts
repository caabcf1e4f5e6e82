/** A gateway whose configuration is a file that a test changes. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '../../src/config/config-input.ts';
import type { ConfigReport } from '../../src/config/config-report.ts';
import { type ConfigSource, openConfigSource } from '../../src/config/load-config.ts';
import { startGateway } from '../../src/gateway.ts';
import type { GatewayOptions } from '../../src/gateway-options.ts';
import type { Gateway } from '../../src/running-gateway.ts';
import { later, temporaryDir } from '../harness.ts';

export const SECRET = 'a secret of more than sixteen bytes';

/** Listeners on ports of the system’s choice. */
const BASE: ConfigInput = {
  listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
  store: 'sqlite:test.db',
};

export interface ReloadingGateway {
  readonly gateway: Gateway;
  readonly source: ConfigSource;
  readonly dir: string;
  readonly file: string;
  /** Log lines so far. */
  readonly log: readonly string[];
  /** Writes the configuration anew. */
  write(input: ConfigInput | string): void;
  /** Writes it and reloads. */
  reload(input: ConfigInput | string): Promise<ConfigReport>;
}

export async function startReloading(
  input: ConfigInput,
  options: Pick<GatewayOptions, 'store' | 'sandbox'> = {},
  /** Beside the configuration, by name. */
  files: Readonly<Record<string, string>> = {},
): Promise<ReloadingGateway> {
  const dir = temporaryDir();
  const file = join(dir, 'countersign.json');
  const write = (next: ConfigInput | string): void =>
    writeFileSync(file, typeof next === 'string' ? next : JSON.stringify({ ...BASE, ...next }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  write(input);
  const source = await openConfigSource({ cwd: dir, env: {} });
  const log: string[] = [];
  const { config } = source.loaded;
  const gateway = await startGateway({
    ...options,
    config,
    source,
    logSink: { write: (line) => void log.push(line) },
  });
  later(() => gateway.close());
  return {
    gateway,
    source,
    dir,
    file,
    log,
    write,
    async reload(next) {
      write(next);
      const report = await gateway.reload();
      if (report === undefined) throw new Error('the gateway has no source');
      return report;
    },
  };
}

export function signed(body: string, secret: string = SECRET): RequestInit {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { method: 'POST', body, headers: { 'x-hub-signature-256': `sha256=${signature}` } };
}

/** The status of a signed request. */
export async function send(
  { gateway }: Pick<ReloadingGateway, 'gateway'>,
  path: string,
  body: string,
  secret?: string,
): Promise<number> {
  const response = await fetch(gateway.publicUrl + path, signed(body, secret));
  await response.arrayBuffer();
  return response.status;
}
