/** The page of the admin API: its tables, its example against a gateway, its problem. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { expect, it, onTestFinished } from 'vitest';
import { codeBlocks } from '../../scripts/docs-blocks.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/admin-api.md'), 'utf8');

async function started() {
  // Below the project, so that imports resolve as a user's would.
  const cwd = mkdtempSync(join(import.meta.dirname, '.scratch-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const lines = [
    'listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }',
    'store: "memory:"',
    'gates: { inbox: { path: /inbox/*, provider: none, keep: {} } }',
  ];
  writeFileSync(join(cwd, 'countersign.yaml'), lines.join('\n'));
  const { config } = await loadConfig({ cwd, env: {} });
  const gateway = await startGateway({ config, logSink: { write: () => {} } });
  onTestFinished(() => gateway.close());
  return { gateway, cwd };
}

it('has the tables of the code', () => {
  const script = join(root, 'scripts/generate-admin-docs.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toMatchObject({ status: 0 });
});

it('has an example that reads every page of a list', async () => {
  const { gateway, cwd } = await started();
  for (let n = 0; n < 3; n++) await fetch(`${gateway.publicUrl}/inbox/${n}`, { method: 'POST', body: 'x' });
  const [example] = codeBlocks(page).filter(({ language }) => language === 'ts');
  expect(await runExample(gateway, cwd, example?.code.replace('limit: 200', 'limit: 2'))).toEqual([
    0,
    null,
    expect.stringMatching(/^\S+ \/inbox\/2\n\S+ \/inbox\/1\n\S+ \/inbox\/0\nnobody holds it\n$/),
  ]);
});

it('has a client with which a backend works off every kept event, the oldest first, and goes on where it left off', async () => {
  const { gateway, cwd } = await started();
  const keep = (n: number) => fetch(`${gateway.publicUrl}/inbox/${n}`, { method: 'POST', body: `body ${n}` });
  for (let n = 0; n < 5; n++) await keep(n);
  const configuration = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  const loop = codeBlocks(configuration).find(({ code }) => code.includes('createAdminClient'))?.code;
  // What the page leaves to its reader. It ends once the third body is worked off: the loop has no end.
  const own = `
    import { existsSync, readFileSync, writeFileSync } from 'node:fs';
    const lastPlace = async () => (existsSync('last') ? Number(readFileSync('last', 'utf8')) : 0);
    let worked = 0;
    const work = async (body) => { console.log(body.toString()); worked++; };
    const remember = async (place) => { writeFileSync('last', String(place)); if (worked === 3) process.exit(); };`;
  const code = own + loop?.replace("gate: 'github', place", "gate: 'inbox', limit: 2, place");
  expect(await runExample(gateway, cwd, code)).toEqual([0, null, 'body 0\nbody 1\nbody 2\n']);
  await keep(5);
  expect(await runExample(gateway, cwd, code)).toEqual([0, null, 'body 3\nbody 4\nbody 5\n']);
});

/** Its exit code, its signal and what it wrote. */
async function runExample(
  { adminUrl, adminToken }: Gateway,
  cwd: string,
  code: string = '',
): Promise<readonly unknown[]> {
  const file = join(cwd, 'example.ts');
  writeFileSync(file, code.replace('http://127.0.0.1:8788', adminUrl ?? ''));
  const env = { ...process.env, COUNTERSIGN_ADMIN_TOKEN: adminToken };
  const child = spawn(process.execPath, [file], { cwd, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return [...(await once(child, 'close')), output];
}

it('shows a problem as it is', async () => {
  const { gateway } = await started();
  const answer = await fetch(`${gateway.adminUrl}/api/events/none`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  const [shown] = codeBlocks(page).filter(({ language }) => language === 'http');
  const [head = '', body = ''] = shown?.code.split('\n\n') ?? [];
  expect(head).toContain(`HTTP/1.1 ${answer.status} `);
  expect(head).toContain(`content-type: ${answer.headers.get('content-type')}`);
  expect(JSON.parse(body)).toEqual(await answer.json());
});
