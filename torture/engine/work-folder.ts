/** A folder with all that a trial needs: configuration, store, log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../scripts/free-ports.ts';
import type { Address } from './connection.ts';
import { KEYS, PATHS } from './sent-request.ts';

export interface WorkFolder {
  readonly folder: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly storeFile: string;
  readonly address: Address;
  readonly admin: Address;
  remove(): void;
}

export interface WorkFolderOptions {
  /** Of the store. Default: in the folder. */
  readonly storeFolder?: string;
  /** Its address, where it is no file. */
  readonly store?: string;
  /** Where kept events are delivered. Default: nowhere. */
  readonly sink?: Address | undefined;
  /** Whether refused requests are kept, and explained. Default: no. */
  readonly keepRefused?: boolean;
  /** Gates that forward, whose claims are shared. Default: none. */
  readonly forwarding?: Forwarding | undefined;
}

export interface Forwarding {
  /** Of the server of claims. */
  readonly claims: string;
  readonly upstream: Address;
}

export const FORWARD_SECRET = 'torture-forward-secret-0123456789abcdef';

/** What a gate that forwards does while claims cannot be asked for, by its path. */
export const FORWARD_PATHS = { refuse: '/run/refuse', accept: '/run/accept' } as const;

export type WhenUnavailable = keyof typeof FORWARD_PATHS;

/** What kept events go to. */
export const DESTINATION = 'sink';

/** As many as may be: a destination that is ill for a minute must have lost nothing. */
const RETRIES = Array.from({ length: 100 }, () => '1s');

export const ADMIN_TOKEN = 'torture-admin-token-0123456789abcdef';

export async function createWorkFolder({
  storeFolder,
  store,
  sink,
  keepRefused = false,
  forwarding,
}: WorkFolderOptions = {}): Promise<WorkFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-torture-'));
  const [port = 0, adminPort = 0] = await freePorts(2);
  const storeFile = join(storeFolder ?? folder, 'store.db');
  const configFile = join(folder, 'countersign.json');
  const keep = sink === undefined ? {} : { deliver: [DESTINATION] };
  writeFileSync(
    configFile,
    JSON.stringify({
      listen: { public: `127.0.0.1:${port}`, admin: `127.0.0.1:${adminPort}` },
      store: store ?? `sqlite:${storeFile}`,
      log: { level: 'warn' },
      storeKey: '5ea1'.repeat(16),
      admin: { token: ADMIN_TOKEN },
      // None may be forgotten for want of room: a repeat must be known for one.
      replay: { maxClaims: 10_000_000 },
      ...(forwarding && { claims: forwarding.claims }),
      ...(sink && { destinations: { [DESTINATION]: destinationAt(sink) } }),
      gates: {
        github: {
          path: PATHS.github,
          provider: 'github',
          keys: [{ id: 'main', secret: KEYS.github }],
          keep,
          keepRefused,
        },
        standard: {
          path: PATHS.standard,
          provider: 'standard-webhooks',
          keys: [{ id: 'main', secret: `whsec_${KEYS.standard.toString('base64')}` }],
          keep,
          keepRefused,
        },
        ...(forwarding && {
          refuse: forwardGate('refuse', forwarding.upstream),
          accept: forwardGate('accept', forwarding.upstream),
        }),
      },
    }),
  );
  return {
    folder,
    configFile,
    logFile: join(folder, 'gateway.log'),
    storeFile,
    address: { host: '127.0.0.1', port },
    admin: { host: '127.0.0.1', port: adminPort },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function forwardGate(
  whenUnavailable: WhenUnavailable,
  { host, port }: Address,
): Readonly<Record<string, unknown>> {
  return {
    path: FORWARD_PATHS[whenUnavailable],
    provider: 'github',
    keys: [{ secret: FORWARD_SECRET }],
    replay: { whenUnavailable },
    forward: { to: `http://${host}:${port}` },
  };
}

function destinationAt({ host, port }: Address): Readonly<Record<string, unknown>> {
  return { to: `http://${host}:${port}/sink`, timeout: '1s', retries: RETRIES, concurrency: 32 };
}
