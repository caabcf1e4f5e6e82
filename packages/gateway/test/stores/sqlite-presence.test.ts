/** A store whose file is taken away while a gateway runs acknowledges nothing. */
import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hmacHeaders, SECRET, send, start } from '../harness.ts';
import { LOSSES, LOST, type Loss } from './lost-files.ts';

async function keeping() {
  const gateway = await start({
    k: { path: '/keep', provider: 'hmac', keys: [{ secret: SECRET }], keep: {} },
  });
  const file = join(gateway.dir, 'test.db');
  const keep = async () =>
    (await send(`${gateway.publicUrl}/keep`, { body: 'x', headers: hmacHeaders('x') })).status;
  expect(await keep()).toBe(200);
  return { gateway, file, keep };
}

it.each<Loss>([
  ...LOSSES,
  ['without its log', (file) => unlinkSync(`${file}-wal`)],
  [
    'with another log',
    (file) => {
      writeFileSync(`${file}.new`, '');
      renameSync(`${file}.new`, `${file}-wal`);
    },
  ],
])('%s: 503, and the log says why', async (_what, take) => {
  const { gateway, file, keep } = await keeping();
  take(file);
  expect(await keep()).toBe(503);
  expect(gateway.log.join('')).toContain(LOST);
});

it('a path that the system does not follow: 503, and no error of the system is shown', async () => {
  const { gateway, file, keep } = await keeping();
  renameSync(file, `${file}.old`);
  symlinkSync(file, file);
  expect(await keep()).toBe(503);
  const reason =
    'The store’s file, or the -wal file beside it, cannot be looked at (ELOOP), and nothing can be kept. Look at who may read its folder, and at the disk.';
  expect(gateway.log.join('')).toContain(reason);
  const health = await send(`${gateway.publicUrl}/health`, { method: 'GET' });
  expect(JSON.parse(health.text)).toMatchObject({ status: 'unhealthy', reason });
});

it('a database put back after it was moved away: the gate keeps again', async () => {
  const { file, keep } = await keeping();
  renameSync(file, `${file}.old`);
  expect(await keep()).toBe(503);
  renameSync(`${file}.old`, file);
  expect(await keep()).toBe(200);
});
