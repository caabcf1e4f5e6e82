/** The manual page: whole, and without a fault to the programs that show it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../packages/cli/src/commands/commands.ts';
import { manPage } from '../man-page.ts';

const PAGE = new URL('../generate-man.ts', import.meta.url);

function written(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-man-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'countersign.1');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=countersign-source', PAGE.pathname, '--out', file],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  return file;
}

/** As a reader sees it: on one line, without the hyphens of broken words. */
function shown(file: string): string {
  const { stdout } = spawnSync('man', ['-l', file], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '4000', LC_ALL: 'C.UTF-8' },
  });
  return stdout.replaceAll(/\s+/g, ' ');
}

const isAway = spawnSync('man', ['--version']).status !== 0 && process.env['CI'] === undefined;

it.skipIf(isAway)('has each command, option and example as they are typed', async () => {
  const page = shown(written());
  for (const { name, load } of COMMANDS) {
    const { options, examples, usage, details = [] } = await load();
    expect(page).toContain(`COUNTERSIGN ${name.toUpperCase()}`);
    for (const option of Object.keys(options)) expect(page).toContain(`--${option}`);
    const lines = [...usage, ...details, ...examples.map(({ command }) => command)];
    for (const line of lines) expect(page).toContain(line.replaceAll(/\s+/g, ' '));
  }
});

it.skipIf(spawnSync('groff', ['--version']).status !== 0 && process.env['CI'] === undefined)(
  'gives groff nothing to warn of',
  () => {
    const { status, stderr } = spawnSync('groff', ['-k', '-man', '-ww', '-Tutf8', '-z', written()], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  },
);

it('a text that looks like a request of troff, or like an escape, stands as it is', () => {
  const page = manPage({
    version: '1',
    commands: [
      {
        name: 'x',
        summary: ".SH 'quoted' \\fB",
        usage: [],
        options: { o: { value: '"V"', description: "'a \\n -b" } },
        examples: [],
      },
    ],
    common: {},
    exitCodes: new Map(),
  });
  expect(page).toContain("\n\\&.SH 'quoted' \\efB.\n");
  expect(page).toContain("\n\\&'a \\en \\-b\n");
});
