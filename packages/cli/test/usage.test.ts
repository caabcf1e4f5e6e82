import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerIds } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { splitShellWords } from '../../core/src/request-input/shell-words.ts';
import { readArguments } from '../src/arguments.ts';
import { COMMANDS } from '../src/commands/commands.ts';
import { namedSubCommand } from '../src/sub-commands.ts';
import { newFolder, run, spawnProgram } from './support.ts';

describe('help', () => {
  it('lists every command and the exit codes', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(out).toMatch(new RegExp(`${name} +${summary.slice(0, 20)}`));
    for (const [code, meaning] of [
      ['0', 'done, accepted'],
      ['1', 'refused, only partly done, or an unexpected answer or verdict'],
      ['2', 'wrong usage or set-up'],
      ['70', 'a bug in countersign, or an error that a module of the configuration does not catch'],
      ['130', 'stopped at once by a second signal'],
      ['141', 'standard output was closed, or its disk is full'],
    ])
      expect(out).toMatch(new RegExp(`^ +${code} +${meaning}$`, 'm'));
  });

  it.each(COMMANDS.map(({ name }) => name))('%s has usage, options and an example', async (name) => {
    const asked = await run([name, '--help']);
    expect(asked.code).toBe(0);
    expect(asked.out).toContain(`  countersign ${name}`);
    expect(asked.out).toMatch(/Examples?\n {2}# /);
    expect(asked.out).toContain('--help');
    expect((await run(['help', name])).out).toBe(asked.out);
    expect((await run([name, '--nonsense', '-h'])).out).toBe(asked.out);
  });

  it.each(COMMANDS.map(({ name }) => name))('%s says the same in the list and by itself', async (name) => {
    const entry = COMMANDS.find((candidate) => candidate.name === name);
    const command = await entry?.load();
    expect(command?.name).toBe(name);
    expect(command?.summary).toBe(entry?.summary);
    expect(command?.examples.length).toBeGreaterThan(0);
    for (const example of command?.examples ?? []) expect(example.command).toContain(`countersign ${name}`);
    const second = (command?.usage ?? []).map(
      (usage) => /^[a-z]+ ([a-z]+(?:-[a-z]+)*)(?= |$)/.exec(usage)?.[1],
    );
    expect(second.filter((word) => word !== undefined)).toEqual(entry?.subCommands ?? []);
  });

  const groups = COMMANDS.filter(({ name }) => ['events', 'deliveries', 'store'].includes(name));

  it.each(groups.flatMap(({ name, subCommands = [] }) => subCommands.map((word) => [name, word] as const)))(
    '%s %s has a page of its own, wherever it is asked for',
    async (name, word) => {
      const whole = await COMMANDS.find((candidate) => candidate.name === name)?.load();
      const usage = whole?.usage.find((line) => `${line} `.startsWith(`${name} ${word} `)) ?? '';
      const { code, out } = await run([name, word, '--help']);
      const text = out.replace(/\s+/g, ' ');
      expect(code).toBe(0);
      expect(text).toMatch(new RegExp(`^countersign ${name} ${word} Usage countersign ${name} ${word} `));
      expect(text).toContain(`Usage countersign ${usage}`);
      for (const args of [
        ['help', name, word],
        [name, '-h', word],
        [name, word, '--nonsense', 'x', '--help'],
        [name, '--config', word, word, '--help'],
      ])
        expect((await run(args)).out, args.join(' ')).toBe(out);
    },
  );

  it('of a sub-command has its options, and what the one before it says where that says of both', async () => {
    const show = (await run(['events', 'show', '--help'])).out;
    const options = [...show.matchAll(/^ {2}(?:-\w,| {3}) --([a-z-]+)/gm)].map(([, name]) => name);
    expect(options).toEqual(['config', 'admin', 'json', 'help', 'no-color']);
    const cancel = (await run(['deliveries', 'cancel', '--help'])).out;
    expect(cancel).toContain('cancel ends waiting deliveries.');
    expect(cancel).not.toContain('redrive: ');
    expect(cancel).not.toContain('Example');
    expect((await run(['events', 'shwo', '--help'])).out).toBe((await run(['events', '--help'])).out);
  });

  it('lists an option once for each of its meanings among the sub-commands', async () => {
    const { out } = await run(['events', '--help']);
    expect(out).toMatch(/--to URL +follow: /);
    expect(out).toMatch(/--to DESTINATION +resend: /);
    expect(out).toMatch(/--from PLACE +follow: /);
    expect(out).toMatch(/--since TIME /);
    expect(out.match(/^ +--json /gm)).toHaveLength(1);
  });

  it('goes to standard error, with exit code 2, where no command is given', async () => {
    const { code, out, err } = await run([]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Commands');
  });

  it('prints the version', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the examples of the help', () => {
  it.each(COMMANDS.map(({ name }) => name))('of %s are calls that it takes', async (name) => {
    const command = await COMMANDS.find((candidate) => candidate.name === name)?.load();
    if (command === undefined) throw new Error(`${name} does not load`);
    for (const { command: line } of command.examples) {
      const { words } = splitShellWords(line.slice(line.indexOf('countersign ')));
      expect(words[1]).toBe(name);
      const called = 'subCommands' in command ? namedSubCommand(command, words.slice(2)) : command;
      if (called === undefined) throw new Error(`${line} names no sub-command`);
      const { options, maxArguments } = called;
      const args = readArguments(words.slice(2), { options, maxArguments, program: 'countersign' });
      // Whatever is not an option is a file or URL, and every provider and variable is a real one.
      const provider = args.text('provider');
      if (provider !== undefined) expect(providerIds).toContain(provider);
    }
  });

  it.each(someOf(['providers', 'demo'], 2))('of %s run', async (name) => {
    const command = await COMMANDS.find((candidate) => candidate.name === name)?.load();
    for (const { command: line } of command?.examples ?? []) {
      if (line === 'countersign demo') continue; // Runs until it is stopped: see demo.test.ts.
      expect((await spawnProgram(line.split(' ').slice(1))).code, line).toBe(0);
    }
  });
});

describe('wrong usage ends with 2, says what is wrong and what to do', () => {
  it.each([
    [['verfy'], 'there is no command verfy', 'Did you mean verify?'],
    [['--josn'], 'there is no option --josn', 'countersign --help'],
    [['verify', '--provder', 'x'], 'there is no option --provder', 'Did you mean --provider?'],
    [['verify', '--key'], '--key needs a value', '--key TEXT'],
    [['verify', '--key', '--json'], '--key needs a value', '--key='],
    [['verify', '--json=1'], '--json takes no value', 'alone'],
    [['verify', '--now', '1', '--now', '2'], '--now is given twice', 'once'],
    [['verify', 'a', 'b'], 'unexpected argument "b"', '--help'],
    [['verify', 'a'], 'no provider is given', '--provider ID'],
    [['verify', 'a', '-p', 'githb', '-k', 'x'], 'there is no provider "githb"', 'Did you mean github?'],
    [['verify', 'a', '-p', 'anthropic', '-k', 'x'], '"anthropic"', 'Did you mean claude?'],
    [['providers', 'whatsapp'], '"whatsapp"', 'Did you mean meta?'],
    [['init', 'hubspot'], '"hubspot"', 'Did you mean hubspot-v1, hubspot-v2 or hubspot-v3?'],
    [['init', 'heroku'], '"heroku"', 'scheme: { algorithm: hmac-sha256, signature: { header: heroku-'],
    [['providers', 'quickbooks'], '"quickbooks"', 'Intuit QuickBooks is declared: give a gate `scheme: {'],
    [['send', 'http://x', '-p', 'OpenAI', '-k', 'x'], '"OpenAI"', 'Did you mean openai?'],
    [['send', 'http://x', '-p', 'paypal', '-k', 'x'], '"paypal"', 'docs/catalogue.md'],
    [['verify', 'a', '-p', 'github'], 'GITHUB_WEBHOOK_SECRET', '--key-env NAME'],
    [['verify', 'a', '-p', 'github', '--key-env', 'NOPE'], 'NOPE is not set', 'export NOPE='],
    [['verify', 'a', '-p', 'github', '-k', 'x', '--encoding', 'rot13'], 'no encoding "rot13"', 'base64'],
    [['verify', 'a', '-p', 'github', '-k', 'x', '--now', 'today'], '--now is not a time', '1760000000'],
    [['verify', 'a', '-p', 'github', '-k', ' '], 'empty or only white space', 'environment variable'],
    [['verify', 'a', '-p', 'github', '-k', 'x', '-o', 'toleranse=1'], 'there is no such option', 'Options'],
    [
      ['verify', 'nope.http', '-p', 'github', '-k', 'x'],
      'nope.http cannot be read: there is no such file',
      '-',
    ],
    [['verify', '--config', 'x', '--provider', 'y'], '--provider and --config are given', 'one of them'],
    [['verify', '--batch', '-p', 'x'], '--batch and --provider are given', 'Each line'],
    [['sign', '-p', 'hmac', '-k', 'x'], 'no request is given', 'https://'],
    [['sign', 'http://x', '-p', 'hmac', '-k', 'x', '--as', 'xml'], 'no form "xml"', 'curl, http, json'],
    [['send', 'http://x', '-p', 'hmac', '-k', 'x', '--timeout', '0'], '--timeout is not a number', '3600'],
    [['check'], 'there is no configuration file', 'countersign init'],
    [['check', '--config', 'nope.ts'], 'there is no such file', 'countersign init'],
    [['check', '--config', 'nope.yaml'], 'there is no such file', 'countersign init'],
    [['serve', '--config', 'nope.yaml'], 'there is no such file', 'countersign init'],
    [['init', 'githb'], 'there is no provider "githb"', 'github'],
    [['init', '--out', 'x.txt'], '--out does not end in', 'countersign.yaml'],
    [['providers', 'x'], 'there is no provider "x"', 'countersign providers'],
  ])('%j', async (args, problem, remedy) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'a'), 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const { code, out, err } = await run(args, { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^countersign: /m);
    expect(err).toContain(problem);
    expect(err).toMatch(/\n {2}→ /);
    expect(err).toContain(remedy);
  });
});

describe('the built program', () => {
  it('runs, with the same exit codes', async () => {
    expect(await spawnProgram(['--version'])).toMatchObject({ code: 0, err: '' });
    expect(await spawnProgram(['verfy'])).toMatchObject({ code: 2, out: '' });
  });

  it('says nothing of experimental features', async () => {
    const { code, err } = await spawnProgram(['demo', '--once', '--json']);
    expect(err).not.toContain('Experimental');
    expect(code).toBe(0);
  });
});

it.each([
  ['--verison', '--version'],
  ['-V', '-v'],
  ['--hlep', '--help'],
])('%s is told that %s is meant', async (misspelt, meant) => {
  expect((await run([misspelt])).err).toContain(`there is no option ${misspelt}\n  → Did you mean ${meant}?`);
});

describe.each(['constructor', 'toString', '__proto__'])('%s, which every object has,', (name) => {
  it.each([[[`--${name}`]], [['verify', 'a', `--${name}`]], [['verify', 'a', `--${name}`, 'x']]])(
    'is no option: %j',
    async (args) => {
      const { code, err } = await run(args);
      expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringContaining(`there is no option --${name}\n`),
      });
    },
  );

  it('is no variable that is set', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'a'), 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const { code, err } = await run(['verify', 'a', '-p', 'github', '--key-env', name], { cwd });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`${name} is not set\n`) });
  });
});
