/** The page of the admin API: its tables, its example against a gateway, its problem. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, startGateway } from '@countersign/gateway';
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
  const file = join(cwd, 'example.ts');
  const code = example?.code
    .replace('http://127.0.0.1:8788', gateway.adminUrl ?? '')
    .replace('limit: 200', 'limit: 2');
  writeFileSync(file, code ?? '');
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, COUNTERSIGN_ADMIN_TOKEN: gateway.adminToken },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  expect([...(await once(child, 'close')), output]).toEqual([
    0,
    null,
    expect.stringMatching(/^\S+ \/inbox\/2\n\S+ \/inbox\/1\n\S+ \/inbox\/0\nnobody holds it\n$/),
  ]);
});

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
