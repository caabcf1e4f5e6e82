/** `watch`: actions are loaded again when their modules change. */
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { flowentBody, later, SECRET, send, temporaryDir } from '../harness.ts';

const greet = (text: string) => `
  import { name } from './helper.mjs';
  export const greet = { name: 'greet', description: 'Greets.', input: { type: 'object', properties: { n: { type: 'integer' } } },
    run: async () => '${text} ' + name };`;

/** A watching gateway in a process of its own. */
async function watching() {
  const dir = temporaryDir();
  const write = (name: string, text: string) => {
    // As editors do: a new file in the old one's place.
    writeFileSync(join(dir, `${name}.new`), text);
    renameSync(join(dir, `${name}.new`), join(dir, name));
  };
  write('actions.mjs', greet('hello'));
  write('helper.mjs', "export const name = 'world';");
  const args = [
    '--conditions',
    'countersign-source',
    join(import.meta.dirname, 'watching-child.ts'),
    dir,
    SECRET,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  later(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  /** Reads on in the log to the next line that holds a text. */
  const logged = async (text: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the gateway has ended');
      if (value.includes(text)) return JSON.parse(value);
    }
  };
  const { publicUrl } = await logged('the gateway listens');
  let n = 0;
  const call = async (action = 'greet') =>
    send(`${publicUrl}/actions/${action}`, { body: flowentBody(action, { n: n++ }) });
  return { publicUrl, write, logged, call };
}

const RELOADED = 'the actions were loaded again';
const KEPT = 'the actions were not loaded again: the former ones stay';

describe('a gateway that watches', () => {
  it('runs the new version after its module, or one that it imports, has changed', async () => {
    const { write, logged, call } = await watching();
    expect((await call()).text).toContain('hello world');
    write('actions.mjs', greet('good day'));
    await logged(RELOADED);
    expect((await call()).text).toContain('good day world');
    write('helper.mjs', "export const name = 'moon';");
    await logged(RELOADED);
    expect((await call()).text).toContain('good day moon');
  });

  it('keeps the old version of a broken module, and says why', async () => {
    const { write, logged, call } = await watching();
    for (const [text, why] of [
      ['export const greet = {', 'does not load'],
      ["throw new Error('no database')", 'no database'],
      [
        'export const greet = { name: "Not A Name", description: "x", input: { type: "object" }, run() {} };',
        'not an action name',
      ],
      ['export const nothing = 1;', 'exports no action'],
    ] as const) {
      write('actions.mjs', text);
      expect(JSON.stringify(await logged(KEPT))).toContain(why);
      expect((await call()).text).toContain('hello world');
    }
    write('actions.mjs', greet('mended'));
    await logged(RELOADED);
    expect((await call()).text).toContain('mended world');
  });

  it('drops no request while it reloads', async () => {
    const { write, logged, call } = await watching();
    const statuses = new Set<number>();
    let done = false;
    const calling = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!done) statuses.add((await call()).status);
      }),
    );
    for (let version = 0; version < 5; version++) {
      write('actions.mjs', greet(`version ${version}`));
      await logged(RELOADED);
    }
    done = true;
    await calling;
    expect([...statuses]).toEqual([200]);
    expect((await call()).text).toContain('version 4 world');
  });

  it('lists the actions that it has now', async () => {
    const { publicUrl, write, logged, call } = await watching();
    write('actions.mjs', greet('x').replaceAll("'greet'", "'salute'"));
    await logged(RELOADED);
    const list = await send(`${publicUrl}/actions`, { method: 'GET' });
    expect(JSON.parse(list.text).actions).toMatchObject([{ name: 'salute' }]);
    expect((await call('greet')).status).toBe(404);
    expect((await call('salute')).status).toBe(200);
  });
});
