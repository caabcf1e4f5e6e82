/** The page of secrets: its configurations are right, and its source reads from a server that answers as Vault does. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadConfig } from '@countersign/gateway';
import { expect, it, onTestFinished } from 'vitest';
import { codeBlocks } from '../../scripts/docs-blocks.ts';

const page = readFileSync(join(import.meta.dirname, '../secrets.md'), 'utf8');
const blocks = codeBlocks(page);

const SECRET = 'what-the-manager-keeps-secret';
const TOKEN = 'a-token-of-the-manager';

function blockWith(text: string): string {
  const block = blocks.find(({ code }) => code.includes(text));
  if (block === undefined) throw new Error(`the page has no block with ${text}`);
  return block.code;
}

/** Below the project, so that imports resolve as a user's would. */
function folder(yaml: string): string {
  const cwd = mkdtempSync(join(import.meta.dirname, '.scratch-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'countersign.yaml'), yaml);
  return cwd;
}

it('reads the key of the page’s configuration from Vault’s API', async () => {
  const asked: unknown[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push([url, headers['x-vault-token']]);
    response.end(JSON.stringify({ data: { data: { secret: SECRET }, metadata: { version: 1 } } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const cwd = folder(blockWith('sources: ./sources.ts'));
  writeFileSync(join(cwd, 'sources.ts'), blockWith('defineSecretSources'));
  Object.assign(process.env, { VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN: TOKEN });
  onTestFinished(() => {
    delete process.env['VAULT_ADDR'];
    delete process.env['VAULT_TOKEN'];
  });
  const { config, secrets } = await loadConfig({ cwd, env: {} });
  expect(config.gates[0]?.keys[0]?.secret.reveal()).toBe(SECRET);
  expect(asked).toEqual([['/v1/secret/data/countersign/github', TOKEN]]);
  expect(secrets?.refreshAtMs).toBeGreaterThan(Date.now() + 3_000_000);
});

it('takes the page’s folder and commands', async () => {
  const secretsFolder = folder('');
  writeFileSync(join(secretsFolder, 'github-webhook'), SECRET);
  const cwd = folder(
    blockWith('folder: /etc/countersign/secrets').replace('/etc/countersign/secrets', secretsFolder),
  );
  expect((await loadConfig({ cwd, env: {} })).config.gates[0]?.keys[0]?.secret.reveal()).toBe(SECRET);
  const commands = folder(blockWith('[pass, show'));
  mkdirSync(join(commands, 'bin'));
  for (const name of ['pass', 'op'])
    writeFileSync(join(commands, 'bin', name), `#!/bin/sh\necho "$* ${SECRET}"\n`, { mode: 0o755 });
  expect(spawnSync(join(commands, 'bin/pass'), ['x'], { encoding: 'utf8' }).stdout).toBe(`x ${SECRET}\n`);
  const loaded = await loadConfig({ cwd: commands, env: { PATH: `${join(commands, 'bin')}:/bin:/usr/bin` } });
  expect(loaded.config.gates[0]?.keys[0]?.secret.reveal()).toBe(`show countersign/github ${SECRET}`);
});
