/** Starts the demo's gateway, on other ports where the usual ones are taken. */
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { SetupError } from '@countersign/core';
import { type Gateway, type LogSink, loadConfig, startGateway } from '@countersign/gateway';
import type { IncodePlatform } from '@countersign/sandbox';
import type { Io } from '../io.ts';

export interface DemoGatewayOptions {
  readonly io: Pick<Io, 'cwd' | 'env' | 'stderr'>;
  /** The public listener's. Default: loopback. */
  readonly host?: string | undefined;
  /** Whether to let the system choose both ports at once. */
  readonly anyPorts: boolean;
  readonly incode: Pick<IncodePlatform, 'apiUrl' | 'apiKey' | 'clientId' | 'flowId' | 'admin'>;
  /** The front end's origin. */
  readonly onboardingPage: string;
}

/** @throws SetupError where a port that PORT or ADMIN_PORT names is taken. */
export async function startDemoGateway(options: DemoGatewayOptions): Promise<Gateway> {
  const { io } = options;
  const ports: Record<string, string> = options.anyPorts ? { PORT: '0', ADMIN_PORT: '0' } : {};
  for (;;) {
    try {
      return await startOn({ ...ownVariables(options), ...ports }, io);
    } catch (error) {
      const name = error instanceof SetupError ? VARIABLES[error.option] : undefined;
      if (name === undefined || ports[name] !== undefined || io.env[name]) throw error;
      ports[name] = '0';
    }
  }
}

const VARIABLES: Readonly<Record<string, string>> = { 'listen.public': 'PORT', 'listen.admin': 'ADMIN_PORT' };

function ownVariables({
  incode,
  onboardingPage,
  host,
}: DemoGatewayOptions): Readonly<Record<string, string>> {
  return {
    ...(host !== undefined && { HOST: isIPv6(host) ? `[${host}]` : host }),
    INCODE_API_URL: incode.apiUrl,
    INCODE_API_KEY: incode.apiKey,
    INCODE_CLIENT_ID: incode.clientId,
    INCODE_FLOW_ID: incode.flowId,
    INCODE_ADMIN_EMAIL: incode.admin.email,
    INCODE_ADMIN_PASSWORD: incode.admin.password,
    ONBOARDING_PAGE: onboardingPage,
  };
}

async function startOn(
  variables: Readonly<Record<string, string>>,
  { cwd, env, stderr }: DemoGatewayOptions['io'],
): Promise<Gateway> {
  const { PORT, ADMIN_PORT } = env;
  // Nothing else of the environment has a say in the demo.
  const demoVariables = { PORT, ADMIN_PORT, ...variables };
  const { config } = await loadConfig({ path: configFile(), cwd, env: demoVariables, demo: true });
  const logSink: LogSink = { write: (line) => stderr.write(line) };
  return startGateway({ config, logSink });
}

function configFile(): string {
  const built = `${import.meta.dirname}/countersign.config.js`;
  return existsSync(built) ? built : `${import.meta.dirname}/countersign.config.ts`;
}
