// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import {
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
  lookAtConfig,
  openConfigSource,
} from '../../../src/config/load-config.ts';
import { askSource } from '../../../src/config/secrets/ask-source.ts';
import type { SecretsInput } from '../../../src/config/secrets/secrets-input.ts';
import { temporaryDir } from '../../harness.ts';
import { NODE_OPTIONS } from '../../stores/child-gateway.ts';

const VALUE = 'a secret of more than sixteen bytes';
const node = (script: string): readonly string[] => [process.execPath, '--eval', script];
const print = (text: string) => node(`process.stdout.write(${JSON.stringify(text)})`);

/** A folder with a configuration whose only key is this text. */
function written(
  secret: string,
  secrets?: SecretsInput,
  files: Readonly<Record<string, string>> = {},
): string {
  const cwd = temporaryDir();
  mkdirSync(join(cwd, 'secrets'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const gates = { g: { path: '/g', provider: 'github', keys: [{ secret }], keep: {} } };
  writeFileSync(join(cwd, 'countersign.json'), JSON.stringify({ secrets, gates }));
  return cwd;
}

const load = (cwd: string, options: Partial<LoadOptions> = {}): Promise<LoadedConfig> =>
  loadConfig({ cwd, env: { PATH: process.env['PATH'] }, ...options });

const pidIn = (cwd: string): number => Number(readFileSync(join(cwd, 'pid'), 'utf8'));

const keyOf = ({ config }: LoadedConfig): string | undefined => config.gates[0]?.keys[0]?.secret.reveal();

async function refusal(cwd: string, options: Partial<LoadOptions> = {}): Promise<string> {
  const error = await load(cwd, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigError)) throw new Error('it was taken');
  return error.message.replaceAll(cwd, '/here').replace(/\s*\n\s*/g, ' ');
}

describe('a secret of a folder', () => {
  it('is the file of its name, without the line end behind it', async () => {
    const cwd = written('${secret:key}', { folder: './secrets' }, { 'secrets/key': `${VALUE}\n` });
    const loaded = await load(cwd);
    expect(keyOf(loaded)).toBe(VALUE);
    expect(loaded.warnings).toEqual([]);
  });

  it('takes the folder that a variable names, as systemd does', async () => {
    const cwd = written('${secret:key}', { folder: '${env:FOLDER}' }, { 'secrets/key': VALUE });
    expect(keyOf(await load(cwd, { env: { FOLDER: join(cwd, 'secrets') } }))).toBe(VALUE);
  });

  it('is warned of where anybody can change it', async () => {
    const cwd = written('${secret:key}', { folder: './secrets' }, { 'secrets/key': VALUE });
    chmodSync(join(cwd, 'secrets/key'), 0o666);
    expect((await load(cwd)).warnings.map(({ sentence }) => sentence.replaceAll(cwd, '/here'))).toEqual([
      'Anybody on this machine can change /here/secrets/key: chmod o-w.',
    ]);
  });

  it.each([
    [
      '${secret:other}',
      '',
      'gates.g.keys[0].secret: needs the secret other of /here/secrets, which cannot be read: no such file or directory → Write the secret into the file /here/secrets/other.',
    ],
    [
      '${secret:key}',
      '\n',
      'gates.g.keys[0].secret: needs the secret key of /here/secrets, which holds nothing but white space',
    ],
    [
      '${secret:key}',
      'x'.repeat(70_000),
      'gates.g.keys[0].secret: needs the secret key of /here/secrets, which holds more than 65536 bytes',
    ],
    [
      '${secret:../countersign.json}',
      '',
      'gates.g.keys[0].secret: needs the secret ../countersign.json of /here/secrets, which has a name that no file of the folder can have → A name is of letters, digits, hyphens, underscores and dots, and does not begin with a dot.',
    ],
  ])('is refused: %s', async (reference, text, problem) => {
    const cwd = written(reference, { folder: './secrets' }, { 'secrets/key': text });
    expect(await refusal(cwd)).toContain(problem);
  });

  it('says what to declare where no folder is', async () => {
    expect(await refusal(written('${secret:key}'))).toContain(
      'gates.g.keys[0].secret: needs the secret key, and no folder of secrets is set expected: secrets: { folder: PATH }',
    );
  });
});

describe('a secret that a command prints', () => {
  it('is what it prints, without the line end behind it', async () => {
    const cwd = written('${command:key}', { commands: { key: print(`${VALUE}\n`) } });
    expect(keyOf(await load(cwd))).toBe(VALUE);
  });

  it('is run without a shell, in the folder of the configuration', async () => {
    const script = 'process.stdout.write(process.cwd() + process.argv[1])';
    const cwd = written('${command:key}', { commands: { key: { run: [...node(script), '$(id); *'] } } });
    expect(keyOf(await load(cwd))).toBe(`${cwd}$(id); *`);
  });

  it('is run once for all that names it', async () => {
    const script = "require('node:fs').appendFileSync('runs', 'x'); process.stdout.write('0123456789abcdef')";
    const cwd = written('${command:key}${command:key}', { commands: { key: node(script) } });
    await load(cwd);
    expect(readFileSync(join(cwd, 'runs'), 'utf8')).toBe('x');
  });

  const BY_HAND =
    'Run it by hand, as the user that the gateway runs as: what it wrote to standard error is not shown, since secrets may be in it.';
  it.each([
    [
      'exits',
      { run: node(`console.error('${VALUE}'); process.exit(3)`) },
      `ended with exit code 3 → ${BY_HAND}`,
    ],
    ['is killed', { run: node("process.kill(process.pid, 'SIGKILL')") }, `was ended by SIGKILL → ${BY_HAND}`],
    [
      'hangs',
      { run: node('setInterval(() => {}, 1000)'), timeout: '300ms' },
      `did not end within 300 ms → ${BY_HAND}`,
    ],
    [
      'never stops',
      { run: node("for (;;) require('node:fs').writeSync(1, 'x'.repeat(9999))") },
      `wrote more than 65536 bytes → ${BY_HAND}`,
    ],
    ['prints nothing', { run: node('') }, 'has written nothing but white space'],
    [
      'prints bytes',
      { run: node('process.stdout.write(Buffer.of(255))') },
      'has written what is not UTF-8 text',
    ],
    ['has no name', { run: [''] }, 'cannot be started: its program is empty'],
    ['has a NUL in it', { run: ['a', '\0'] }, 'cannot be started: a part of it has a NUL character'],
    ['is too long', { run: [...node(''), 'x'.repeat(900_000)] }, 'cannot be started: argument list too long'],
    ['is not there', { run: ['/no/such/program'] }, 'cannot be started: no such file or directory'],
  ])('is refused where the command %s', async (_, command, problem) => {
    const cwd = written('${command:key}', { commands: { key: command } });
    const message = await refusal(cwd);
    expect(message).toContain(`gates.g.keys[0].secret: needs the command key, which ${problem}`);
    expect(message).not.toContain(VALUE);
  });

  /** Starts a process that outlives it, notes its id, and prints. */
  const leaving = (text: string): string => {
    const started = `require('node:child_process').spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`;
    return `require('node:fs').writeFileSync('pid', String(${started}.pid)); require('node:fs').writeSync(1, '${text}'); process.exit(0)`;
  };

  it('is there soon after the command has ended, though what it has started holds its output; that is ended, too', async () => {
    const cwd = written('${command:key}', {
      commands: { key: { run: node(leaving(VALUE)), timeout: '5m' } },
    });
    expect(keyOf(await load(cwd))).toBe(VALUE);
    await expect.poll(() => isThere(pidIn(cwd))).toBe(false);
  });

  it('leaves nothing that listens to the process', async () => {
    const events = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'];
    const before = events.map((event) => process.listenerCount(event));
    const keys = Array.from({ length: 12 }, (_, i) => [`key-${i}`, print(VALUE)] as const);
    await load(
      written(keys.map(([name]) => `\${command:${name}}`).join(''), { commands: Object.fromEntries(keys) }),
    );
    expect(events.map((event) => process.listenerCount(event))).toEqual(before);
  });

  it.each<[how: string, options: readonly string[], signal: NodeJS.Signals]>([
    ['in order', ['--in-order'], 'SIGTERM'],
    ['by SIGTERM', [], 'SIGTERM'],
    ['by SIGINT', [], 'SIGINT'],
  ])('ends with its command where the process that waits for it ends %s', async (_, options, signal) => {
    const hanging = `${leaving('')}`.replace('process.exit(0)', 'setInterval(() => {}, 1000)');
    const cwd = written('${command:key}', { commands: { key: { run: node(hanging), timeout: '5m' } } });
    const child = spawn(
      process.execPath,
      [...NODE_OPTIONS, join(import.meta.dirname, 'loading-child.ts'), ...options],
      { cwd, stdio: 'ignore' },
    );
    const ended = once(child, 'exit');
    await expect.poll(() => existsSync(join(cwd, 'pid')) && pidIn(cwd) > 0, { timeout: 20_000 }).toBe(true);
    child.kill(signal);
    expect(await ended).toEqual(options.length > 0 ? [0, null] : [null, signal]);
    await expect.poll(() => isThere(pidIn(cwd))).toBe(false);
  });

  it('is not run for a command line that reads no key, nor to be shown, nor for a text that is judged', async () => {
    const script = "require('node:fs').writeFileSync('ran', ''); process.stdout.write('0123456789abcdef')";
    const cwd = written('${command:key}', { commands: { key: node(script) } });
    await load(cwd, { withoutKeys: true });
    const look = await lookAtConfig({ cwd, env: {} });
    expect(look.problems).toEqual([]);
    expect(JSON.stringify(look.shown)).toContain('${command:key}');
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
    const source = await openConfigSource({ cwd, env: {} });
    expect(existsSync(join(cwd, 'ran'))).toBe(true);
    const text = readFileSync(join(cwd, 'countersign.json'), 'utf8');
    await source.judge(text, source.loaded.secrets);
    await expect(source.judge(text.replace('ran', 'gone'), source.loaded.secrets)).rejects.toThrow(
      'needs the command key, which is not read for a text that is only judged',
    );
    expect(existsSync(join(cwd, 'gone'))).toBe(false);
  });

  it('tells of a section with a fault, and not of what it would have declared', async () => {
    const message = await refusal(written('${command:key}', { commands: { key: { run: [] } } }));
    expect(message).toContain('secrets.commands.key.run');
    expect(message).toContain('at least the program');
    expect(message).toContain('has a problem:');
  });

  it('says which command is not declared, and what a name is', async () => {
    expect(await refusal(written('${command:key}', { commands: { other: ['true'] } }))).toContain(
      'needs the command key, which is not declared expected: secrets: { commands: { key: [PROGRAM, ARGUMENT] } }',
    );
    expect(await refusal(written(VALUE, { commands: { 'A B': ['true'] } }))).toContain(
      'is no name of a command expected: a lower-case letter, then up to 62 lower-case letters, digits and hyphens',
    );
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a secret of a manager', () => {
  const secretSources = {
    vault: {
      read: async (name: string): Promise<string> => {
        if (name === 'none') throw new Error('no such path');
        return name === 'blank' ? ' ' : `${VALUE} of ${name}`;
      },
    },
  };

  it('is what the source gives for its name', async () => {
    const cwd = written('${vault:kv/github#key}');
    expect(keyOf(await load(cwd, { secretSources }))).toBe(`${VALUE} of kv/github#key`);
  });

  it('is what a source gives that the configuration’s module has', async () => {
    const cwd = written(
      '${vault:a}',
      { sources: './sources.mjs' },
      { 'sources.mjs': `export default { vault: { read: async (name) => '${VALUE} of ' + name } };` },
    );
    expect(keyOf(await load(cwd))).toBe(`${VALUE} of a`);
  });

  it.each([
    ['none', 'needs none of the source vault, which cannot be read: the source threw Error: no such path'],
    ['blank', 'needs blank of the source vault, which has nothing but white space'],
  ])('is refused: %s', async (name, problem) => {
    expect(await refusal(written(`\${vault:${name}}`), { secretSources })).toContain(problem);
  });

  it('is waited for so long, and then the source is told that nobody waits', async () => {
    let isAborted = false;
    const source = {
      read: (_: string, signal: AbortSignal) =>
        new Promise<string>(() => signal.addEventListener('abort', () => (isAborted = true))),
    };
    expect(await askSource(source, 'a', 20)).toEqual({ problem: 'was not read within 0.02 s' });
    expect(isAborted).toBe(true);
  });

  it('is refused where it is no text', async () => {
    const sources = { vault: { read: async () => ({ value: VALUE, refreshAt: 'soon' }) } };
    const options = { secretSources: sources as unknown as NonNullable<LoadOptions['secretSources']> };
    const message = await refusal(written('${vault:a}'), options);
    expect(message).toContain(
      'needs a of the source vault, which is not what a source may give → Its read(name) has to give the text, or { value, refreshAt }, with refreshAt a Date.',
    );
    expect(message).not.toContain(VALUE);
  });

  it.each([
    ['export default { file: { read() {} } };', 'file: has a name that the gateway uses itself: ${file:…}'],
    ['export default { vault: {} };', 'vault: is no source of secrets expected: an object with read(name)'],
    ['export default { Vault: { read() {} } };', 'Vault: is no name of a source'],
  ])('says what is wrong with a module of sources: %s', async (text, problem) => {
    const cwd = written('${vault:a}', { sources: './sources.mjs' }, { 'sources.mjs': text });
    expect(await refusal(cwd)).toContain(`/here/sources.mjs has a problem: ${problem}`);
  });

  it('shows nothing of the value, and names the source', async () => {
    const cwd = written('${vault:a}');
    const loaded = await load(cwd, { secretSources });
    const shown = JSON.stringify([
      loaded.written.shown(new Uint8Array(32)),
      loaded.secrets,
      String(loaded.secrets),
    ]);
    expect(shown).toContain('${vault:a}');
    expect(shown).not.toContain(VALUE);
  });
});
