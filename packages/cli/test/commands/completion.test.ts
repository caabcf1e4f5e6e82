/** Completion, pressed in the real shells: each is given the script that the built program prints. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerIds } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { SHELLS, type Shell } from '../../src/completion/shell-scripts.ts';
import { newFolder, PROGRAM, run } from '../support.ts';

const CONFIGURATION = `store: "memory:"
gates:
  inbox: { path: /in, provider: none, keep: { deliver: [{ name: shop, to: 'http://127.0.0.1:9/' }] } }
  invoices: { path: /inv, provider: none, respond: { status: 200 } }
  hooks: { path: /hooks, provider: none, respond: { status: 200 } }
`;

/** A folder with a configuration, and the program under its name. */
function folder(): string {
  const top = newFolder();
  writeFileSync(join(top, 'countersign.yaml'), CONFIGURATION);
  writeFileSync(join(top, 'request.http'), 'GET / HTTP/1.1\n\n');
  const program = join(top, 'countersign');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(program, 0o755);
  return top;
}

/** What the program offers for words. */
async function offered(words: readonly string[], cwd = folder()): Promise<readonly string[]> {
  const { out, code } = await run(['completion', '--words', '--', ...words], { cwd });
  expect(code).toBe(0);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t', 1)[0] ?? '');
}

describe('what may stand next', () => {
  it.each<readonly [words: readonly string[], next: readonly string[]]>([
    [['ev'], ['words', 'events']],
    [
      ['help', 'ser'],
      ['words', 'serve'],
    ],
    [['nonsense', ''], ['words']],
    [
      ['events', 'f'],
      ['words', 'follow'],
    ],
    [
      ['events', 'list', '--gate', ''],
      ['words', 'inbox', 'invoices', 'hooks'],
    ],
    [
      ['events', 'list', '--gate=in'],
      ['words', '--gate=inbox', '--gate=invoices'],
    ],
    // As bash splits it.
    [
      ['events', 'list', '--gate', '=', 'inv'],
      ['words', 'invoices'],
    ],
    [
      ['events', 'list', '--gate', '='],
      ['words', 'inbox', 'invoices', 'hooks'],
    ],
    [
      ['events', 'resend', '--to', 's'],
      ['words', 'shop'],
    ],
    [
      ['deliveries', 'pause', ''],
      ['words', 'shop'],
    ],
    [['deliveries', 'pause', 'shop', ''], ['words']],
    [
      ['handout', 'h'],
      ['words', 'hooks'],
    ],
    [
      ['claims', ''],
      ['words', 'release'],
    ],
    [
      ['claims', 'release', 'h'],
      ['words', 'hooks'],
    ],
    [
      ['sandbox', 's'],
      ['words', 'site'],
    ],
    [
      ['deliveries', 'list', '--state', 'd'],
      ['words', 'delivered', 'dead'],
    ],
    [
      ['issues', 'list', '--state', 'o'],
      ['words', 'open'],
    ],
    [
      ['keys', 'add', 'new', '--state', 'n'],
      ['words', 'next'],
    ],
    [
      ['verify', '-p', 'strip'],
      ['words', 'stripe'],
    ],
    [['verify', '-p', 'stripe', 're'], ['files']],
    [['store', 'import', ''], ['files']],
    [['serve', '--config', ''], ['files']],
    [['verify', '--', '--pro'], ['words']],
    [
      ['serve', '--wa'],
      ['words', '--watch'],
    ],
    [['serve', '--watch', '--wa'], ['words']],
  ])('after %j', async (words, next) => {
    expect(await offered(words)).toEqual(next);
  });

  it('is of the file that --config names, and nothing where that cannot be read', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'other.yaml'), 'gates: { only: { path: /, provider: none, keep: {} } }');
    for (const config of [['--config', 'other.yaml'], ['-c', 'other.yaml'], ['--config=other.yaml']])
      expect(await offered(['tail', ...config, '--gate', ''], cwd)).toEqual(['words', 'only']);
    expect(await offered(['tail', '--config', 'none.yaml', '--gate', ''], cwd)).toEqual(['words']);
  });

  it('is every command, sub-command, option and provider that there is', async () => {
    const commands = await offered(['']);
    expect(commands).toEqual(['words', ...COMMANDS.map(({ name }) => name), 'help']);
    expect(await offered(['providers', ''])).toEqual(['words', ...providerIds]);
    for (const { name, subCommands = [], load } of COMMANDS) {
      const page = await load();
      if ('subCommands' in page) expect(await offered([name, ''])).toEqual(['words', ...subCommands]);
      const options = await offered([name, '--']);
      for (const option of Object.keys(page.options)) expect(options).toContain(`--${option}`);
    }
  });
});

const AWAY = new Set(SHELLS.filter((shell) => spawnSync(shell, ['-c', 'true']).status !== 0));

/** Presses TAB at the end of a line on a terminal, then Enter: the shell prints the words of the line that it runs. */
function pressed(shell: Shell, line: string): string {
  const cwd = folder();
  const source: Readonly<Record<Shell, string>> = {
    bash: 'source <(./countersign completion bash)',
    zsh: 'autoload -U compinit; compinit -D -u; source <(./countersign completion zsh)',
    fish: './countersign completion fish | source',
  };
  if (shell === 'fish') {
    const { stdout } = spawnSync('fish', ['--no-config', '-c', `${source.fish}; complete -C '${line}'`], {
      cwd,
      env: { ...process.env, PATH: `${cwd}:${process.env['PATH']}`, HOME: cwd },
      encoding: 'utf8',
    });
    return stdout;
  }
  const start = shell === 'bash' ? 'bash --noprofile --norc -i' : 'zsh -f -i';
  // An Enter that comes while the answer is awaited is read afterwards, as it is typed.
  const keys = `${source[shell]}; countersign() { if [ "$1" = completion ]; then command countersign "$@"; else printf 'ran:%s\\n' "$*"; fi; }\n${line}\t\nexit\n`;
  const { stdout } = spawnSync('script', ['-qec', start, '/dev/null'], {
    cwd,
    env: { ...process.env, PATH: `${cwd}:${process.env['PATH']}`, HOME: cwd, TERM: 'dumb', ENV: '' },
    input: keys,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return /^ran:(.*?)\r?$/m.exec(stdout)?.[1]?.trimEnd() ?? stdout;
}

describe.each(SHELLS)('TAB in %s', (shell) => {
  const isAway = AWAY.has(shell) && process.env['CI'] === undefined;
  const note = isAway ? ` (skipped: ${shell} is not on this machine; install it)` : '';
  const lines = [
    ['countersign provi', 'providers'],
    ['countersign providers gith', 'providers github'],
    ['countersign events li', 'events list'],
    ['countersign events list --gat', 'events list --gate'],
    ['countersign events list --gate ho', 'events list --gate hooks'],
    ['countersign events list --gate=ho', 'events list --gate=hooks'],
    ['countersign verify reque', 'verify request.http'],
  ] as const;
  it.skipIf(isAway)(`completes commands, options, gates and files${note}`, { timeout: 60_000 }, () => {
    for (const [line, whole] of lines) {
      if (shell !== 'fish') expect(pressed(shell, line)).toBe(whole);
      else expect(pressed(shell, line).split(/[\t\n]/)).toContain(whole.split(' ').at(-1));
    }
  });
});

it('a shell that is none is refused', async () => {
  expect((await run(['completion', 'tcsh'])).err).toContain('Write: countersign completion bash|zsh|fish');
});
