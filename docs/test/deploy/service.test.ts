/** Prevents: a unit on docs/deploy.md that systemd does not take, that forbids what the gateway does, or that starts something else. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exchange, statusOf } from '../../../interop/system/proxies/wire.ts';
import { newFolder, PROGRAM, type Started, startCommand } from '../../../packages/cli/test/support.ts';
import { freePorts } from '../../../scripts/free-ports.ts';
import { delivery } from './delivery.ts';
import { fileOnPage, fitted, PAGE } from './page.ts';
import { lastOne } from './senders-side.ts';

const UNIT = '/etc/systemd/system/countersign.service';
/** In each place of secrets.env. */
const SECRET = 'ab'.repeat(32);
const OPTIONS = { encoding: 'utf8', timeout: 30_000 } as const;

function whyNotThere(command: string): string | undefined {
  const isThere = spawnSync(command, ['--version'], OPTIONS).status === 0;
  return isThere || process.env['CI'] ? undefined : `${command} is not installed`;
}

const noSystemd = whyNotThere('systemd-analyze');
if (noSystemd !== undefined) console.warn(`The unit of docs/deploy.md is not verified: ${noSystemd}.`);
const noStrace = whyNotThere('strace') ?? noSystemd;
if (noStrace !== undefined)
  console.warn(`The system calls that docs/deploy.md allows are not compared: ${noStrace}.`);

/** A machine’s root, with all that the unit names. @returns the unit’s file */
function installed(root: string): string {
  const program = join(root, 'opt/countersign/node_modules/.bin/countersign');
  mkdirSync(dirname(program), { recursive: true });
  symlinkSync(PROGRAM, program);
  const unit = join(root, UNIT);
  mkdirSync(`${unit}.d`, { recursive: true });
  writeFileSync(unit, fitted(fileOnPage(UNIT), [{ from: '=/opt/', to: `=${root}/opt/` }]));
  writeFileSync(`${unit}.d/credentials.conf`, fileOnPage(`${UNIT}.d/credentials.conf`));
  return unit;
}

interface Configured {
  readonly publicPort: number;
  readonly env: Readonly<Record<string, string>>;
}

/** The configuration and the environment of the unit’s files. */
async function configured(root: string): Promise<Configured> {
  const [publicPort = 0, adminPort = 0] = await freePorts(2);
  const folder = join(root, 'etc/countersign');
  const state = join(root, 'var/lib/countersign');
  mkdirSync(folder, { recursive: true });
  mkdirSync(state, { recursive: true });
  const text = fitted(fileOnPage('/etc/countersign/countersign.yaml'), [
    { from: '127.0.0.1:8787', to: `127.0.0.1:${publicPort}` },
    { from: '127.0.0.1:8788', to: `127.0.0.1:${adminPort}` },
    { from: '/var/lib/countersign/', to: `${state}/` },
  ]);
  writeFileSync(join(folder, 'countersign.yaml'), text);
  const lines = fileOnPage('/etc/countersign/secrets.env').split('\n');
  const names = lines.filter((line) => line.endsWith('=…')).map((line) => line.slice(0, -'=…'.length));
  return { publicPort, env: Object.fromEntries(names.map((name) => [name, SECRET])) };
}

/** The unit’s command, below a root. */
function commandOf(root: string): readonly string[] {
  const [, line = ''] = /^ExecStart=(.*)$/m.exec(fileOnPage(UNIT)) ?? [];
  return line.split(' ').map((word) => (word.startsWith('/') ? root + word : word));
}

async function untilServing({ child, said }: Started): Promise<void> {
  while (!said.err.includes('serves')) await once(child.stderr, 'data');
}

describe('the unit of docs/deploy.md', () => {
  it.skipIf(noSystemd !== undefined)('is verified by systemd without a word', () => {
    const { status, stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', installed(newFolder())],
      OPTIONS,
    );
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });

  it.skipIf(noSystemd !== undefined)('is as hard as the page says', () => {
    const args = ['security', '--offline=true', '--no-pager', installed(newFolder())];
    const { stdout } = spawnSync('systemd-analyze', args, OPTIONS);
    const [, exposure] = /exposure level .*: (\d+\.\d+)/.exec(stdout) ?? [];
    expect(exposure).toBe(/scores (\S+) in/.exec(readFileSync(PAGE, 'utf8'))?.[1]);
  });

  it('starts the gateway with the page’s files, and SIGTERM drains it', async () => {
    const root = newFolder();
    installed(root);
    const started = startCommand(commandOf(root), root, (await configured(root)).env);
    await untilServing(started);
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([0, null]);
  });

  it('may be started while the old process drains: it waits for the store', async () => {
    const root = newFolder();
    installed(root);
    const old = startCommand(commandOf(root), root, (await configured(root)).env);
    await untilServing(old);
    // Other ports, as on a machine where a proxy changes over.
    const next = startCommand(commandOf(root), root, (await configured(root)).env);
    while (!next.said.out.includes('another process holds the store')) await once(next.child.stdout, 'data');
    old.child.kill('SIGTERM');
    expect(await old.ended).toEqual([0, null]);
    await untilServing(next);
    next.child.kill('SIGTERM');
    expect(await next.ended).toEqual([0, null]);
  });

  it.skipIf(noStrace !== undefined)('allows every system call that the gateway makes', async () => {
    const root = newFolder();
    installed(root);
    const trace = join(root, 'trace');
    const command = ['strace', '-f', '-qq', '-o', trace, ...commandOf(root)];
    const { publicPort, env } = await configured(root);
    const started = startCommand(command, root, env);
    await untilServing(started);
    expect(statusOf(await exchange(publicPort, [lastOne(delivery('1', SECRET))]))).toBe(200);
    const pid = Number(readFileSync(`/proc/${started.child.pid}/task/${started.child.pid}/children`, 'utf8'));
    process.kill(pid, 'SIGTERM');
    expect(await started.ended).toEqual([0, null]);
    const calls = readFileSync(trace, 'utf8').matchAll(/^\d+ +(\w+)\(/gm);
    const allowed = new Set([...allowedCalls(), ...AS_ROOT]);
    const forbidden = [...new Set([...calls].map(([, name = '']) => name))].filter(
      (name) => !allowed.has(name),
    );
    expect(forbidden).toEqual([]);
  });
});

/** SQLite makes it of root’s files only, and the unit’s user is not root. */
const AS_ROOT = process.getuid?.() === 0 ? ['fchown'] : [];

/** What SystemCallFilter comes to. */
function allowedCalls(): ReadonlySet<string> {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', '--no-pager'], OPTIONS);
  const groups = new Map<string, string[]>();
  let members: string[] = [];
  for (const line of stdout.split('\n')) {
    const word = line.trim();
    if (line.startsWith('@')) {
      members = [];
      groups.set(word, members);
    } else if (/^[@\w]/.test(word)) members.push(word);
  }
  const flat = (name: string): readonly string[] =>
    name.startsWith('@') ? (groups.get(name) ?? []).flatMap(flat) : [name];
  const allowed = new Set(flat('@default'));
  for (const [, text = ''] of fileOnPage(UNIT).matchAll(/^SystemCallFilter=(.*)$/gm)) {
    const isDenied = text.startsWith('~');
    for (const name of text.replace('~', '').split(' ').flatMap(flat)) {
      if (isDenied) allowed.delete(name);
      else allowed.add(name);
    }
  }
  return allowed;
}
