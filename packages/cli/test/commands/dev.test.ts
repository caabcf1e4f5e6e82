/** `countersign dev`: the built program while somebody writes its configuration. */
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it, vi } from 'vitest';
import { newFolder, type Started, startProgram } from '../support.ts';
import { SECRET, startDay, TOKEN } from './day-bench.ts';

const WAIT = { timeout: 20_000 };

function configuration(status: number): string {
  return `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: "memory:"
admin: { token: "\${env:ADMIN_TOKEN}" }
log: { level: info }
gates:
  hooks: { path: /hooks, provider: github, keys: [{ secret: "\${env:SECRET}" }], keep: {} }
  fixed: { path: /fixed, provider: none, respond: { status: ${status} } }
`;
}

interface Running extends Started {
  readonly cwd: string;
  readonly publicUrl: string;
}

async function started(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.yaml'), configuration(201));
  return startedIn(cwd, args, env);
}

async function startedIn(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const program = startProgram(['dev', ...args], cwd, { SECRET, ADMIN_TOKEN: TOKEN, HOME: cwd, ...env });
  await vi.waitFor(() => expect(program.said.err).toMatch(/console +http/), WAIT);
  const publicUrl = /public +(http:\S+)/.exec(program.said.err)?.[1] ?? '';
  return { ...program, cwd, publicUrl };
}

describe('countersign dev', () => {
  it('prints a link that logs in to the console once, and ends on Ctrl-C', async () => {
    const { said, child, ended } = await started();
    const link = new URL(/console +(http:\S+)/.exec(said.err)?.[1] ?? '');
    expect(link.pathname).toBe('/login');
    const logIn = () =>
      fetch(new URL('/api/session', link), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: link.hash.slice(1) }),
      });
    const first = await logIn();
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({ role: 'admin' });
    expect((await logIn()).status).toBe(401);
    expect(said.err).toContain(
      'A public URL: npm install @ngrok/ngrok, set $NGROK_AUTHTOKEN, and start with --public',
    );
    expect(said.err).toContain('  token   the configuration’s admin.token\n');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });

  it('without an admin.token says that commands need one: standard error that is no terminal shows none', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'countersign.yaml'), configuration(201).replace(/^admin: .*$/m, ''));
    const { said } = await startedIn(cwd, [], {});
    expect(said.err).toContain('  token   none: set admin.token in the configuration to use the admin API\n');
  });

  it('reads the configuration again when it changes, and stays as it was where it is wrong', async () => {
    const { cwd, publicUrl, said } = await started();
    const status = async (): Promise<number> =>
      (await fetch(`${publicUrl}/fixed`, { method: 'POST' })).status;
    expect(await status()).toBe(201);
    writeFileSync(join(cwd, 'countersign.yaml'), configuration(202));
    await vi.waitFor(async () => expect(await status()).toBe(202), WAIT);
    writeFileSync(join(cwd, 'countersign.yaml'), 'gates: { fixed: { pth: /fixed } }');
    await vi.waitFor(() => expect(said.out).toContain('pth'), WAIT);
    expect(await status()).toBe(202);
    writeFileSync(join(cwd, 'countersign.yaml'), configuration(203));
    await vi.waitFor(async () => expect(await status()).toBe(203), WAIT);
  });

  it('sends sample requests to its gates when it is asked to, and to those of a changed configuration', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'countersign.yaml'), configuration(201));
    const { said } = await startedIn(cwd, [], {});
    const baseUrl = new URL(/console +(http:\S+)/.exec(said.err)?.[1] ?? '').origin;
    const client = createAdminClient({ baseUrl, token: TOKEN });
    const before = await client.call('sandbox');
    expect(before.isPlaying).toBe(false);
    expect(before.scenarios.map(({ id }) => id)).toEqual([
      'hooks/signed',
      'hooks/tampered',
      'hooks/unsigned',
      'hooks/repeated',
    ]);
    // Nothing was sent that nobody has asked for.
    expect((await client.call('events')).events).toEqual([]);
    for (const { id } of before.scenarios)
      await client.call('changeSandbox', { change: 'play', scenario: id });
    const { scenarios } = await client.call('sandbox');
    expect(scenarios.map(({ expects, last }) => [expects, last?.verdict])).toEqual([
      ['accepted', 'accepted'],
      ['signature-mismatch', 'signature-mismatch'],
      ['missing-signature', 'missing-signature'],
      ['replayed', 'replayed'],
    ]);
    await vi.waitFor(() => expect(said.out).toContain('"reason":"missing-signature"'), WAIT);
    writeFileSync(join(cwd, 'countersign.yaml'), configuration(201).replace('  hooks:', '  renamed:'));
    await vi.waitFor(async () => {
      const { scenarios: now } = await client.call('sandbox');
      expect(now[0]?.id).toBe('renamed/signed');
    }, WAIT);
  });

  it('brings the webhooks of another gateway here, with their signatures', async () => {
    const other = await startDay();
    const { publicUrl, said } = await started(['--follow', other.adminUrl], {
      COUNTERSIGN_ADMIN_TOKEN: TOKEN,
    });
    await vi.waitFor(() => expect(said.err).toContain('Keeps its position'), WAIT);
    await other.hook('{"from":"staging"}');
    await vi.waitFor(() => expect(said.out).toMatch(/✓ 200 +hooks/), WAIT);
    const again = await fetch(`${publicUrl}/hooks`, {
      method: 'POST',
      headers: {
        'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update('{"from":"staging"}').digest('hex')}`,
      },
      body: '{"from":"staging"}',
    });
    // It is known here: this one is a repeat.
    expect([again.status, await again.text()]).toEqual([200, '']);
    await vi.waitFor(() => expect(said.out).toContain('replayed'), WAIT);
  });

  it('opens a public URL by the package of the project, and closes it at the end', async () => {
    const cwd = newFolder();
    const folder = join(cwd, 'node_modules/@ngrok/ngrok');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"main":"index.js"}');
    // The real one needs an account: this has its two functions.
    writeFileSync(
      join(folder, 'index.js'),
      `exports.forward = async ({ addr, authtoken }) => ({
        url: () => 'https://tunnel.example/' + addr + '/' + (authtoken === 'a-token-of-ngrok'),
        close: async () => console.error('the tunnel is closed'),
      });`,
    );
    writeFileSync(join(cwd, 'countersign.yaml'), configuration(201));
    const { said, child, ended, publicUrl } = await startedIn(cwd, ['--public'], {
      NGROK_AUTHTOKEN: 'a-token-of-ngrok',
    });
    expect(said.err).toContain(`https://tunnel.example/${new URL(publicUrl).host}/true`);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(said.err).toContain('the tunnel is closed');
    expect(said.err + said.out).not.toContain('a-token-of-ngrok');
  });
});
