/** A command that ends before its work is done never looks like one that succeeded, and a start that hangs can be stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isLong } from '../../../scripts/effort.ts';
import { newFolder, PROGRAM, spawnProgram } from './support.ts';

const ACTION =
  "export const a = { name: 'a', description: 'A.', input: { type: 'object', properties: {} }, run: () => 'a' };";

/** A folder with a configuration whose actions are that module. */
function folderWith(actions: string): string {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'actions.mjs'), actions);
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: "127.0.0.1:0", admin: off }
store: "memory:"
gates:
  g: { path: /g, provider: github, keys: [{ secret: a-secret-of-more-than-sixteen-bytes }], answer: { actions: ./actions.mjs } }
`,
  );
  return cwd;
}

it.each([
  [['check'], 0, 2],
  [['check', '--strict'], 0, 2],
  [['serve'], 0, 2],
  [['serve'], 3, 3],
])('%j with a module that ends the process with %i fails with %i, and says so', async (args, code, ends) => {
  const ran = await spawnProgram(args, { cwd: folderWith(`process.exit(${code})`) });
  expect(ran.code).toBe(ends);
  expect(ran.err).toContain(
    'countersign: the process ended before its work was done.\n  → A module that the configuration names may have ended it: look for process.exit in it.\n',
  );
});

it('so does a configuration that ends the process', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.config.mjs'), 'process.exit(0)');
  expect(await spawnProgram(['check'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining('ended before its work was done'),
  });
});

it.for([
  { args: ['providers'] },
  { args: ['check', '--json'] },
  {
    args: ['sign', 'http://127.0.0.1/', '-p', 'github', '-k', 'a-key-of-more-than-sixteen-bytes', '-d', 'x'],
  },
  { args: ['--help'] },
])('$args whose output goes to a full disk has no result', async ({ args }, test) => {
  if (process.platform !== 'linux') return test.skip('there is no /dev/full');
  const full = openSync('/dev/full', 'w');
  test.onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folderWith(ACTION),
    stdio: ['ignore', full, 'ignore'],
  });
  expect(await once(child, 'exit')).toEqual([141, null]);
});

const HELD: readonly (readonly [string, string])[] = [
  ['setInterval(() => {}, 1000);', 'a timer'],
  ['', 'nothing else'],
];

it.each(HELD.slice(0, isLong ? HELD.length : 1))(
  'a start that hangs ends on SIGTERM: %j, held by %s',
  async (held) => {
    const cwd = folderWith(`process.stderr.write('loading\\n'); ${held} await new Promise(() => {});`);
    const child = spawn(process.execPath, [PROGRAM, 'serve'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (piece) => {
      said += piece;
    });
    await expect.poll(() => said, { timeout: 20_000 }).toContain('loading');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(said).toContain('It was stopped before it served.');
  },
  30_000,
);
