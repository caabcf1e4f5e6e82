/** What is said of files that cannot be looked into; that they stay as they are is held by the command's tests. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import { openStoreLook } from '../../src/stores/open-store-look.ts';
import { lookFault } from '../../src/stores/store-look.ts';
import { temporaryDir } from '../harness.ts';

it('a file of an older schema is looked into once it was brought up', async () => {
  const path = join(temporaryDir(), 'store.db');
  await (await openStore(path)).close();
  const db = new DatabaseSync(path);
  const now = db.prepare('PRAGMA user_version').get()?.['user_version'];
  db.exec('PRAGMA user_version = 3');
  db.close();
  await expect(openStoreLook({ kind: 'sqlite', file: path })).rejects.toThrow(
    `store: ${path} has schema version 3, and this build looks into version ${now}. Bring it up first: countersign store migrate. An older build does not open it any more then: keep a copy.`,
  );
});

it('a log that cannot be read without writing beside it is told from a file that cannot be opened', () => {
  const error = Object.assign(new Error('unable to open database file'), { errcode: 14 });
  expect(lookFault(error, '/a.db', true).message).toBe(
    'store: /a.db has a log beside it (-wal), which can be read only in a folder that this process may write to. Copy both files into such a folder, and look into the copy.',
  );
  expect(lookFault(error, '/a.db', false).message).toContain('/a.db cannot be opened (ENOENT)');
});
