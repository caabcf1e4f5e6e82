/** `countersign audit`: through the gateway that runs, and in the file of one that does not. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadConfig, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newFolder, type Ran, type RunOptions, run } from '../support.ts';

const TOKEN = 'admin-token-of-this-test';
const KEY = 'e5'.repeat(32);

interface World {
  readonly cwd: string;
  readonly logFile: string;
  /** A command that finds the gateway where it runs. */
  ask(args: readonly string[], options?: RunOptions): Promise<Ran>;
  stop(): Promise<void>;
}

/** A gateway that logs into a file, with a change, a change that was refused, and one after a backup. */
async function world(storeKey = `storeKey: ${KEY}`): Promise<World> {
  const cwd = newFolder();
  const logFile = join(cwd, 'gateway.log');
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: sqlite:store.db
admin: { token: ${TOKEN} }
${storeKey}
gates:
  inbox: { path: /inbox, provider: none, keep: { deliver: [{ to: http://127.0.0.1:9, name: shop }] } }
`,
  );
  const env = { HOME: cwd };
  const { config } = await loadConfig({ cwd, env });
  const lines: string[] = [];
  const gateway = await startGateway({ config, logSink: { write: (line) => void lines.push(line) } });
  onTestFinished(() => gateway.close());
  let isRunning = true;
  const ask: World['ask'] = (args, options = {}) =>
    run(isRunning ? [...args, '--admin', gateway.adminUrl ?? ''] : args, { cwd, env, ...options });
  expect(await ask(['deliveries', 'pause', 'shop'])).toMatchObject({ code: 0 });
  expect(await ask(['events', 'resend', 'none', '--yes'])).toMatchObject({ code: 2 });
  expect(await ask(['store', 'backup', join(cwd, 'copy.db')])).toMatchObject({ code: 0 });
  expect(await ask(['deliveries', 'resume', 'shop'])).toMatchObject({ code: 0 });
  return {
    cwd,
    logFile,
    ask,
    async stop() {
      await gateway.close();
      isRunning = false;
      writeFileSync(logFile, `not json\n${lines.join('')}\nNov 27 host countersign[1]: ${lines.at(-2)}`);
    },
  };
}

function sql(file: string, statement: string): void {
  const db = new DatabaseSync(file);
  db.exec(statement);
  db.close();
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

describe('countersign audit list', () => {
  it('shows who did what, and how it ended; the same where the gateway has stopped', async () => {
    const { cwd, ask, stop } = await world();
    const running = await ask(['audit', 'list']);
    const rows = running.out.trim().split('\n');
    expect(rows.map((row) => row.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(
        /^7 .* token \(admin, token\) 127\.0\.0\.1 changeDestination destination=shop change=resume 200$/,
      ),
      expect.stringMatching(/^5 .* backupStore file=.* 200$/),
      expect.stringMatching(/^3 .* resendEvent id=none 404 no-such-event$/),
      expect.stringMatching(/^1 .* changeDestination destination=shop change=pause 200$/),
    ]);
    await stop();
    const before = hashOf(join(cwd, 'store.db'));
    expect((await ask(['audit', 'list'])).out).toBe(running.out);
    expect(hashOf(join(cwd, 'store.db'))).toBe(before);
    const json = await ask(['audit', 'list', '--json', '--limit', '1', '--before', '7', '--who', 'token']);
    expect(JSON.parse(json.out)).toMatchObject({ seq: 5, route: 'backupStore', who: { name: 'token' } });
    const more = await ask(['audit', 'list', '--route', 'changeDestination', '--limit', '1']);
    expect(more.err).toContain('There are more: --before 7');
    expect((await ask(['audit', 'list', '--kind', 'change'])).out).toBe(running.out);
    expect((await ask(['audit', 'list', '--kind', 'pruned'])).out).toBe('');
    expect((await ask(['audit', 'list', '--who', 'nobody'])).err).toContain(
      'The audit log has no such entries.',
    );
  });
});

describe('countersign audit verify', () => {
  it('finds it whole, through the gateway and in the file, which stays as it is', async () => {
    const { cwd, ask, stop, logFile } = await world();
    const running = await ask(['audit', 'verify']);
    expect(running).toMatchObject({
      code: 0,
      out: expect.stringContaining('8 entries: the chain is whole.'),
    });
    expect(running.err).toContain(
      'Whether the end was cut off shows only against the gateway’s log: --log FILE',
    );
    await stop();
    const before = hashOf(join(cwd, 'store.db'));
    expect(await ask(['audit', 'verify', '--log', logFile])).toMatchObject({
      code: 0,
      out: expect.stringContaining('8 entries: the chain is whole, and every noted head is in it (1).'),
    });
    expect(hashOf(join(cwd, 'store.db'))).toBe(before);
    const { head } = JSON.parse((await ask(['audit', 'verify', '--json'])).out);
    expect(await ask(['audit', 'verify', '--head', head])).toMatchObject({ code: 0 });
    const stdin = readFileSync(logFile, 'utf8');
    expect(await ask(['audit', 'verify', '--log', '-'], { stdin })).toMatchObject({ code: 0 });
  });

  it('names the first entry that is not as it was, and what is missing', async () => {
    const { cwd, ask, stop } = await world();
    await stop();
    const file = join(cwd, 'store.db');
    sql(file, `UPDATE audit SET entry = replace(entry, '127.0.0.1', '127.0.0.2') WHERE seq = 3`);
    expect(await ask(['audit', 'verify'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('entry-changed: Entry 3 is not what was written'),
    });
    sql(file, 'DELETE FROM audit WHERE seq IN (2, 3)');
    expect((await ask(['audit', 'verify'])).out).toContain('entries-missing: Entries 2 to 3 are missing.');
  });

  it('shows a store that was restored from a backup, by the log', async () => {
    const { ask, stop, logFile, cwd } = await world();
    await stop();
    const copy = ['audit', 'verify', '--store', 'copy.db', '--config', join(cwd, 'countersign.yaml')];
    expect(await ask(copy)).toMatchObject({ code: 0, out: expect.stringContaining('5 entries') });
    const checked = await ask([...copy, '--log', logFile]);
    expect(checked.code).toBe(1);
    expect(checked.out).toContain('end-missing: The log ends with entry 5, and a noted head names entry 8');
  });

  it('of a store alone, without its key, says that it cannot check it', async () => {
    const { ask, stop } = await world();
    await stop();
    const ran = await ask(['audit', 'verify', '--store', 'copy.db']);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('other-key: From entry 1 on the log is chained under another storeKey');
    expect(ran.err).toContain(
      'There is no storeKey: whoever can write to the file could have forged all of it.',
    );
  });

  it('of one without a storeKey says what that is worth', async () => {
    const { ask } = await world('');
    const ran = await ask(['audit', 'verify']);
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('the chain is whole') });
    expect(ran.err).toContain(
      'There is no storeKey: whoever can write to the file could have forged all of it.',
    );
  });

  it('refuses what holds no head', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'empty.log'), '{"msg":"auditMac"}\n');
    const remedy =
      'Give a log in JSON lines, at level info or lower: the gateway writes a head every hour, when it stops, and at each start but the first.';
    const empty = await run(['audit', 'verify', '--log', 'empty.log'], { cwd });
    expect([empty.code, empty.err]).toEqual([
      2,
      expect.stringContaining(`empty.log has no head of an audit log\n  → ${remedy}`),
    ]);
    const absent = await run(['audit', 'verify', '--log', 'none.log'], { cwd });
    expect([absent.code, absent.err]).toEqual([
      2,
      expect.stringContaining(
        'none.log cannot be read: there is no such file\n  → Give the gateway’s log, or - for standard input.',
      ),
    ]);
  });
});
