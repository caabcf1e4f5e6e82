/** `countersign store verify` and `stats` of a file that no gateway has: nothing of it changes, and what is no store is called so. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';
import { startDay } from './day-bench.ts';

const COMMANDS = ['verify', 'stats'] as const;

/** A copy of a store with two events, alone in a folder. */
async function backup(): Promise<{ readonly cwd: string; readonly file: string }> {
  const day = await startDay();
  for (const n of [1, 2]) await day.keep(n, {}, [{ destination: 'shop' }]);
  const cwd = newFolder();
  const file = join(cwd, 'backup.db');
  expect((await day.ask(['store', 'backup', file])).code).toBe(0);
  return { cwd, file };
}

function stateOf(cwd: string) {
  return readdirSync(cwd).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(cwd, name)))
      .digest('hex'),
  ]);
}

describe.each(COMMANDS)('countersign store %s', (command) => {
  it('leaves a backup as it is, byte for byte, and no file beside it', async () => {
    const { cwd } = await backup();
    const before = stateOf(cwd);
    const { code, out } = await run(['store', command, '--store', 'backup.db', '--json'], { cwd });
    expect([code, JSON.parse(out)]).toMatchObject([0, { events: 2 }]);
    expect(stateOf(cwd)).toEqual(before);
  });

  it('leaves the file of a configuration as it is where no gateway runs', async () => {
    const day = await startDay();
    await day.keep(1);
    await day.gateway.close();
    const before = stateOf(day.cwd);
    expect(await day.ask(['store', command], { env: day.env })).toMatchObject({ code: 0 });
    expect(stateOf(day.cwd)).toEqual(before);
  });

  it('looks into one that nobody may write to', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write to every file');
    const { cwd, file } = await backup();
    chmodSync(file, 0o400);
    chmodSync(cwd, 0o500);
    expect(await run(['store', command, '--store', 'backup.db'], { cwd })).toMatchObject({ code: 0 });
    chmodSync(cwd, 0o700);
  });

  it('reads the log that a killed gateway has left, and leaves both as they are', async () => {
    const day = await startDay();
    for (const n of [1, 2]) await day.keep(n);
    const cwd = newFolder();
    for (const end of ['', '-wal'])
      copyFileSync(join(day.cwd, `store.db${end}`), join(cwd, `store.db${end}`));
    const before = stateOf(cwd);
    const { code, out } = await run(['store', command, '--store', 'store.db', '--json'], { cwd });
    expect([code, JSON.parse(out)]).toMatchObject([0, { events: 2 }]);
    expect(stateOf(cwd)).toEqual(before);
  });

  it('says of a file that a gateway holds how to ask that one', async () => {
    const { cwd, keep } = await startDay();
    await keep(1);
    const { code, err } = await run(['store', command, '--store', 'store.db'], { cwd });
    expect([code, err]).toEqual([
      2,
      `countersign: a running gateway has ${join(cwd, 'store.db')} open\n  → Ask the gateway: give --admin URL, its admin listener, in place of --store.\n`,
    ]);
    expect(existsSync(join(cwd, 'store.db-shm'))).toBe(false);
  });

  it('calls an empty file no store, with 1, and makes none of it', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'empty.db'), '');
    expect(await run(['store', command, '--store', 'empty.db'], { cwd })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(`${join(cwd, 'empty.db')} is empty: it is no store`),
    });
    expect(readFileSync(join(cwd, 'empty.db')).byteLength).toBe(0);
    expect(readdirSync(cwd)).toEqual(['empty.db']);
  });

  it.each([
    ['that is no database', 'no database at all, '.repeat(100), 'is not a database'],
    ['that is not there', undefined, 'there is no file '],
  ])('says it of a file %s, with 2', async (_, text, says) => {
    const cwd = newFolder();
    if (text !== undefined) writeFileSync(join(cwd, 'a.db'), text);
    const { code, err } = await run(['store', command, '--store', 'a.db'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it('names what a file of an older schema needs', async () => {
    const { cwd, file } = await backup();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 3');
    db.close();
    const { code, err } = await run(['store', command, '--store', 'backup.db'], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(
      /has schema version 3, and this build looks into version \d+\.\n.*countersign store migrate/,
    );
  });
});

it('verify ends with 1 where the file is so damaged that nothing can be counted', async () => {
  const { cwd, file } = await backup();
  const bytes = readFileSync(file);
  bytes.fill(7, 16_384);
  writeFileSync(file, bytes);
  const { code, out } = await run(['store', 'verify', '--store', 'backup.db'], { cwd });
  expect([code, out]).toEqual([1, expect.stringMatching(/^✗ file-damaged: The file is damaged/)]);
});

describe('countersign store verify, of a store that has something encrypted', () => {
  const OWN = 'ab'.repeat(32);

  /** A copy of it, and configurations with its storeKey, with another, and with none. */
  async function sealedBackup(): Promise<string> {
    const day = await startDay(`storeKey: ${OWN}`);
    await day.hook('{}', { authorization: 'Bearer of-a-sender' });
    const cwd = newFolder();
    expect((await day.ask(['store', 'backup', join(cwd, 'backup.db')])).code).toBe(0);
    const text = (storeKey: string): string =>
      `listen: { admin: "off" }\nstore: sqlite:backup.db\n${storeKey}\ngates: { a: { path: /a, provider: none, keep: {} } }\n`;
    writeFileSync(join(cwd, 'own.yaml'), text(`storeKey: ${OWN}`));
    writeFileSync(join(cwd, 'other.yaml'), text(`storeKey: ${'cd'.repeat(32)}`));
    writeFileSync(join(cwd, 'rotated.yaml'), text(`storeKey: ${'cd'.repeat(32)}\npreviousStoreKey: ${OWN}`));
    writeFileSync(join(cwd, 'none.yaml'), text(''));
    return cwd;
  }

  it('says that the storeKey is another, and what to do, of the configuration’s store and of a copy', async () => {
    const cwd = await sealedBackup();
    const before = stateOf(cwd);
    for (const named of [[], ['--store', 'backup.db']]) {
      const { code, out } = await run(['store', 'verify', ...named, '--config', 'other.yaml'], { cwd });
      expect(out).toMatch(
        /^✗ other-store-key: The storeKey is not the one of this store: the store is under the storeKey with the id [0-9a-f]{16}, and the one that is given has the id [0-9a-f]{16}\. Nothing was changed\. Set the storeKey that the store had\./,
      );
      expect(code).toBe(1);
    }
    expect(stateOf(cwd)).toEqual(before);
  });

  it.each(['own.yaml', 'rotated.yaml'])('finds nothing where the key is there (%s)', async (config) => {
    const cwd = await sealedBackup();
    const { code, out, err } = await run(['store', 'verify', '--config', config], { cwd });
    expect([code, out, err]).toEqual([0, '✓ 1 event: the store is intact, and each body can be read.\n', '']);
  });

  it('says so where the configuration has no storeKey', async () => {
    const cwd = await sealedBackup();
    const { code, out } = await run(['store', 'verify', '--config', 'none.yaml'], { cwd });
    expect(out).toMatch(
      /^✗ other-store-key: What is encrypted in the store needs the storeKey with the id [0-9a-f]{16}, and the configuration has none\. Set it\.\n$/,
    );
    expect(code).toBe(1);
  });

  it('says that no key was compared where no configuration is named', async () => {
    const cwd = await sealedBackup();
    const { code, err } = await run(['store', 'verify', '--store', 'backup.db'], { cwd });
    expect(err).toBe(
      'Whether your storeKey opens what is encrypted in the store was not checked: name the configuration that has it with --config FILE.\n',
    );
    expect(code).toBe(0);
  });
});

it.each(['list', 'export'])('an empty file is no store for whoever reads events (%s)', async (name) => {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    'listen: { admin: "off" }\nstore: sqlite:e.db\ngates:\n  open: { path: /o, provider: none, keep: {} }\n',
  );
  writeFileSync(join(cwd, 'e.db'), '');
  const args = name === 'list' ? ['events', 'list'] : ['store', 'export'];
  const { code, err } = await run(args, { cwd });
  expect(code).toBe(2);
  expect(err).toContain(`${join(cwd, 'e.db')} is empty: there is no store in it`);
  expect(readFileSync(join(cwd, 'e.db')).byteLength).toBe(0);
});

it('migrate says of a file that is not there, or is empty, to name one that is', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'empty.db'), '');
  for (const [name, why] of [
    ['none.db', 'is not there'],
    ['empty.db', 'is empty: it is no store'],
  ] as const) {
    expect(await run(['store', 'migrate', '--store', name], { cwd })).toMatchObject({
      code: 2,
      err: `countersign: store: ${join(cwd, name)} ${why}.\n  → Name the file of a store that is there.\n`,
    });
  }
});
