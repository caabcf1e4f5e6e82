// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a careless file would fill in.
/** A test file is what it says, and passes, whatever the event holds and wherever it is written. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, ROOT } from '../support.ts';
import { startDay } from './day-bench.ts';

/** Ends a comment, a text, a template, a regular expression, a line; and would be told of by the process that it ends. */
const ESCAPES = [
  '*/ process.exit(7) /*',
  '${process.exit(7)}',
  '`${process.exit(7)}`',
  "'; process.exit(7); '",
  '"; process.exit(7); "',
  '\\"; process.exit(7); //',
  '\n process.exit(7) \n',
  '\r process.exit(7) \r',
  '\u2028 process.exit(7) \u2029',
  '// \u2028 process.exit(7)',
  '<!-- process.exit(7) -->',
  '</script>',
  '\u202e\u2066 process.exit(7)',
  '\u0000\u001b[2J\u0007',
  '\u{1f600}\ufeff',
] as const;
const ALL = ESCAPES.join(' ');

function folderWithCore(): string {
  const folder = newFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function runFile(file: string, folder: string): { readonly status: number | null; readonly out: string } {
  const { status, stdout } = spawnSync(process.execPath, ['--test', file], { cwd: folder, encoding: 'utf8' });
  return { status, out: stdout };
}

/** Only letters that neither an editor nor a terminal acts on. */
const PLAIN = /^[\n\x20-\x7e]*$/;

describe('a test file of an event', () => {
  it('that is proved runs with everything that ends a text in its body and its headers', async () => {
    const { ask, hook } = await startDay();
    const id = await hook(JSON.stringify({ note: ALL }), {
      'x-github-event': "push*/'`${process.exit(7)}",
      'x-note': '*/ process.exit(7) /* `${process.exit(7)}` \'"\\ \u00e9',
    });
    const folder = folderWithCore();
    const file = join(folder, 'event.test.mjs');
    expect((await ask(['events', 'test', id, '--out', file])).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text.replaceAll('’', "'")).toMatch(PLAIN);
    const { status, out } = runFile(file, folder);
    expect([status, /pass 2/.test(out)]).toEqual([0, true]);
  }, 60_000);

  it.each<[what: string, body: Uint8Array]>([
    ['text', Buffer.from(ALL)],
    ['bytes', Uint8Array.from({ length: 256 }, (_, i) => i)],
    ['half a letter', Buffer.from([0xe2, 0x80])],
    ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['nothing', new Uint8Array(0)],
  ])(
    'that is not proved runs whatever its method, URL, type and body are: %s',
    async (_what, body) => {
      const { ask, keep } = await startDay();
      const id = await keep(1, {
        body,
        method: `M*/${ALL}`,
        url: `/open/*/${ALL}`,
        type: ALL,
        headers: ['x-note', Buffer.from(ALL).toString('latin1'), "x'`", "\u00ff'`\\"],
      });
      const folder = newFolder();
      const file = join(folder, 'event.test.mjs');
      expect((await ask(['events', 'test', id, '--out', file])).code).toBe(0);
      expect(readFileSync(file, 'utf8').replaceAll('’', "'")).toMatch(PLAIN);
      const { status, out } = runFile(file, folder);
      expect([status, /pass 1/.test(out)]).toEqual([0, true]);
    },
    60_000,
  );

  it('says in its first lines whose data it holds', async () => {
    const { ask, keep } = await startDay();
    const { out } = await ask(['events', 'test', await keep(1), '--out', '-']);
    expect(out.split('\n')[1]).toBe('// It holds the body as its sender sent it: a person’s data, perhaps.');
  });

  it.each([
    ['a b.test.mjs', "node --test 'a b.test.mjs'"],
    ["it's.test.mjs", "node --test 'it'\\''s.test.mjs'"],
    ['$(touch owned).test.mjs', "node --test '$(touch owned).test.mjs'"],
    ['two\nlines.test.mjs', undefined],
  ])(
    'is written to %j, and the line that runs it can be pasted',
    async (name, line) => {
      const { ask, keep, cwd } = await startDay();
      const { code, err } = await ask(['events', 'test', await keep(1), `--out=${name}`]);
      expect([code, existsSync(join(cwd, name))]).toEqual([0, true]);
      if (line !== undefined) {
        expect(err).toContain(`; run it: ${line}\n`);
        const ran = spawnSync('sh', ['-c', line.replace(/^node/, `'${process.execPath}'`)], { cwd });
        expect([ran.status, existsSync(join(cwd, 'owned'))]).toEqual([0, false]);
      }
      expect(
        err
          .split('\n')
          .slice(0, -1)
          .every((text) => /^(?:Wrote|!)/.test(text)),
      ).toBe(true);
    },
    30_000,
  );

  it('writes over nothing: a file, a folder, a link to nowhere', async () => {
    const { ask, keep, cwd } = await startDay();
    const id = await keep(1);
    writeFileSync(join(cwd, 'there.mjs'), 'kept');
    mkdirSync(join(cwd, 'folder.mjs'));
    symlinkSync(join(cwd, 'nowhere'), join(cwd, 'link.mjs'));
    for (const name of ['there.mjs', 'folder.mjs', 'link.mjs'])
      expect(await ask(['events', 'test', id, '--out', name])).toMatchObject({
        code: 2,
        err: expect.stringMatching(/cannot be written: it (?:already exists|is a folder)\n/),
      });
    expect(readFileSync(join(cwd, 'there.mjs'), 'utf8')).toBe('kept');
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
    expect((await ask(['events', 'test', id, '--out', 'there.mjs', '--force'])).code).toBe(0);
  });
});
