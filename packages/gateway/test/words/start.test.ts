/** Each sentence of a gateway that does not start, beside what raises it: where, what is wrong, what to do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { constants, runInThisContext } from 'node:vm';
import { SetupError } from '@countersign/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { loadActions } from '../../src/actions/load-actions.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { registeringGates, targetsOf } from '../../src/flowent/registration/definitions.ts';
import { requireNode } from '../../src/require-node.ts';
import { fileProblem } from '../../src/stores/inspect-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { MIGRATIONS } from '../../src/stores/sqlite-migrations.ts';
import { temporaryDir } from '../harness.ts';
import { startCases } from './start-cases.ts';
import { startSentences } from './start-problems.ts';

it.each(startCases)('$when', async (one) => {
  expect(await startSentences(one, temporaryDir())).toContain(one.says);
});

/** The whole message. */
async function said(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  throw new Error('nothing was said');
}

describe('actions that cannot be registered', () => {
  const SCHEMA = { type: 'object' };
  const names = (...all: readonly string[]) =>
    all.map((name) => ({ name, description: 'Does it.', jsonSchema: SCHEMA }));
  const gate = (path = '/a/:action', register: object = {}) => ({
    path,
    provider: 'flowent',
    keys: [{ secret: 'a-secret-of-more-than-16-bytes' }],
    answer: {
      actions: './actions.mjs',
      register: { apiUrl: 'https://platform.example/api', apiToken: 'a-token', ...register },
    },
  });
  const register = (
    gates: object,
    actions: object,
    publicUrl: object = { publicUrl: 'https://a.example' },
  ) => {
    const input = { store: 'memory:', gates, ...publicUrl } as ConfigInput;
    const { config } = parseConfig(input, { baseDir: '/nowhere', env: {} });
    const known = actions as Readonly<Record<string, ReturnType<typeof names>>>;
    return targetsOf(config, registeringGates(config), (name) => known[name] ?? []);
  };
  const many = names(...Array.from({ length: 101 }, (_, i) => `a${i}`));

  it.each<readonly [string, () => unknown, string]>([
    [
      'no gate that registers',
      () => register({ g: { ...gate(), answer: { actions: './a.mjs' } } }, {}),
      'gates: no gate registers its actions. Write answer: { …, register: { apiUrl, apiToken } } at the gate whose actions a platform should know.',
    ],
    [
      'more actions than a platform takes',
      () => register({ g: gate() }, { g: many }),
      'gates.g.answer.actions: 101 actions are to be registered, and the platform allows 100 per account. Register some with an account of their own, or make fewer of them.',
    ],
    [
      'looks that are too many',
      () => register({ g: gate('/a/:action', { every: '1s' }) }, { g: names('a') }),
      'gates.g.answer.register.every: 1 s is too often: the platform takes 1000 calls an hour, and each look is one. Give 10s or more.',
    ],
    [
      'no address to call',
      () => register({ g: gate() }, { g: names('a') }, {}),
      'publicUrl: is missing, and the gate g registers its actions: the platform must know where to call them. Set it to where the gateway is reached from outside, e.g. publicUrl: https://gate.example.com.',
    ],
    [
      'an address in the clear',
      () => register({ g: gate() }, { g: names('a') }, { publicUrl: 'http://a.example' }),
      'publicUrl: http://a.example is not https, and the platform at https://platform.example/api calls over the network. Give an https URL; http is for a platform on this machine.',
    ],
    [
      'an action that says nothing of its input',
      () => register({ g: gate() }, { g: [{ name: 'a', description: 'a' }] }),
      'gates.g.answer.actions: the input of "a" says no JSON Schema of itself, and the platform wants one. Give the action a jsonSchema, or a schema that has one: zod and arktype have; valibot with toStandardJsonSchema of @valibot/to-json-schema.',
    ],
    [
      'one action at two gates',
      () => register({ g: gate(), h: gate('/h/:action') }, { g: names('a'), h: names('a') }),
      'gates.h.answer.actions: "a" is an action of the gate g too, and both register with one account. Rename one, or register one of the gates with another account.',
    ],
    [
      'a path that is open',
      () => register({ g: gate('/a/*') }, { g: names('a') }),
      'gates.g.path: /a/* has *, and a platform is told one URL for each action. Use plain segments and :action, e.g. /actions/:action.',
    ],
    [
      'a path without the action’s name',
      () => register({ g: gate('/a') }, { g: names('a', 'b') }),
      'gates.g.path: /a has no place for the name of an action, and 2 are to be registered. Put :action into it once, e.g. /actions/:action.',
    ],
  ])('%s', async (_, act, message) => {
    expect(await said(act)).toBe(message);
  });
});

