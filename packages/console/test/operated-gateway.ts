/** A gateway of a file that can be read again, with a store, a storeKey and users: what an operator has. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@countersign/api';
import type { BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../gateway/src/config/config-input.ts';
import { openConfigSource } from '../../gateway/src/config/load-config.ts';
import { startGateway } from '../../gateway/src/gateway.ts';
import { makePasswordHash } from '../../gateway/src/passwords/make-password-hash.ts';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import { builtFolder, SECRET, TOKEN } from './console-browser.ts';

export const PASSWORD = 'correct horse battery staple';

/** One of each role. */
const USERS = [
  { name: 'vera', role: 'viewer' },
  { name: 'olga', role: 'operator' },
  { name: 'ada', role: 'admin' },
] as const;

export type UserName = (typeof USERS)[number]['name'];

export interface OperatedGateway {
  readonly gateway: Gateway;
  /** Of the configuration and the store. */
  readonly folder: string;
  /** Writes the file anew, with these gates. */
  readonly write: (gates: NonNullable<ConfigInput['gates']>) => void;
}

export const GITHUB_GATE = {
  path: '/webhooks/github',
  provider: 'github',
  keys: [{ id: 'old', secret: SECRET }],
  keepRefused: true,
  keep: {},
} as const;

/** As Notion does, its sender hands over the key in its test of the address. */
export const HANDED_GATE = {
  path: '/notion',
  scheme: {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-notion-signature', prefix: 'sha256=', encoding: 'hex' },
    message: '{body}',
    handshake: { signed: false, challenge: 'verification_token', answer: '', deliversKey: true },
  },
  keep: {},
} as const;

/** Gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-console-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What else is configured. */
export interface OperatedOptions
  extends Pick<ConfigInput, 'destinations' | 'sessions' | 'listen' | 'publicUrl'> {
  /** Beside one of each role. */
  readonly users?: readonly { readonly name: string; readonly role: Role }[];
  /** The gateway's clock. Default: the machine's. */
  readonly now?: () => number;
}

export async function startOperated(
  gates: NonNullable<ConfigInput['gates']>,
  { now = Date.now, users = [], ...more }: OperatedOptions = {},
): Promise<OperatedGateway> {
  const folder = temporaryFolder();
  const password = await makePasswordHash(PASSWORD);
  const write: OperatedGateway['write'] = (written) => {
    const config: ConfigInput = {
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      admin: { token: TOKEN, users: [...USERS, ...users].map((user) => ({ ...user, password })) },
      store: 'sqlite:./countersign.db',
      storeKey: 'ab'.repeat(32),
      log: { level: 'error' },
      ...more,
      gates: written,
    };
    writeFileSync(join(folder, 'countersign.yaml'), JSON.stringify(config));
  };
  write(gates);
  const source = await openConfigSource({ cwd: folder, env: {} });
  const { config } = source.loaded;
  const logSink = { write: () => {} };
  const gateway = await startGateway({ config, source, now, logSink, console: await builtFolder() });
  onTestFinished(() => gateway.close());
  return { gateway, folder, write };
}

/** Opens a page, and logs in there by name and password. Default: the user who may only look. */
export async function openAsUser(
  context: BrowserContext,
  { adminUrl = '' }: Pick<Gateway, 'adminUrl'>,
  path: string,
  name: UserName = 'vera',
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${adminUrl}${path}`);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Password').press('Enter');
  await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Log in' }).waitFor();
  return page;
}
