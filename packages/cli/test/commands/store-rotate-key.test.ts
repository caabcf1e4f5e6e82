/** `countersign store rotate-key`, as a process of its own where that makes a difference. */
import { copyFileSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { canMount, mountReason, smallDisk } from '../../../gateway/test/support/small-disk.ts';
import { type RunOptions, run, spawnProgram } from '../support.ts';
import { type Day, startDay } from './day-bench.ts';

const OLD = 'ab'.repeat(32);
const NEW = 'cd'.repeat(32);

/** A gateway that has kept an event with a secret header, and a key that was added at run time. */
async function startSealed(): Promise<Day> {
  const day = await startDay(`storeKey: ${OLD}`);
  await day.hook('{}', { authorization: 'Bearer of-a-sender' });
  const added = await day.ask(['keys', 'add', 'new', '--gate', 'hooks'], {
    stdin: 'another secret of sixteen bytes',
  });
  expect(added).toMatchObject({ code: 0, err: '' });
  return day;
}

function reconfigure({ cwd }: Day, change: (text: string) => string): void {
  const file = join(cwd, 'countersign.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** Has another storeKey, and the one before. */
const rotated = (text: string): string =>
  text.replace(`storeKey: ${OLD}`, `storeKey: ${NEW}\npreviousStoreKey: ${OLD}`);

describe('countersign store rotate-key', () => {
  it('refuses a file that a gateway holds, and changes nothing', async () => {
    const day = await startSealed();
    reconfigure(day, rotated);
    const { cwd, env } = day;
    const file = join(cwd, 'store.db');
    expect(await spawnProgram(['store', 'rotate-key', '--reseal'], { cwd, env })).toEqual({
      code: 2,
      out: '',
      err: `countersign: a running gateway has ${file} open\n  → Stop it first. Without --reseal, it is enough to restart it with storeKey and previousStoreKey.\n`,
    });
    reconfigure(day, (text) => text.replace(/storeKey: .*\npreviousStoreKey: .*/, `storeKey: ${OLD}`));
    // It opens with its old key alone.
    await day.restart();
    expect((await day.ask(['keys', 'list', '--gate', 'hooks'])).out).toContain('new');
  });

  it('puts the store under the new key, and tells a machine and a person of it', async () => {
    const day = await startSealed();
    await day.gateway.close();
    reconfigure(day, rotated);
    const { cwd, env } = day;
    const told = await spawnProgram(['store', 'rotate-key', '--reseal', '--json'], { cwd, env });
    expect(told).toMatchObject({ code: 0, err: '' });
    const { keyId, rotatedFrom, resealed } = JSON.parse(told.out);
    expect(keyId).toMatch(/^[0-9a-f]{16}$/);
    expect(rotatedFrom).toMatch(/^[0-9a-f]{16}$/);
    expect(rotatedFrom).not.toBe(keyId);
    expect(resealed).toEqual({ rows: 2, ofOtherGates: 0, unopened: 0 });
    expect(told.out).not.toContain(NEW);
    reconfigure(day, (text) => text.replace(/\npreviousStoreKey: .*/, ''));
    const again = await spawnProgram(['store', 'rotate-key', '--reseal'], { cwd, env });
    expect(again).toEqual({
      code: 0,
      out: `The store is under the storeKey with the id ${keyId}.\n2 rows encrypted again under a new data key.\n`,
      err: '',
    });
    await day.restart();
    expect((await day.ask(['keys', 'list', '--gate', 'hooks'])).out).toContain('new');
  });

  it('says what key it was before, and shows how far it is on a terminal alone', async () => {
    const day = await startSealed();
    await day.gateway.close();
    reconfigure(day, rotated);
    const { cwd, env } = day;
    const options: RunOptions = { cwd, env, isTTY: true };
    const shown = await run(['store', 'rotate-key', '--reseal'], options);
    expect(shown.out).toMatch(
      /^The store is under the storeKey with the id [0-9a-f]{16} now; before it was [0-9a-f]{16}\. previousStoreKey can be removed\.\n/,
    );
    const [, text, end] = shown.err.split('\r\u001b[K');
    expect([text, end]).toEqual([expect.stringMatching(/^\d+ rows? read$/), '']);
  });

  it('ends with exit code 1 where something stays under the old key, and says what', async () => {
    const day = await startSealed();
    await day.gateway.close();
    reconfigure(day, (text) => rotated(text).replace('  hooks: {', '  renamed: {'));
    const { cwd, env } = day;
    const db = new DatabaseSync(join(cwd, 'store.db'));
    // The last byte is of the tag.
    db.exec("UPDATE events SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB)");
    db.close();
    expect(await spawnProgram(['store', 'rotate-key', '--reseal'], { cwd, env })).toMatchObject({
      code: 1,
      err: `countersign: 1 key of gates that the configuration does not have could not be encrypted again
  → The old data key stays for them. Run it with a configuration that has these gates.
countersign: 1 value could not be decrypted, and so not be encrypted again
  → The old data key stays for what is left. Look for damage with: countersign store verify. Put back the store from a backup, or run this again when what is damaged has expired.
`,
    });
  });

  it.runIf(canMount)(
    `says of a disk that is full what to do, and goes on where it stopped${mountReason}`,
    async () => {
      const day = await startDay(`storeKey: ${OLD}`);
      for (let n = 0; n < 40; n++)
        await day.hook(`{"n":${n}}`, { authorization: `Bearer ${'x'.repeat(8_000)}` });
      await day.gateway.close();
      const { cwd, env } = day;
      const disk = smallDisk(cwd, 4);
      if (disk === undefined) return;
      const file = join(disk, 'store.db');
      const fill = (left: number): void => {
        rmSync(join(disk, 'ballast'), { force: true });
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - left));
      };
      copyFileSync(join(cwd, 'store.db'), file);
      reconfigure(day, (text) => rotated(text).replace('sqlite:store.db', `sqlite:${file}`));
      const rotate = () => spawnProgram(['store', 'rotate-key', '--reseal'], { cwd, env });
      fill(0);
      expect(await rotate()).toEqual({
        code: 2,
        out: '',
        err: `countersign: store: ${file} cannot be opened: its disk is full.\n  → Make room on the disk, then do the same again.\n`,
      });
      fill(200_000);
      expect(await rotate()).toEqual({
        code: 2,
        out: '',
        err: `countersign: store: the disk of ${file} is full: the rotation is not done, and everything in the store can still be read.\n  → Make room on the disk, then run the same command again: it goes on where it stopped. Keep previousStoreKey until then.\n`,
      });
      rmSync(join(disk, 'ballast'));
      expect(await rotate()).toMatchObject({
        code: 0,
        out: expect.stringContaining('40 rows encrypted again under a new data key.'),
      });
    },
  );
});
