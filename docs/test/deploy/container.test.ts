/** Prevents: a Dockerfile on docs/deploy.md by which no image can be built, or whose gateway does not start, is not healthy or does not drain. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { exchange, statusOf } from '../../../interop/system/proxies/wire.ts';
import { newFolder, startCommand } from '../../../packages/cli/test/support.ts';
import { isLong, longReason } from '../../../scripts/effort.ts';
import { freePorts } from '../../../scripts/free-ports.ts';
import { packAll } from '../../../scripts/pack-packages.ts';
import { delivery } from './delivery.ts';
import { buildDockerfile } from './dockerfile.ts';
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
if (isLong && whyNoDocker !== '')
  console.warn(`No image of docs/deploy.md’s Dockerfile is built${whyNoDocker}.`);

interface Context {
  readonly folder: string;
  /** The page’s, with the tarballs in place of a registry. */
  readonly dockerfile: string;
}

/** A folder with what the Dockerfile copies, of packages as they are published. */
async function newContext(yaml: string): Promise<Context> {
  const folder = newFolder();
  const tarballs = await packAll(folder);
  const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(folder, 'countersign.yaml'), yaml);
  const args = ['install', '--package-lock-only', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', args, { cwd: folder, env });
  const files = tarballs.map(({ file }) => file).join(' ');
  const from = 'COPY package.json';
  return {
    folder,
    dockerfile: fitted(fileOnPage('Dockerfile'), [{ from, to: `COPY ${files} package.json` }]),
  };
}

/** The page’s gateway with what is different in a container. */
function configuration(): string {
  const whole = parse(fileOnPage('/etc/countersign/countersign.yaml')) as object;
  return stringify({ ...whole, ...(parse(fileOnPage('countersign.yaml')) as object) });
}

it.skipIf(!isLong || whyNoDocker !== '')(
  `Docker builds an image of the page’s Dockerfile${whyNoDocker || longReason}`,
  async () => {
    const { folder, dockerfile } = await newContext(configuration());
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    await run('docker', ['build', '.'], { cwd: folder });
  },
);

it.skipIf(!isLong)(
  `the instructions of the page’s Dockerfile make a gateway that starts, is healthy, takes a webhook and drains${longReason}`,
  async () => {
    const [publicPort = 0, adminPort = 0] = await freePorts(2);
    const folder = newFolder();
    const ports = [
      { from: ':8787', to: `:${publicPort}` },
      { from: ':8788', to: `:${adminPort}` },
    ];
    const yaml = fitted(configuration(), [
      ...ports,
      { from: '0.0.0.0', to: '127.0.0.1' },
      { from: '/data/', to: `${folder}/last/data/` },
    ]);
    const context = await newContext(yaml);
    const text = fitted(context.dockerfile, ports.slice(0, 1));
    const stage = await buildDockerfile({ text, context: context.folder, folder, env });
    const cwd = join(stage.root, stage.workdir);
    const { child, said, ended } = startCommand(stage.command, cwd, { ...env, ...stage.env, ...SECRETS });
    while (!said.err.includes('serves')) await once(child.stderr, 'data');
    const [command = '', ...args] = stage.healthCheck;
    const check = (): number | null => spawnSync(command, args, { cwd, env }).status;
    expect(check()).toBe(0);
    expect(statusOf(await exchange(publicPort, [lastOne(delivery('1', SECRET))]))).toBe(200);
    child.kill(stage.stopSignal as NodeJS.Signals);
    expect(await ended).toEqual([0, null]);
    expect(check()).toBe(1);
  },
);
