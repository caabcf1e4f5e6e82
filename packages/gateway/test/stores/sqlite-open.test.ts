import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteFile } from '../../src/stores/sqlite-open.ts';

function temporaryFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-sync-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'a.db');
}

/** As a process leaves it that is killed after it has written. */
async function leftOpen(path: string): Promise<void> {
  const other = temporaryFile();
  const db = await openSqliteFile({ path: other });
  db.exec(`INSERT INTO records (space, key, until_ms, bytes) VALUES ('s', 'k', 1, x'01')`);
  cpSync(other, path);
  cpSync(`${other}-wal`, `${path}-wal`);
  db.close();
}

describe('once a file is open, each commit is synced', () => {
  it.each<[string, (path: string) => Promise<void>]>([
    ['a new one', async () => {}],
    ['one that was closed', async (path) => (await openSqliteFile({ path })).close()],
    ['one whose process was killed', leftOpen],
  ])('%s', async (_, prepare) => {
    const path = temporaryFile();
    await prepare(path);
    const db = await openSqliteFile({ path });
    onTestFinished(() => db.close());
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  });

  it('reads what a killed process wrote', async () => {
    const path = temporaryFile();
    await leftOpen(path);
    const db = await openSqliteFile({ path });
    onTestFinished(() => db.close());
    expect(db.prepare('SELECT key FROM records').all()).toEqual([{ key: 'k' }]);
  });
});
