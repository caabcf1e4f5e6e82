/** Starts the demo's gateway, on other ports where the usual ones are taken. */
import { existsSync } from 'node:fs';
import { SetupError } from '@countersign/core';
import { type Gateway, type LogSink, loadConfig, startGateway } from '@countersign/gateway';
import type { Io } from '../io.ts';

export interface DemoGatewayOptions {
  readonly io: Pick<Io, 'cwd' | 'env' | 'stderr'>;
  /** Whether to let the system choose both ports at once. */
  readonly anyPorts: boolean;
}

/** @throws SetupError where a port that PORT or ADMIN_PORT names is taken. */
export async function startDemoGateway({ io, anyPorts }: DemoGatewayOptions): Promise<Gateway> {
  const ports: Record<string, string> = anyPorts ? { PORT: '0', ADMIN_PORT: '0' } : {};
  for (;;) {
    try {
      return await startOn(ports, io);
    } catch (error) {
      const name = error instanceof SetupError ? VARIABLES[error.option] : undefined;
      if (name === undefined || ports[name] !== undefined || io.env[name]) throw error;
      ports[name] = '0';
    }
  }
}

const VARIABLES: Readonly<Record<string, string>> = { 'listen.public': 'PORT', 'listen.admin': 'ADMIN_PORT' };

async function startOn(
  ports: Readonly<Record<string, string>>,
  { cwd, env, stderr }: DemoGatewayOptions['io'],
): Promise<Gateway> {
  const { PORT, ADMIN_PORT } = { ...env, ...ports };
  // Nothing else of the environment has a say in the demo.
  const { config } = await loadConfig({ path: configFile(), cwd, env: { PORT, ADMIN_PORT }, demo: true });
  const logSink: LogSink = { write: (line) => stderr.write(line) };
  return startGateway({ config, logSink });
}

function configFile(): string {
  const built = `${import.meta.dirname}/countersign.config.js`;
  return existsSync(built) ? built : `${import.meta.dirname}/countersign.config.ts`;
}