describe('a store that cannot be opened', () => {
  const fileOf = (name: string, make: (file: string) => void): string => {
    const file = join(temporaryDir(), name);
    make(file);
    return file;
  };
  const database = (statement: string) => (file: string) => {
    const db = new DatabaseSync(file);
    db.exec(statement);
    db.close();
  };
  const OURS = 'Name a file of Countersign’s own, or one that does not exist yet.';

  it.each<readonly [string, () => string, string, string]>([
    ['a folder', () => temporaryDir(), '{file} is not a file', OURS],
    [
      'a text',
      () => fileOf('a.db', (file) => writeFileSync(file, 'x'.repeat(200))),
      '{file} is not a database',
      OURS,
    ],
    [
      'another program’s',
      () => fileOf('a.db', database('PRAGMA application_id = 7; CREATE TABLE a (b)')),
      '{file} is another program’s SQLite file',
      OURS,
    ],
    [
      'a newer version’s',
      () =>
        fileOf(
          'a.db',
          database('PRAGMA application_id = 1131636590; PRAGMA user_version = 99; CREATE TABLE a (b)'),
        ),
      `{file} has schema version 99, and this build knows versions up to ${MIGRATIONS.length}`,
      'Start the newer Countersign that wrote it, or name another file. Nothing was changed.',
    ],
    [
      'a file in no folder',
      () => join(temporaryDir(), 'nowhere', 'a.db'),
      '{file} cannot be opened or created (ENOENT)',
      'Name a file in a directory that exists and that this process may write to.',
    ],
  ])('%s', (_, make, problem, remedy) => {
    const file = make();
    const fault = fileProblem(file);
    expect({ ...fault, problem: fault?.problem.replace(file, '{file}') }).toEqual({ problem, remedy });
  });

  it.each<readonly [string, () => { readonly path: string; readonly maxFileBytes?: number }, string]>([
    ['no path', () => ({ path: '' }), 'store: the path is empty. Name a file, or :memory:.'],
    [
      'a file in no folder',
      () => ({ path: join(temporaryDir(), 'nowhere', 'a.db') }),
      'store: {file} cannot be created (ENOENT). Name a file in a directory that exists and that this process may write to.',
    ],
    [
      'another program’s',
      () => ({ path: fileOf('a.db', database('PRAGMA application_id = 7; CREATE TABLE a (b)')) }),
      'store: {file} is another program’s SQLite file. Name a file of Countersign’s own, or one that does not exist yet.',
    ],
    [
      'a newer version’s',
      () => ({
        path: fileOf(
          'a.db',
          database('PRAGMA application_id = 1131636590; PRAGMA user_version = 99; CREATE TABLE a (b)'),
        ),
      }),
      `store: {file} has schema version 99, and this build knows versions up to ${MIGRATIONS.length}. Start the newer Countersign that wrote it, or name another file. Nothing was changed.`,
    ],
    [
      'a text',
      () => ({ path: fileOf('a.db', (file) => writeFileSync(file, 'x'.repeat(200))) }),
      'store: {file} cannot be opened (file is not a database). Name a file of Countersign’s own, or one that does not exist yet.',
    ],
    [
      'a bound that is none',
      () => ({ path: ':memory:', maxFileBytes: 0.5 }),
      'maxFileBytes: is not a whole number of at least 1. Give a size in bytes.',
    ],
  ])('at its start: %s', async (_, make, message) => {
    const options = make();
    const text = await said(() => openSqliteStore(options));
    expect(options.path === '' ? text : text.replace(options.path, '{file}')).toBe(message);
  });

  it('by an address that names none', async () => {
    const remedy =
      'Give sqlite:FILE, a path that ends in .db, postgres://USER:PASSWORD@HOST/DATABASE, or :memory:.';
    expect(await said(() => openStore({ kind: 'redis' } as unknown as string))).toBe(
      `store: is not an address of a store. ${remedy}`,
    );
  });

  it('held by another gateway', async () => {
    const path = join(temporaryDir(), 'a.db');
    const first = await openSqliteStore({ path });
    // Within one process the lock is the same as between two.
    const text = await said(() => openSqliteStore({ path }));
    await first.close();
    expect(text.replace(path, '{file}')).toBe(
      'store: {file} is held by another process. A SQLite file belongs to one gateway: stop the other one, or name another file. For several gateways on one store move it to PostgreSQL: countersign store move.',
    );
  });
});

