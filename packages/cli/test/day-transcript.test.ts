/** The day in docs/operate.md, lived through: each command is run in a shell, and prints what the page says, but for ids and times. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../scripts/free-ports.ts';
import { newFolder, PROGRAM, ROOT } from './support.ts';

/** What the page says of the day: commands with what they print, and between them what happens. */
type Step =
  | { readonly kind: 'command'; readonly line: string; readonly prints: string }
  | { readonly kind: 'happens'; readonly what: string };

const page = readFileSync(join(ROOT, 'docs/operate.md'), 'utf8');
const day = page.slice(page.indexOf('## A day'), page.indexOf('\n## ', page.indexOf('## A day') + 1));

function stepsOf(text: string): readonly Step[] {
  return [...text.matchAll(/```text\n(.*?)```|<!-- day: (.*?) -->/gs)].flatMap(
    ([, block, what]): readonly Step[] => {
      if (block === undefined) return [{ kind: 'happens', what: what ?? '' }];
      return block
        .split(/^\$ /m)
        .slice(1)
        .map((part): Step => {
          const end = part.indexOf('\n');
          return { kind: 'command', line: part.slice(0, end), prints: part.slice(end + 1) };
        });
    },
  );
}

/** The files of the day, by the language of the block that holds each. */
const FILES: Readonly<Record<string, string>> = {
  yaml: 'countersign.yaml',
  ini: '.env',
  js: 'shop.mjs',
};

function blockOf(language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(day)?.[1];
  if (block === undefined) throw new Error(`the day has no block of ${language}`);
  return block;
}

const SETS_VARIABLES = /^(?:\. |\w+=)/;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What differs from run to run, by what it is; columns two spaces apart. */
function likened(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'TIME')
    .replace(/nowMs \d+/g, 'nowMs N')
    .replace(/\d+(?:\.\d+)? (?:ms|s)\b/g, 'SPAN')
    .replace(/webhook-(timestamp|signature): \S.*/g, 'webhook-$1: …')
    .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replace(/(\S) {2,}/g, '$1  ')
    .trimEnd();
}

it('a day in docs/operate.md goes as the page says', async () => {
  const cwd = newFolder();
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'countersign'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(join(bin, 'countersign'), 0o755);
  const ports = new Map([
    ['8787', String(await freePort())],
    ['8788', String(await freePort())],
    ['9000', String(await freePort())],
  ]);
  /** The page's ports for those that are free here, and back. */
  const withPorts = (text: string, isBack = false): string =>
    [...ports].reduce(
      (all, [ofPage, free]) => all.replaceAll(isBack ? free : ofPage, isBack ? ofPage : free),
      text,
    );
  for (const [language, file] of Object.entries(FILES))
    writeFileSync(join(cwd, file), withPorts(blockOf(language)));
  // No secret: those of the page's .env must be enough.
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: cwd };

  const client = createAdminClient({
    baseUrl: `http://127.0.0.1:${ports.get('8788')}`,
    token: /^ADMIN_TOKEN=(.*)$/m.exec(blockOf('ini'))?.[1] ?? '',
  });
  let gateway: ChildProcess | undefined;
  let shop: ChildProcess | undefined;
  onTestFinished(() => {
    gateway?.kill('SIGKILL');
    shop?.kill('SIGKILL');
  });
  const happenings: Readonly<Record<string, () => Promise<void>>> = {
    async 'the shop starts'() {
      shop = spawn(process.execPath, ['shop.mjs'], { cwd, env, stdio: 'ignore' });
      const answers = () => fetch(`http://127.0.0.1:${ports.get('9000')}`).then(({ status }) => status);
      await expect.poll(() => answers().catch(() => undefined), { timeout: 20_000 }).toBe(500);
    },
    async 'the gateway starts'() {
      gateway = spawn(process.execPath, [PROGRAM, 'serve'], { cwd, env, stdio: 'ignore' });
      await expect
        .poll(
          () =>
            client.call('health').then(
              () => true,
              () => false,
            ),
          { timeout: 20_000 },
        )
        .toBe(true);
    },
    async 'the gateway stops'() {
      gateway?.kill('SIGTERM');
      if (gateway !== undefined && gateway.exitCode === null) await once(gateway, 'exit');
    },
    async 'nothing waits any more'() {
      const waiting = async () => (await client.call('deliveries', { state: 'waiting' })).deliveries.length;
      await expect.poll(waiting, { timeout: 20_000 }).toBe(0);
    },
  };

  /** Ids of the page, and those that there are, in the order in which they were told. */
  const ids = new Map<string, string>();
  /** Lines that set variables of the shell: each command runs in a shell of its own, behind them. */
  const settings: string[] = [];
  for (const step of stepsOf(day)) {
    if (step.kind === 'happens') {
      const happens = happenings[step.what];
      if (happens === undefined) throw new Error(`nobody knows how ${step.what}`);
      await happens();
      continue;
    }
    const line = withPorts(step.line.replace(UUID, (id) => ids.get(id) ?? id));
    if (SETS_VARIABLES.test(line)) {
      settings.push(line);
      continue;
    }
    const script = [...settings, line].join('\n');
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd, env, encoding: 'utf8', input: '' });
    const printed = withPorts((stdout + stderr).replaceAll(cwd, '/home/ada/day'), true);
    const told = printed.match(UUID) ?? [];
    for (const [i, id] of (step.prints.match(UUID) ?? []).entries())
      if (!ids.has(id)) ids.set(id, told[i] ?? id);
    const back = new Map([...ids].map(([ofPage, id]) => [id, ofPage]));
    const shown = printed.replace(UUID, (id) => back.get(id) ?? id);
    expect(`$ ${step.line}\n${likened(shown)}`).toBe(`$ ${step.line}\n${likened(step.prints)}`);
  }
}, 120_000);
