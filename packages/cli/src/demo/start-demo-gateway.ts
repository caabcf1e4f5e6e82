/** Starts the demo's gateway, on other ports where the usual ones are taken. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { SetupError } from '@countersign/core';
import {
  type Gateway,
  type LogSink,
  openConfigSource,
  type SandboxControl,
  startGateway,
} from '@countersign/gateway';
import type { IncodePlatform } from '@countersign/sandbox';
import type { Io } from '../io.ts';

export interface DemoGatewayOptions {
  readonly io: Pick<Io, 'cwd' | 'env' | 'stderr' | 'now'>;
  /** The public listener's. Default: loopback. */
  readonly host?: string | undefined;
  /** Whether to let the system choose both ports at once. */
  readonly anyPorts: boolean;
  readonly incode: Pick<IncodePlatform, 'apiUrl' | 'apiKey' | 'clientId' | 'flowId' | 'admin'>;
  /** Who plays, once the gateway listens. */
  readonly sandbox?: SandboxControl;
  /** The front end's origin. */
  readonly onboardingPage: string;
  /** Where events are delivered. */
  readonly shopUrl: string;
}

/** @throws SetupError where a port that PORT or ADMIN_PORT names is taken. */
export async function startDemoGateway(options: DemoGatewayOptions): Promise<Gateway> {
  const { io } = options;
  const ports: Record<string, string> = options.anyPorts ? { PORT: '0', ADMIN_PORT: '0' } : {};
  for (;;) {
    try {
      return await startOn({ ...ownVariables(options), ...ports }, options);
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
  shopUrl,
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
    SHOP_URL: shopUrl,
    // Keys that are added in the console are encrypted with it; they live as long as the demo.
    STORE_KEY: randomBytes(32).toString('hex'),
  };
}

async function startOn(
  variables: Readonly<Record<string, string>>,
  { io: { cwd, env, stderr, now }, sandbox }: Pick<DemoGatewayOptions, 'io' | 'sandbox'>,
): Promise<Gateway> {
  const { PORT, ADMIN_PORT } = env;
  // Nothing else of the environment has a say in the demo.
  const demoVariables = { PORT, ADMIN_PORT, ...variables };
  const source = await openConfigSource({ path: configFile(), cwd, env: demoVariables, demo: true });
  const { config } = source.loaded;
  const logSink: LogSink = { write: (line) => stderr.write(line) };
  const { CONSOLE_FOLDER } = await import('@countersign/console');
  return startGateway({ config, source, now, logSink, console: CONSOLE_FOLDER, ...(sandbox && { sandbox }) });
}

function configFile(): string {
  const built = `${import.meta.dirname}/countersign.config.js`;
  return existsSync(built) ? built : `${import.meta.dirname}/countersign.config.ts`;
}
