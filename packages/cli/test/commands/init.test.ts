/** What `init` writes: for every provider a start that is checked, typed and known to editors. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findProvider, providerIds, providers } from '@countersign/core';
import type { Action } from '@countersign/gateway/actions';
import { testAction } from '@countersign/gateway/testing';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { keyOfProvider } from '../../../core/test/support/provider-key.ts';
import { newFolder, type Ran, ROOT, run } from '../support.ts';

/** In base64 alphabet and length, so that it suits every provider. */
const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ANSWERING = providerIds.filter((id) => findProvider(id)?.usualOutcome === 'answer');
const SCHEMA = join(ROOT, 'docs/countersign.schema.json');
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')),
);
const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

/** The names of variables, as a person finds them in the text. */
const readVariables = (yaml: string): readonly string[] => [
  ...new Set(
    yaml
      .split('\n')
      .filter((line) => !/^\s*#/.test(line))
      .flatMap((line) => [...line.matchAll(/\$\{env:(\w+)/g)].map(([, name]) => name ?? '')),
  ),
];

/** As a person fills a variable in. */
function valueFor(variable: string): string {
  const provider = providers.find(({ keyVariable }) => keyVariable === variable);
  if (provider !== undefined) return keyOfProvider(provider.id).held[0] ?? SECRET;
  if (variable.endsWith('_NUMBER')) return '987654321098';
  if (/TOPIC/.test(variable)) return 'arn:aws:sns:us-east-1:123456789012:orders';
  return variable.endsWith('_URL') ? 'http://127.0.0.1:9000' : SECRET;
}

/** Every text and number in a tree, with the member that it is of. */
function leavesOf(value: unknown, name: string): readonly (readonly [name: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([member, inner]) =>
    leavesOf(inner, Array.isArray(value) ? name : `${name}.${member}`),
  );
}

/** What is the same for everybody who has the provider. */
const NO_SAMPLES: readonly string[] = [
  '.path',
  '.provider',
  '.provider.id',
  '.keys.id',
  '.keepRefused',
  '.answer.actions',
  '.answer.action',
  '.forward.stripPrefix',
];

async function made(args: readonly string[], cwd = newFolder()): Promise<string> {
  const { code, err } = await run(['init', ...args], { cwd });
  expect(code, err).toBe(0);
  return cwd;
}

/** A project as `npm install countersign` leaves it. */
function project(manifest?: object): string {
  const folder = newFolder();
  if (manifest) writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['@countersign', '@types', 'countersign'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** What the strictest compiler says of a folder’s TypeScript, after a second of CPU: a short run asks it once. */
function compilerErrors(folder: string): string {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitReturns: true,
    noImplicitOverride: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    module: 'nodenext',
    target: 'es2024',
    types: ['node'],
    noEmit: true,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts', '*.mts'] }),
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' }).stdout;
}

describe.each(providerIds)('init %s', (id) => {
  it('writes what check takes once the variables of .env.example are set', async () => {
    const cwd = await made([id]);
    const variables = readVariables(read(cwd, 'countersign.yaml'));
    if (variables.length === 0) expect(existsSync(join(cwd, '.env.example'))).toBe(false);
    else {
      const example = read(cwd, '.env.example');
      const lines = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      // Names, and no values.
      expect(lines.sort()).toEqual(variables.map((name) => `${name}=`).sort());
      writeFileSync(
        join(cwd, '.env'),
        example.replaceAll(/^(\w+)=$/gm, (_, name) => `${name}=${JSON.stringify(valueFor(name))}`),
      );
    }
    const checked = await run(['check', '--json'], { cwd });
    expect(JSON.parse(checked.out)).toMatchObject({ ok: true, problems: [] });
    expect(checked.code).toBe(0);
  });

  it('writes no sample where a value of one’s own belongs', async () => {
    const cwd = await made([id]);
    const gate = (parse(read(cwd, 'countersign.yaml')) as { gates: Record<string, unknown> }).gates[id];
    const filledIn = leavesOf(gate, '').filter(([name]) => !NO_SAMPLES.includes(name));
    expect(filledIn.filter(([, value]) => !/^\$\{env:[A-Z][A-Z\d_]*\}$/.test(String(value)))).toEqual([]);
  });

  it('writes what an editor takes, and says first how it is checked', async () => {
    const cwd = await made([id]);
    const text = read(cwd, 'countersign.yaml');
    expect(text.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./node_modules/countersign/countersign.schema.json',
    );
    validate(parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('writes the outcome that its gates are mostly there for, and a path that fits', async () => {
    const { gates } = parse(read(await made([id]), 'countersign.yaml')) as {
      gates: Record<string, Record<string, unknown>>;
    };
    const usual = findProvider(id)?.usualOutcome ?? 'keep';
    expect(Object.keys(gates[id] ?? {})).toContain(usual);
    const paths = { answer: /\/(:\w+|show_selection)$/, forward: /\/\*$/, keep: /^\/webhooks\/[^:*]+$/ };
    expect(gates[id]?.['path']).toMatch(paths[usual]);
  });

  it('writes a sample of its own actions, or none', async () => {
    const cwd = await made([id]);
    const modules = readdirSync(cwd).filter((name) => /\.m?[jt]s$/.test(name));
    expect(modules).toEqual(ANSWERING.includes(id) ? ['actions.ts'] : []);
    expect(/^ {4}answer: \{ actions: \.\/actions\.ts/m.test(read(cwd, 'countersign.yaml'))).toBe(
      modules.length > 0,
    );
  });
});

it('says which provider it takes where none is named, and which there are', async () => {
  const { err, out } = await run(['init'], { cwd: newFolder() });
  expect(err).toContain('No provider is named: using flowent. Others: ');
  for (const id of providerIds) expect(err).toContain(id);
  expect(out).toContain('countersign.yaml');
  expect((await run(['init', 'github'], { cwd: newFolder() })).err).not.toContain('No provider');
});

describe.each(ANSWERING)('the sample of %s', (id) => {
  it.each([
    ['a package of modules', { type: 'module' }, 'actions.ts'],
    ['a package that says nothing', { name: 'newcomer' }, 'actions.mts'],
    ['a package of CommonJS, which npm init writes', { type: 'commonjs' }, 'actions.mts'],
  ])(
    'compiles, and is taken, in %s',
    async (_, manifest, name) => {
      const cwd = await made([id], project(manifest));
      expect(readdirSync(cwd)).toContain(name);
      if (isLong || (name === 'actions.ts' && id === ANSWERING[0])) expect(compilerErrors(cwd)).toBe('');
      const env = { FLOWENT_HMAC_KEY: SECRET, AMI_SECRET_TOKEN: SECRET };
      const checked = await run(['check', '--json'], { cwd, env });
      expect(JSON.parse(checked.out)).toMatchObject({ ok: true, problems: [] });
    },
    30_000,
  );

  it('answers', async () => {
    const cwd = await made([id]);
    const actions = Object.values(
      (await import(pathToFileURL(join(cwd, 'actions.ts')).href)) as Record<string, Action>,
    );
    expect(actions).toHaveLength(1);
    const input =
      id === 'flowent'
        ? { recipient: 'ada@example.org', subject: 'Hello', body: 'World' }
        : { selected_ids: '7' };
    const answer = await testAction(actions[0] as Action, input);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(id === 'flowent' ? 'Email' : 'picked 7');
  });
});

it.skipIf(!isLong).each(ANSWERING)(
  `the sample of %s is wrong for the compiler where its run and its input differ${longReason}`,
  async (id) => {
    const cwd = await made([id], project({ type: 'module' }));
    const sample = read(cwd, 'actions.ts');
    const changed = sample.replaceAll(/properties: \{/g, 'properties: { other: { type: "x" },');
    writeFileSync(join(cwd, 'actions.ts'), changed.replace(/run\(\{/, 'run({ unheard,'));
    expect(compilerErrors(cwd)).toContain('unheard');
  },
  30_000,
);

describe('init', () => {
  it('of every provider at once gives each answering one its own module', async () => {
    const cwd = await made([...providerIds, '--json']);
    expect(readdirSync(cwd).sort()).toEqual([
      '.env.example',
      'countersign.yaml',
      'flow-production-tracking-actions.ts',
      'flowent-actions.ts',
    ]);
    const names = readVariables(read(cwd, 'countersign.yaml'));
    const env = Object.fromEntries(names.map((name) => [name, valueFor(name)]));
    const checked = await run(['check', '--json'], { cwd, env });
    expect(JSON.parse(checked.out)).toMatchObject({ ok: true, problems: [] });
  });

  it('names the schema from where the configuration is', async () => {
    const cwd = project({ type: 'module' });
    mkdirSync(join(cwd, 'deploy/inner'), { recursive: true });
    const schemaOf = (name: string): string =>
      /\$schema=(\S+)/.exec(read(cwd, name).split('\n')[0] ?? '')?.[1] ?? '';
    await made(['github', '--out', 'deploy/gate.yaml'], cwd);
    await made(['github', '--out', 'inner.yaml'], join(cwd, 'deploy/inner'));
    for (const name of ['deploy/gate.yaml', 'deploy/inner/inner.yaml']) {
      const link = relative(cwd, resolve(dirname(join(cwd, name)), schemaOf(name)));
      expect(link).toBe('node_modules/countersign/countersign.schema.json');
    }
  });

  describe('where files are there already', () => {
    const again = (cwd: string, ...args: string[]): Promise<Ran> => run(['init', ...args], { cwd });

    it.each(['countersign.yaml', 'actions.ts'])(
      'writes nothing over %s, and nothing beside it',
      async (name) => {
        const cwd = newFolder();
        writeFileSync(join(cwd, name), 'mine');
        const { code, err } = await again(cwd);
        expect(code).toBe(2);
        expect(err).toContain(`${name} already exists`);
        expect(readdirSync(cwd)).toEqual([name]);
        expect(read(cwd, name)).toBe('mine');
      },
    );

    it('says what it overwrote where it is forced', async () => {
      const cwd = await made([]);
      writeFileSync(join(cwd, 'countersign.yaml'), 'mine');
      const { code, out } = await again(cwd, '--force');
      expect(code).toBe(0);
      for (const name of ['countersign.yaml', 'actions.ts', '.env.example'])
        expect(out).toContain(`overwrote ${join(cwd, name)}`);
      expect(read(cwd, 'countersign.yaml')).toContain('provider: flowent');
    });

    it('keeps the variables of another program, and says what they lack', async () => {
      const cwd = newFolder();
      writeFileSync(join(cwd, '.env.example'), 'PORT=3000\nexport STRIPE_WEBHOOK_SECRET=\n');
      const { out } = await again(cwd, 'stripe', 'github');
      expect(out).toContain(`kept ${join(cwd, '.env.example')}; it lacks GITHUB_WEBHOOK_SECRET`);
      expect(out).not.toContain('lacks STRIPE');
      expect(read(cwd, '.env.example')).toContain('PORT=3000');
    });
  });

  it('says what to set and what comes next', async () => {
    const { err } = await run(['init', 'stripe', '--out', 'gate.yaml'], { cwd: newFolder() });
    expect(err).toContain('set STRIPE_WEBHOOK_SECRET');
    expect(err).toContain('copy .env.example to .env');
    expect(err).toContain('keep .env out of version control');
    expect(err).toContain('npx countersign dev --config gate.yaml    (while you write it');
    expect(err).toContain('npx countersign serve --config gate.yaml');
  });
});
