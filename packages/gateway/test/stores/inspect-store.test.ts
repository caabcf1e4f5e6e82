import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { fileProblem, inspectStore, storeWarning } from '../../src/stores/inspect-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { temporaryDir } from '../harness.ts';

const inFile = (file: string) => fileProblem(file);

async function ownFile(): Promise<string> {
  const file = join(temporaryDir(), 'store.db');
  await (await openSqliteStore({ path: file })).close();
  return file;
}

describe('a store that a gateway could start with', () => {
  it('is one in memory, one that is not there yet, an empty file, and one of ours; looking changes nothing', async () => {
    const dir = temporaryDir();
    expect((await inspectStore({ kind: 'memory' })).problem).toBeUndefined();
    expect(inFile(join(dir, 'new.db'))).toBeUndefined();
    expect(readdirSync(dir)).toEqual([]);
    writeFileSync(join(dir, 'empty.db'), '');
    expect(inFile(join(dir, 'empty.db'))).toBeUndefined();
    const file = await ownFile();
    const before = readFileSync(file);
    expect(inFile(file)).toBeUndefined();
    expect(readFileSync(file)).toEqual(before);
  });
});

describe('what a gateway could not start with', () => {
  it.each([
    [
      'a folder that is missing',
      () => join(temporaryDir(), 'none', 'x.db'),
      /cannot be opened or created \(ENOENT\)/,
    ],
    ['a folder', () => temporaryDir(), /is not a file/],
    [
      'a path under a file',
      () => {
        const file = join(temporaryDir(), 'file');
        writeFileSync(file, '');
        return join(file, 'x.db');
      },
      /\((ENOTDIR|EACCES)\)/,
    ],
    [
      'no database',
      () => {
        const file = join(temporaryDir(), 'x.db');
        writeFileSync(file, 'Dear diary');
        return file;
      },
      /is not a database/,
    ],
    [
      'another program’s',
      () => {
        const file = join(temporaryDir(), 'x.db');
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE theirs (x)');
        db.close();
        return file;
      },
      /another program’s SQLite file/,
    ],
  ])('%s', async (_, make, message) => {
    const file = make();
    expect(inFile(file)?.problem).toMatch(message);
    expect(inFile(file)?.remedy).not.toBe('');
    // It is right: that is what opening it says as well.
    await expect(openSqliteStore({ path: file })).rejects.toMatchObject({
      name: 'SetupError',
      option: 'store',
    });
  });

  it('a file of a newer schema', async () => {
    const file = await ownFile();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(inFile(file)?.problem).toMatch(/schema version 99/);
  });

  it('a folder that it may not write to', (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write everywhere');
    const dir = temporaryDir();
    mkdirSync(join(dir, 'closed'));
    chmodSync(join(dir, 'closed'), 0o500);
    expect(inFile(join(dir, 'closed', 'x.db'))?.problem).toMatch(/EACCES/);
  });
});

describe('a SQLite that loses writes of two connections', () => {
  it('is said, with what keeps the store safe from it; a mended one, and a store in memory, are not', () => {
    const store = { kind: 'sqlite', file: '/store.db' } as const;
    expect(storeWarning(store, '3.51.2')).toMatchObject({
      code: 'sqlite-loses-writes',
      sentence: expect.stringMatching(/SQLite 3\.51\.2.*keeps to one connection/),
    });
    expect(storeWarning(store, '3.51.3')).toBeUndefined();
    expect(storeWarning({ kind: 'memory' }, '3.51.2')).toBeUndefined();
  });
});
