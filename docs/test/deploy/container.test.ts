/** Prevents: a Dockerfile by which no image can be built, whose image lacks a file that the gateway needs, or can do more than it must. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createAdminClient } from '@countersign/api';
import { makePasswordHash } from '@countersign/gateway/make-password-hash';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { exchange, statusOf } from '../../../interop/system/proxies/wire.ts';
import { newFolder } from '../../../packages/cli/test/support.ts';
import { isLong, longReason } from '../../../scripts/effort.ts';
import { freePorts } from '../../../scripts/free-ports.ts';
import { packAll } from '../../../scripts/pack-packages.ts';
import { delivery } from './delivery.ts';
import { buildDockerfile } from './dockerfile.ts';
import { createContainer, processIn, whyNoEmptyRoot } from './empty-root.ts';
import { fileOnPage, fitted } from './page.ts';
import { lastOne } from './senders-side.ts';

const run = promisify(execFile);

const SECRET = 'ab'.repeat(32);
const SECRETS = { STORE_KEY: SECRET, COUNTERSIGN_ADMIN_TOKEN: SECRET, GITHUB_WEBHOOK_SECRET: SECRET };
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` } as Record<
  string,
  string
>;

const docker = spawnSync('docker', ['info'], { encoding: 'utf8', timeout: 10_000 });
const whyNoDocker = docker.status === 0 ? '' : ' (skipped: no Docker daemon answers `docker info`)';
if (isLong && whyNoDocker !== '') console.warn(`No image of deploy/Dockerfile is built${whyNoDocker}.`);

const whyNoRoot = whyNoEmptyRoot();
if (isLong && whyNoRoot !== undefined)
  console.warn(`deploy/Dockerfile is not tried in an empty root: ${whyNoRoot}.`);

const DOCKERFILE = join(import.meta.dirname, '../../../deploy/Dockerfile');

interface Context {
  readonly folder: string;
  /** That of deploy/, with the tarballs in place of a registry. */
  readonly dockerfile: string;
}

/** A folder with what the Dockerfile copies, of packages as they are published. */
async function newContext(): Promise<Context> {
  const folder = newFolder();
  const tarballs = await packAll(folder);
  const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const args = ['install', '--package-lock-only', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', args, { cwd: folder, env });
  const files = tarballs.map(({ file }) => file).join(' ');
  const from = 'COPY package.json';
  return {
    folder,
    dockerfile: fitted(readFileSync(DOCKERFILE, 'utf8'), [{ from, to: `COPY ${files} package.json` }]),
  };
}

/** The page’s gateway with what is different in a container. */
function configuration(): string {
  const whole = parse(fileOnPage('/etc/countersign/countersign.yaml')) as object;
  return stringify({ ...whole, ...(parse(fileOnPage('countersign.yaml')) as object) });
}

it.skipIf(!isLong || whyNoDocker !== '')(
  `Docker builds an image of deploy/Dockerfile${whyNoDocker || longReason}`,
  async () => {
    const { folder, dockerfile } = await newContext();
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    await run('docker', ['build', '.'], { cwd: folder });
  },
);

/** A program of Node that prints, as JSON, which folders of its root it could write into, and which shells it could start. */
const TRESPASS = `
const { readdirSync, writeFileSync, rmSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const written = [];
const visit = (folder) => {
  const file = folder + '/trespass';
  try { writeFileSync(file, ''); rmSync(file); written.push(folder || '/'); } catch {}
  if (folder === '/proc' || folder === '/dev') return;
  for (const entry of readdirSync(folder || '/', { withFileTypes: true })) if (entry.isDirectory()) visit(folder + '/' + entry.name);
};
visit('');
const shells = ['sh', 'bash', 'dash', 'busybox', '/bin/sh', '/usr/bin/env'].filter((name) => spawnSync(name, ['-c', 'exit']).error?.code !== 'ENOENT');
console.log(JSON.stringify({ written, shells }));`;

const PASSWORD = 'correct horse battery staple';

it('the page has the Dockerfile of deploy/', () => {
  expect(fileOnPage('deploy/Dockerfile')).toBe(readFileSync(DOCKERFILE, 'utf8'));
});

describe.skipIf(!isLong || whyNoRoot !== undefined)(
  `the image of deploy/Dockerfile in an empty, read-only root${whyNoRoot === undefined ? longReason : ` (skipped: ${whyNoRoot})`}`,
  () => {
    it('is healthy, keeps a webhook, logs a user in, shows the console, writes to /data only, and drains', async () => {
      const [publicPort = 0, adminPort = 0] = await freePorts(2);
      const ports = [
        { from: ':8787', to: `:${publicPort}` },
        { from: ':8788', to: `:${adminPort}` },
      ];
      const { admin, ...yaml } = parse(
        fitted(configuration(), [...ports, { from: '0.0.0.0', to: '127.0.0.1' }]),
      ) as { readonly admin: object };
      const users = [{ name: 'ada', role: 'admin', password: await makePasswordHash(PASSWORD) }];
      const context = await newContext();
      const image = await buildDockerfile({
        text: fitted(context.dockerfile, ports.slice(0, 1)),
        context: context.folder,
        folder: newFolder(),
        env,
      });
      const file = image.arguments.at(-1) ?? '';
      const files = { [file]: stringify({ ...yaml, admin: { ...admin, users } }) };
      const container = createContainer(image, files, SECRETS);
      const started = container.start([...image.entryPoint, ...image.arguments]);
      while (!started.said.err.includes('serves')) await once(started.child.stderr, 'data');

      const status = readFileSync(`/proc/${processIn(started)}/status`, 'utf8');
      expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
      expect(status).toMatch(/^Gid:\t65532\t65532\t65532\t65532$/m);
      expect(status).toMatch(/^Groups:\s*$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);

      expect(container.run(image.healthCheck).status).toBe(0);
      expect(statusOf(await exchange(publicPort, [lastOne(delivery('1', SECRET))]))).toBe(200);
      const origin = `http://127.0.0.1:${adminPort}`;
      const client = createAdminClient({ baseUrl: origin, token: SECRET });
      expect((await client.call('events', {})).events).toMatchObject([{ gate: 'github' }]);
      const logIn = createAdminClient({ baseUrl: origin });
      expect(await logIn.call('logIn', { name: 'ada', password: PASSWORD })).toMatchObject({ role: 'admin' });
      await expect(logIn.call('logIn', { name: 'ada', password: 'wrong' })).rejects.toThrow();
      const page = await fetch(`${origin}/`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      const [, script = ''] = /src="([^"]+\.js)"/.exec(await page.text()) ?? [];
      expect((await fetch(new URL(script, origin))).headers.get('content-type')).toContain('javascript');

      const [node = ''] = image.entryPoint;
      const trespass = container.run([node, '-e', TRESPASS]);
      expect(JSON.parse(trespass.stdout)).toEqual({ written: ['/data', '/tmp'], shells: [] });
      expect(readdirSync(container.dataFolder)).toContain('countersign.db');

      process.kill(processIn(started), image.stopSignal);
      expect(await started.ended).toEqual([0, null]);
      expect(container.run(image.healthCheck).status).toBe(1);
      expect(container.run([...image.entryPoint, 'check', '--config', file]).status).toBe(0);
    });
  },
);
