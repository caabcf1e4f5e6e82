/** `countersign config reload`, `config diff` and SIGHUP against a gateway in a process of its own, with keys that were changed while it ran. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEntryView, createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { newFolder, type Ran, run, spawnProgram, startProgram } from '../support.ts';

const SECRET = 'a secret of more than sixteen bytes';
const ADDED = 'an added secret of more than sixteen bytes';
const CHANGED = 'a changed secret of more than sixteen bytes';
const TOKEN = 'a-token-of-this-test';

function text({ path = '/a', secret = SECRET, state = 'active', more = '' } = {}): string {
  return `listen: { public: "127.0.0.1:0", admin: "127.0.0.1:0" }
store: sqlite:test.db
storeKey: ${'0123456789abcdef'.repeat(4)}
admin: { token: ${TOKEN} }
log: { format: json }
gates:
  a: { path: ${path}, provider: github, keys: [{ id: main, secret: ${secret}, state: ${state} }, { id: other, secret: yet another secret of sixteen bytes }], respond: { status: 202 } }
${more}`;
}

async function serving() {
  const cwd = newFolder();
  const write = (config: string): void => writeFileSync(join(cwd, 'countersign.yaml'), config);
  write(text());
  const started = startProgram(['serve'], cwd);
  const urlOf = (name: string): string | undefined =>
    new RegExp(`^ *${name} +(http://\\S+)`, 'm').exec(started.said.err)?.[1];
  await expect.poll(() => urlOf('admin'), { timeout: 20_000 }).toBeDefined();
  const [publicUrl = '', adminUrl = ''] = [urlOf('public'), urlOf('admin')];
  const client = createAdminClient({ baseUrl: adminUrl, token: TOKEN });
  const options = { cwd, env: { COUNTERSIGN_ADMIN_TOKEN: TOKEN } };
  const command = (...args: string[]): Promise<Ran> =>
    spawnProgram(['config', 'reload', '--admin', adminUrl, ...args], options);
  const diff = (...args: string[]): Promise<Ran> =>
    run(['config', 'diff', ...args, '--admin', adminUrl], options);
  const post = async (secret: string, path = '/a'): Promise<number> => {
    const body = `${secret} ${path} ${Math.random()}`;
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    return (await fetch(publicUrl + path, { method: 'POST', body, headers })).status;
  };
  const hangUp = async (): Promise<void> => {
    const reads = (): number => started.said.out.split('the configuration was read again').length;
    const before = reads();
    started.child.kill('SIGHUP');
    await expect.poll(reads, { timeout: 20_000 }).toBeGreaterThan(before);
  };
  const reloads = async (): Promise<readonly AuditEntryView[]> =>
    (await client.call('audit', { route: 'reloadConfig' })).entries;
  return { cwd, adminUrl, client, command, diff, write, post, hangUp, reloads };
}

describe('countersign config reload', () => {
  it('prints what has changed, and ends with 0; again, that nothing has', async () => {
    const { command, write, post } = await serving();
    write(text({ path: '/b' }));
    expect(await command()).toEqual({
      code: 0,
      out: 'changed  gates.a.path  /a → /b\nApplied: 1 change.\n',
      err: '',
    });
    expect([await post(SECRET, '/a'), await post(SECRET, '/b')]).toEqual([404, 202]);
    expect(await command()).toMatchObject({ code: 0, out: 'Nothing in the configuration has changed.\n' });
    const json = JSON.parse((await command('--json')).out) as unknown;
    expect(json).toMatchObject({ result: 'unchanged', changes: [] });
  });

  it('ends with 1 where a restart is needed, and with 2 where the file is broken, and nothing is applied', async () => {
    const { command, write, post } = await serving();
    write(text({ path: '/b', more: 'replay: { maxClaims: 5000 }\n' }));
    const restart = await command();
    expect(restart.code).toBe(1);
    expect(restart.err).toContain('nothing was applied: a running gateway cannot change replay');
    write(text({ path: '/b', more: '  c: { path: /c }\n' }));
    const broken = await command();
    expect(broken.code).toBe(2);
    expect(broken.err).toContain('gates.c');
    expect(await post(SECRET, '/a')).toBe(202);
  });

  it('ends with 2 where no gateway answers', async () => {
    const cwd = newFolder();
    const env = { COUNTERSIGN_ADMIN_TOKEN: TOKEN };
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, err } = await spawnProgram(['config', 'reload', '--admin', url], { cwd, env });
    expect(code).toBe(2);
    expect(err).toContain(url);
  });
});

describe('countersign config diff', () => {
  it('prints what a reload would change, changes nothing, and ends with 1; with 0 where nothing differs', async () => {
    const { diff, write, post } = await serving();
    expect(await diff()).toEqual({
      code: 0,
      out: 'Nothing differs from the configuration in effect.\n',
      err: '',
    });
    write(text({ path: '/b', secret: CHANGED }));
    const { code, out, err } = await diff();
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('changed  gates.a.path            /a → /b\n');
    expect(out).toContain('A reload would apply 2 changes.');
    expect(out).not.toContain(CHANGED);
    expect([await post(SECRET, '/a'), await post(CHANGED, '/b')]).toEqual([202, 404]);
    const json = await diff('--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ result: 'valid', changes: [{ path: 'gates.a.path' }, {}] });
  });

  it('compares a file that the gateway does not have', async () => {
    const { diff, cwd } = await serving();
    const next = join(cwd, 'next.yaml');
    writeFileSync(next, text({ path: '/b', more: 'replay: { maxClaims: 5000 }\n' }));
    const restart = await diff(next);
    expect(restart.code).toBe(1);
    expect(restart.out).toContain('A reload would apply nothing: replay');
    writeFileSync(next, text({ more: '  c: { path: /c }\n' }));
    const broken = await diff(next);
    expect(broken.code).toBe(2);
    expect(broken.err).toContain('gates.c');
    writeFileSync(next, '#'.repeat(65_537));
    expect(await diff(next)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is longer than 65,536 characters'),
    });
    writeFileSync(next, '');
    expect(await diff(next)).toMatchObject({ code: 2, err: expect.stringContaining('it is empty') });
    expect((await diff()).code).toBe(0);
  });
});

describe('a reload of a gate whose keys were changed while it ran', () => {
  it('keeps an added key, and what was changed of a key that the file says the same of', async () => {
    const { client, adminUrl, write, post, hangUp } = await serving();
    const change = async (act: (ifMatch: string) => Promise<unknown>): Promise<void> => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      const answer = await fetch(`${adminUrl}/api/gates/a/keys`, { headers });
      await answer.arrayBuffer();
      await act(answer.headers.get('etag') ?? '');
    };
    await change((ifMatch) =>
      client.call('addKey', { gate: 'a', id: 'added', secret: ADDED, state: 'active' }, { ifMatch }),
    );
    await change((ifMatch) =>
      client.call('changeKey', { gate: 'a', key: 'main', change: 'revoke' }, { ifMatch }),
    );
    expect([await post(ADDED), await post(SECRET)]).toEqual([202, 401]);
    write(text({ path: '/b' }));
    await hangUp();
    expect([await post(ADDED, '/b'), await post(SECRET, '/b')]).toEqual([202, 401]);
    // The file’s later word counts: it is another key now.
    write(text({ path: '/b', secret: CHANGED }));
    await hangUp();
    expect([await post(ADDED, '/b'), await post(CHANGED, '/b'), await post(SECRET, '/b')]).toEqual([
      202, 202, 401,
    ]);
  });
});

it('SIGHUP and the command are in the audit log, each as what it is', async () => {
  const { command, hangUp, reloads } = await serving();
  await hangUp();
  await command();
  expect(await reloads()).toMatchObject([
    { who: { name: 'token', by: 'token' }, from: '127.0.0.1', status: 200 },
    { who: { name: 'SIGHUP', role: 'admin', by: 'signal' }, status: 200 },
  ]);
});
