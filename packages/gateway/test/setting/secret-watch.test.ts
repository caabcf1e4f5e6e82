// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
/** Secrets that change while a gateway runs. */
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { readSecretFolder } from '../../src/config/secrets/secret-folder.ts';
import { createSecretWatch } from '../../src/setting/secret-watch.ts';
import { later, temporaryDir } from '../harness.ts';
import { type ReloadingGateway, SECRET, send, startReloading } from './reloading.ts';

const NEXT = 'the next secret of more than sixteen bytes';

const config = (secret: string, secrets: ConfigInput['secrets']): ConfigInput => ({
  ...(secrets && { secrets }),
  gates: { g: { path: '/g', provider: 'github', keys: [{ id: 'main', secret }], respond: { status: 202 } } },
});

let versions = 0;
/** As the kubelet does: the new version beside the old one, and then the link, at once. */
function mount(folder: string, secrets: Readonly<Record<string, string>>): void {
  const version = `..version_${++versions}`;
  mkdirSync(join(folder, version), { recursive: true });
  for (const [name, text] of Object.entries(secrets)) {
    writeFileSync(join(folder, version, name), text);
    rmSync(join(folder, name), { force: true });
    symlinkSync(join('..data', name), join(folder, name));
  }
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

const lines = ({ log }: ReloadingGateway, text: string): readonly string[] =>
  log.filter((line) => line.includes(text));

async function startMounted(): Promise<ReloadingGateway & { readonly folder: string }> {
  const folder = temporaryDir();
  mount(folder, { key: SECRET });
  return { ...(await startReloading(config('${secret:key}', { folder }))), folder };
}

describe('a secret of a mounted folder', () => {
  it('is at work a moment after it was swapped, and no request is lost', async () => {
    const running = await startMounted();
    let isSwapped = false;
    const statuses = new Set<number>();
    const traffic = (async () => {
      for (let i = 0; !isSwapped; i++) {
        const status = await send(running, '/g', `body ${i}`, SECRET);
        statuses.add(status);
        isSwapped = status === 401;
      }
    })();
    mount(running.folder, { key: NEXT });
    await traffic;
    expect([...statuses]).toEqual([202, 401]);
    expect(await send(running, '/g', 'next', NEXT)).toBe(202);
    expect(lines(running, '"paths":["gates.g.keys[0].secret"]')).toHaveLength(1);
    expect(running.log.join('')).not.toContain(NEXT);
    const { adminUrl = '', adminToken } = running.gateway;
    const client = createAdminClient({ baseUrl: adminUrl, token: adminToken, fetch });
    const { entries } = await client.call('audit', {});
    expect(entries.map((entry) => ('who' in entry ? entry.who?.name : undefined))).toContain('secrets');
  });

  it('is read of a folder that is never quiet', async () => {
    const running = await startMounted();
    const stirring = setInterval(() => writeFileSync(join(running.folder, 'noise'), ''), 10);
    later(() => clearInterval(stirring));
    mount(running.folder, { key: NEXT });
    await expect.poll(() => send(running, '/g', 'next', NEXT)).toBe(202);
  });

  it.each([
    ['vanishes', {}, 'cannot be read: no such file or directory'],
    ['is empty', { key: '\n' }, 'holds nothing but white space'],
  ])(
    'stays what it was when it %s; the log and a metric say so, until it is there again',
    async (_, gone, problem) => {
      const running = await startMounted();
      const metrics = async (): Promise<string> => {
        const { adminUrl, adminToken } = running.gateway;
        const response = await fetch(`${adminUrl}/metrics`, {
          headers: { authorization: `Bearer ${adminToken}` },
        });
        return response.text();
      };
      expect(await metrics()).toContain('countersign_secrets_unread 0\n');
      mount(running.folder, gone);
      await expect
        .poll(
          () =>
            lines(
              running,
              'a secret could not be read again: the gateway goes on with what it had; mend where it comes from, and it is read by itself',
            ),
          { timeout: 10_000 },
        )
        .toHaveLength(1);
      expect(lines(running, '"code":"secret-unread"')[0]).toContain(problem);
      expect(await metrics()).toContain('countersign_secrets_unread 1\n');
      expect(await send(running, '/g', 'one')).toBe(202);
      mount(running.folder, { key: NEXT });
      await expect
        .poll(() => lines(running, 'a secret that could not be read can be read again'), { timeout: 10_000 })
        .toHaveLength(1);
      await expect.poll(() => lines(running, 'is in effect now')).toHaveLength(1);
      expect(await send(running, '/g', 'two', NEXT)).toBe(202);
      expect(await metrics()).toContain('countersign_secrets_unread 0\n');
    },
  );

  it.each([1, 3])('is read as one version, swapped %i times while it is read', (swaps) => {
    const folder = temporaryDir();
    const swap = (version: string) => {
      const before = readdirSync(folder).filter((name) => name.startsWith('..version_'));
      mount(folder, { a: `${version} a`, b: `${version} b` });
      // As the kubelet does: a version is gone when its successor is there.
      for (const name of before) rmSync(join(folder, name), { recursive: true });
    };
    swap('version 0');
    let swapped = 0;
    const names = ['a', 'b'];
    // Between the reading of the first secret and that of the second.
    Object.defineProperty(names, 1, {
      get() {
        if (swapped < swaps) swap(`version ${++swapped}`);
        return 'b';
      },
    });
    expect([...readSecretFolder(folder, names)]).toEqual([
      ['a', { value: `version ${swaps} a` }],
      ['b', { value: `version ${swaps} b` }],
    ]);
  });

  it('that could not be put to work, such as while the store takes nothing, is tried again a minute later', async () => {
    const cwd = temporaryDir();
    const folder = join(cwd, 'secrets');
    mount(folder, { key: SECRET });
    writeFileSync(join(cwd, 'countersign.json'), JSON.stringify(config('${secret:key}', { folder })));
    const { secrets } = await loadConfig({ cwd, env: {} });
    let nowMs = 0;
    const reloads: number[] = [];
    const log = { info() {}, warn() {} };
    const watch = createSecretWatch({ secrets, now: () => nowMs, log, pollMs: 5 });
    later(() => watch.close());
    watch.start(async () => {
      reloads.push(nowMs);
      return { result: reloads.length < 3 ? 'broken' : 'applied' };
    });
    mount(folder, { key: NEXT });
    for (let tries = 1; tries <= 3; tries++) {
      await expect.poll(() => reloads.length).toBe(tries);
      nowMs += 60_000;
    }
    mount(folder, { key: `${NEXT} again` });
    await expect.poll(() => reloads).toEqual([0, 60_000, 120_000, 180_000]);
  });

  it('stays what it was while its folder cannot be looked at, and is read once it can', async () => {
    const cwd = temporaryDir();
    const folder = join(cwd, 'secrets');
    mount(join(cwd, 'real'), { key: SECRET });
    symlinkSync('real', folder);
    const running = await startReloading(config('${secret:key}', { folder }));
    const pointTo = (target: string): void => {
      symlinkSync(target, join(cwd, 'next'));
      renameSync(join(cwd, 'next'), folder);
    };
    pointTo('secrets');
    await expect.poll(() => lines(running, '"code":"secret-unread"'), { timeout: 10_000 }).toHaveLength(1);
    expect(await send(running, '/g', 'one')).toBe(202);
    mount(join(cwd, 'real'), { key: NEXT });
    pointTo('real');
    await expect.poll(() => lines(running, 'is in effect now'), { timeout: 10_000 }).toHaveLength(1);
    expect(await send(running, '/g', 'two', NEXT)).toBe(202);
  });

  it('is noticed where nothing tells of changes, and where another folder has come in its place', async () => {
    const cwd = temporaryDir();
    const folder = join(cwd, 'secrets');
    mount(folder, { key: SECRET });
    writeFileSync(join(cwd, 'countersign.json'), JSON.stringify(config('${secret:key}', { folder })));
    const { secrets } = await loadConfig({ cwd, env: {} });
    const watch = createSecretWatch({ secrets, now: Date.now, log: { info() {}, warn() {} }, pollMs: 20 });
    later(() => watch.close());
    const changed = new Promise<string | undefined>((resolve) =>
      watch.start(async (next) => {
        const entry = next.find('secret:key')?.reading;
        resolve(entry && 'value' in entry ? entry.value : undefined);
      }),
    );
    mount(join(cwd, 'other'), { key: NEXT });
    renameSync(folder, join(cwd, 'old'));
    renameSync(join(cwd, 'other'), folder);
    expect(await changed).toBe(NEXT);
  });
});

describe('a secret that a command prints', () => {
  const command = {
    run: [process.execPath, '--eval', "process.stdout.write(require('node:fs').readFileSync('key'))"],
  };

  it('is printed again with each reload; where the command fails, nothing is applied', async () => {
    const running = await startReloading(
      config('${command:key}', { commands: { key: command } }),
      {},
      { key: SECRET },
    );
    writeFileSync(join(running.dir, 'key'), NEXT);
    expect((await running.gateway.reload())?.result).toBe('applied');
    expect(await send(running, '/g', 'one', NEXT)).toBe(202);
    rmSync(join(running.dir, 'key'));
    const report = await running.gateway.reload();
    expect(report?.result).toBe('broken');
    expect(report?.findings[0]?.problem).toBe('needs the command key, which ended with exit code 1');
    expect(await send(running, '/g', 'two', NEXT)).toBe(202);
  });

  it('is printed again when its time is over', async () => {
    const running = await startReloading(
      config('${command:key}', { commands: { key: { ...command, refresh: '1s' } } }),
      {},
      { key: SECRET },
    );
    writeFileSync(join(running.dir, 'key'), NEXT);
    await expect.poll(() => lines(running, 'is in effect now'), { timeout: 10_000 }).toHaveLength(1);
    expect(await send(running, '/g', 'one', NEXT)).toBe(202);
  });
});