/** The test's own runner would load whatever it is given. */
const load = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<object>;

it.each(['js', 'ts'])('an ES module in a project that npm init -y has made: .%s', async (kind) => {
  const folder = temporaryDir();
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  for (const text of ["import 'node:fs';", 'export const a = 1;']) {
    const file = join(folder, `a${text.length}.${kind}`);
    writeFileSync(file, text);
    expect(await said(() => loadActions(file, 'gates.g.answer.actions', load))).toBe(
      `gates.g.answer.actions: a${text.length}.${kind} is written as an ES module, and package.json says "type": "commonjs". Name it a${text.length}.m${kind}, or run npm pkg set type=module.`,
    );
  }
});

it('a module that never loads', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const loaded = said(() => loadActions('/a.mjs', 'gates.g.answer.actions', () => new Promise(() => {})));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await loaded).toBe(
    'gates.g.answer.actions: /a.mjs does not load: it is not done after 30 s. Look for an await at its top level, or of what it imports, that nothing ends.',
  );
  const cwd = temporaryDir();
  writeFileSync(join(cwd, 'countersign.config.mjs'), 'await new Promise(() => {}); export default {};');
  const config = expect(loadConfig({ cwd, env: {} })).rejects.toMatchObject({
    problems: [
      {
        problem: 'it does not load: it is not done after 30 s',
        remedy: 'Look for an await at its top level, or of what it imports, that nothing ends.',
      },
    ],
  });
  await vi.advanceTimersByTimeAsync(30_000);
  await config;
});

it('a module that Node has no words for', async () => {
  const file = join(temporaryDir(), 'actions.xyz');
  writeFileSync(file, '');
  const text = await said(() => loadActions(file, 'gates.g.answer.actions', load));
  expect(text.replace(file, '{file}')).toBe(
    'gates.g.answer.actions: this Node cannot load {file}. Give a .js, .mjs, .ts or .mts module.',
  );
});

it('a secret that is none, and a .env that cannot be read', async () => {
  expect(await said(() => new Secret(undefined as unknown as string))).toBe(
    'secret: it is not text. Give the text; an unset environment variable is the usual cause.',
  );
  const cwd = temporaryDir();
  writeFileSync(join(cwd, 'countersign.yaml'), 'gates: {}');
  writeFileSync(join(cwd, '.env'), Uint8Array.of(0xff, 0xfe, 0x41, 0));
  await expect(loadConfig({ cwd, env: {} })).rejects.toMatchObject({
    problems: [
      { problem: expect.stringContaining('the .env file beside it cannot be read: it is not UTF-8') },
    ],
  });
});

it.each([
  ['Bun', { node: '24.3.0', bun: '1.4.5' }, '1.4.5'],
  ['Deno', { node: '24.12.0', deno: '2.9.6' }, '2.9.6'],
])('a runtime that only resembles Node: %s', async (name, versions, version) => {
  expect(await said(() => requireNode(versions))).toBe(
    `runtime: a gateway runs on Node, and this is ${name} ${version}: its HTTP server reads connections and addresses otherwise, and the gateway’s bounds rest on them. Start it with Node 22.23.3 or later, or use @countersign/core in a handler of ${name}’s own server.`,
  );
  expect(() => requireNode()).not.toThrow();
});

/** What no test can raise here: a file system that knows no shared memory. */
const NO_INPUT: readonly string[] = [
  '… cannot have a write-ahead log (journal mode …)',
  // No server as old is at hand.
  'is on PostgreSQL …, and a store needs … or later',
];

it('every one stands in a test', () => {
  const places = { SetupError: [1], problem: 'property' } as const;
  const unquoted = unquotedSentences('packages/gateway', places);
  expect(unquoted.filter((one) => !NO_INPUT.some((sentence) => one.endsWith(sentence)))).toEqual([]);
});
