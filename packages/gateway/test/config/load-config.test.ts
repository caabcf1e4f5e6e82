// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { type LoadOptions, loadConfig } from '../../src/config/load-config.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'countersign-config-'));
afterAll(() => rmSync(root, { recursive: true }));

const YAML = 'gates: { one: { path: /a, provider: stripe, keys: [{ secret: "${env:KEY}" }], keep: {} } }\n';
const MODULE = `export default ${JSON.stringify({ gates: { one: { path: '/a', provider: 'stripe', keys: [{ secret: '${env:KEY}' }], keep: {} } } })}`;

let folders = 0;
/** A new folder that holds these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const cwd = join(root, `${++folders}`);
  mkdirSync(cwd);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return cwd;
}

/** The message that loading is refused with; the folder's name left out. */
async function refusal(options: LoadOptions): Promise<string> {
  try {
    await loadConfig(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(options.cwd, '/here');
    throw error;
  }
  return 'not refused';
}

const firstSecret = async (options: LoadOptions) =>
  (await loadConfig(options)).config.gates[0]?.keys[0]?.secret.reveal();

describe('loadConfig', () => {
  it('loads the example', async () => {
    const env = {
      FLOWENT_HMAC_KEY: 'a',
      APPROOV_BASE64_SECRET: 'b',
      STRIPE_SECRET: 'c',
      STRIPE_OLD: 'd',
      PORT: '0',
    };
    const { config, file, warnings, envNames } = await loadConfig({
      path: 'fixtures/example.yaml',
      cwd: here,
      env,
    });
    expect(config.listen).toEqual({
      public: { host: '127.0.0.1', port: 0 },
      admin: { host: '127.0.0.1', port: 8788 },
      trustedProxies: [],
    });
    expect(config.store).toEqual({ kind: 'sqlite', file: join(here, 'fixtures/countersign.db') });
    expect(config.gates.map((gate) => gate.name)).toEqual([
      'flowent',
      'shapes',
      'stripe',
      'partner',
      'incode-start',
    ]);
    expect(config.gates[3]?.keys[0]?.secret.reveal()).toBe('the partner key, 16 bytes or more');
    expect(config.gates[2]?.keys[1]).toMatchObject({
      id: 'old',
      state: 'retiring',
      untilMs: Date.UTC(2027, 0, 1),
    });
    expect(file).toBe(join(here, 'fixtures/example.yaml'));
    expect(warnings).toEqual([]);
    expect(envNames).toEqual([
      'ADMIN_PORT',
      'APPROOV_BASE64_SECRET',
      'FLOWENT_HMAC_KEY',
      'HOST',
      'PORT',
      'STORE',
      'STRIPE_OLD',
      'STRIPE_SECRET',
    ]);
  });

  it('reads every field', async () => {
    const { config } = await loadConfig({
      path: 'fixtures/every-field.yaml',
      cwd: here,
      env: { ADMIN_TOKEN: 'x'.repeat(22) },
      demo: true,
    });
    const text = JSON.stringify(config, undefined, 2).replaceAll(here, '/here');
    expect(JSON.parse(text)).toMatchSnapshot();
  });

  it.each(['countersign.yaml', 'countersign.yml'])('finds %s', async (name) => {
    const cwd = folder({ [name]: YAML });
    expect((await loadConfig({ cwd, env: { KEY: 'k' } })).file).toBe(join(cwd, name));
  });

  it('finds countersign.json', async () => {
    const json = '{ "gates": { "one": { "path": "/a", "provider": "none", "keep": {} } } }';
    const cwd = folder({ 'countersign.json': json });
    expect((await loadConfig({ cwd, env: {} })).file).toBe(join(cwd, 'countersign.json'));
    expect(await refusal({ path: 'a', cwd: folder({ a: json }), env: {} })).toContain(
      'its name has no extension',
    );
  });

  it('takes no folder for one', async () => {
    const cwd = folder({});
    const text = await refusal({ path: '.', cwd, env: {} });
    expect(text).toContain('it is a folder');
    expect(text).toContain('expected: a file in it, such as countersign.yaml');
  });

  it('says what it looked for', async () => {
    expect(await refusal({ cwd: folder({}), env: {} })).toMatchInlineSnapshot(`
      "/here has a problem:

        there is no configuration file
          expected: one of countersign.yaml, countersign.yml, countersign.json, countersign.config.ts, countersign.config.mts, countersign.config.js, countersign.config.mjs; or --config FILE"
    `);
  });

  it('refuses to choose between two', async () => {
    const cwd = folder({ 'countersign.yaml': YAML, 'countersign.config.js': MODULE });
    expect(await refusal({ cwd, env: {} })).toMatchInlineSnapshot(`
      "/here has a problem:

        there is more than one configuration file: countersign.yaml, countersign.config.js
          expected: one of them, or --config FILE"
    `);
  });

  it.each(['none.yaml', 'none.ts'])('says that there is no %s', async (path) => {
    expect(await refusal({ path, cwd: folder({}), env: {} })).toContain('there is no such file');
  });

  it('refuses files of other kinds', async () => {
    expect(await refusal({ path: 'a.toml', cwd: folder({ 'a.toml': '' }), env: {} })).toMatchInlineSnapshot(`
      "/here/a.toml has a problem:

        it ends in .toml
          expected: .yaml, .yml, .json, .ts, .mts, .js or .mjs"
    `);
  });

  it('says to a module whose secret is empty where variables of .env are', async () => {
    const gates = `{ one: { path: '/a', provider: 'github', keys: [{ secret: process.env.NOBODY_SETS_IT ?? '' }], keep: {} } }`;
    const text = `export default { gates: ${gates} };`;
    const cwd = folder({ 'countersign.config.mjs': text, '.env': 'NOBODY_SETS_IT=a-secret-of-some-length' });
    expect(await refusal({ cwd, env: {} })).toContain(
      'Those of .env are not in process.env: write "${env:NAME}" for them.',
    );
    const written = text.replace(/process.env.NOBODY_SETS_IT \?\? ''/, `'\${env:NOBODY_SETS_IT}'`);
    const good = folder({
      'countersign.config.mjs': written,
      '.env': 'NOBODY_SETS_IT=a-secret-of-some-length',
    });
    expect(await firstSecret({ cwd: good, env: {} })).toBe('a-secret-of-some-length');
    const yaml = folder({ 'countersign.yaml': YAML.replace('"${env:KEY}"', '""') });
    expect(await refusal({ cwd: yaml, env: {} })).not.toContain('process.env');
  });

  it('refuses an empty file, a list, and one that is not UTF-8', async () => {
    for (const [text, state] of [
      ['', 'is empty'],
      ['- gates', 'is not a mapping'],
    ] as const)
      expect(await refusal({ cwd: folder({ 'countersign.yaml': text }), env: {} })).toContain(
        `the configuration must be a mapping with gates or sessions; this one ${state}`,
      );
    const latin1 = Uint8Array.of(0x61, 0x3a, 0x20, 0xe4);
    expect(await refusal({ cwd: folder({ 'countersign.yaml': latin1 }), env: {} })).toContain(
      'it is not UTF-8 text',
    );
  });

  it('warns of a secret in the file', async () => {
    const cwd = folder({ 'countersign.yaml': YAML.replace('${env:KEY}', 'in clear') });
    expect((await loadConfig({ cwd, env: {} })).warnings).toMatchObject([
      { path: 'gates.one.keys[0].secret', code: 'secret-in-file' },
    ]);
    expect((await loadConfig({ cwd, env: {}, demo: true })).warnings).toEqual([]);
  });

  it('freezes nothing of a module that is loaded again', async () => {
    const cwd = folder({ 'countersign.config.mjs': MODULE });
    expect(await firstSecret({ cwd, env: { KEY: 'first' } })).toBe('first');
    expect(await firstSecret({ cwd, env: { KEY: 'second' } })).toBe('second');
  });
});

describe('.env beside the file', () => {
  it('fills in what the environment does not have', async () => {
    const cwd = folder({ 'countersign.yaml': YAML, '.env': '# a comment\nKEY="from .env"\n' });
    expect(await firstSecret({ cwd, env: {} })).toBe('from .env');
    expect(await firstSecret({ cwd, env: { KEY: 'from the environment' } })).toBe('from the environment');
  });

  it('does not override a variable that is set to nothing', async () => {
    const cwd = folder({ 'countersign.yaml': YAML, '.env': 'KEY=from-file\n' });
    expect(await refusal({ cwd, env: { KEY: '' } })).toContain('gates.one.keys[0].secret: is empty');
  });

  it('leaves the process’s environment alone', async () => {
    const cwd = folder({ 'countersign.yaml': YAML, '.env': 'KEY=x\nCOUNTERSIGN_TEST_LEAK=1\n' });
    const env = { ...process.env };
    await loadConfig({ cwd, env });
    expect([env['COUNTERSIGN_TEST_LEAK'], process.env['COUNTERSIGN_TEST_LEAK']]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['KEY=abcdefghijklmnop#rstuvw', 'abcdefghijklmnop', true],
    ['export KEY = abcdefghijklmnop#rstuvw # why', 'abcdefghijklmnop', true],
    ['KEY=abcdefghijklmnop # a comment', 'abcdefghijklmnop', false],
    ['KEY="abcdefghijklmnop#rstuvw"', 'abcdefghijklmnop#rstuvw', false],
    ["KEY='abcdefghijklmnop#rstuvw' # why", 'abcdefghijklmnop#rstuvw', false],
    ['# KEY=a#b\nKEY=abcdefghijklmnop', 'abcdefghijklmnop', false],
  ])('warns of a secret that it cuts at a #: %j', async (text, secret, isCut) => {
    const cwd = folder({ 'countersign.yaml': YAML, '.env': `${text}\n` });
    expect(await firstSecret({ cwd, env: {} })).toBe(secret);
    const told = (await loadConfig({ cwd, env: {} })).warnings.filter(({ sentence }) =>
      sentence.includes('cuts'),
    );
    expect(told.map(({ path }) => path)).toEqual(isCut ? ['gates.one.keys[0].secret'] : []);
    const { warnings } = await loadConfig({ cwd, env: { KEY: 'abcdefghijklmnop' } });
    expect(JSON.stringify(warnings)).not.toContain('cuts');
  });

  it('says what is odd of every value that it fills in, and of what it does not', async () => {
    const yaml = YAML.replace('${env:KEY}', '${env:KEY}').concat('store: "${env:STORE}"\n');
    const odd = folder({ 'countersign.yaml': yaml, '.env': 'KEY=abcdefghijklmnop\nSTORE=sqlite:./a#1.db\n' });
    const { warnings } = await loadConfig({ cwd: odd, env: {} });
    expect(warnings).toContainEqual({
      path: 'store',
      code: 'odd-source',
      severity: 'warning',
      sentence:
        '.env cuts STORE at a #, which begins a comment there: put the value in quotes if the # is part of it.',
    });
    const none = folder({ 'countersign.yaml': YAML, '.env': '\nset KEY=abcdefghijklmnop\n' });
    await expect(loadConfig({ cwd: none, env: {} })).rejects.toMatchObject({
      problems: [
        {
          problem: 'needs the environment variable KEY, which is not set',
          remedy: 'Line 2 of .env sets nothing: write NAME=value, without a word before it.',
        },
      ],
    });
  });

  it('may be a folder', async () => {
    const cwd = folder({ 'countersign.yaml': YAML });
    mkdirSync(join(cwd, '.env'));
    expect(await firstSecret({ cwd, env: { KEY: 'k' } })).toBe('k');
  });
});

/** The sources without their types, for a Node that cannot take them away. */
function plainSources(): string {
  const folder = join(root, 'plain');
  mkdirSync(folder);
  const sources = join(here, '../../src');
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const script = stripTypeScriptTypes(readFileSync(join(sources, name), 'utf8'));
    const text = script.replaceAll(/(from |import\()'(\.\.?\/[^']+)\.ts'/g, "$1'$2.mjs'");
    const file = join(folder, name.replace(/\.ts$/, '.mjs'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  symlinkSync(join(here, '../../../../node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

describe('a module, in a Node of its own', () => {
  let plain = '';
  let loading: (cwd: string) => Promise<string>;
  const children: ChildProcess[] = [];
  beforeAll(() => {
    plain = plainSources();
    loading = startNode();
  });
  afterAll(() => {
    for (const child of children) child.kill();
  });

  /** What a Node that has not loaded it before says: the gates' names, or the message. */
  async function run(
    name: string,
    text: string,
    flags: readonly string[] = [],
    beside: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const cwd = folder({ [name]: text, ...beside });
    const said = flags.length > 0 ? await startNode(flags)(cwd) : await loading(cwd);
    return said.trim().replaceAll(cwd, '/here').replaceAll(process.version, 'vX');
  }

  /** Starts a Node that loads the configuration of each folder that is written to it, and says what came of it. */
  function startNode(flags: readonly string[] = []): (cwd: string) => Promise<string> {
    const script = `
      import { createInterface } from 'node:readline';
      import { loadConfig } from ${JSON.stringify(pathToFileURL(join(plain, 'config/load-config.mjs')).href)};
      for await (const cwd of createInterface(process.stdin)) {
        let said;
        try {
          const { config } = await loadConfig({ cwd, env: { KEY: 'hunter2' } });
          said = config.gates.map((gate) => gate.name).join();
        } catch (error) { said = error.message; }
        console.log(JSON.stringify(said));
      }`;
    const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    return async (cwd) => {
      child.stdin.write(`${cwd}\n`);
      return JSON.parse((await lines.next()).value ?? '');
    };
  }

  it.each(['countersign.config.ts', 'countersign.config.mts', 'countersign.config.mjs'])(
    'is run: %s',
    async (name) => {
      expect(await run(name, MODULE)).toBe('one');
    },
  );

  it('may have types', async () => {
    const text = `interface Gates { [name: string]: unknown }\nconst gates: Gates = { typed: { path: '/a', provider: 'none', keep: {} } };\nexport default { gates };`;
    expect(await run('countersign.config.ts', text)).toBe('typed');
  });

  it('is refused where Node cannot take types away', async () => {
    expect(
      await run('countersign.config.ts', MODULE, ['--no-experimental-strip-types']),
    ).toMatchInlineSnapshot(`
      "/here/countersign.config.ts has a problem:

        this Node (vX) cannot run TypeScript
          expected: Node 22.23.3 or newer; or countersign.config.js, or countersign.yaml"
    `);
  });

  it('is refused where its types are more than types', async () => {
    expect(await run('countersign.config.ts', 'enum A { B }\nexport default {};')).toMatchInlineSnapshot(`
      "/here/countersign.config.ts has a problem:

        it uses TypeScript that is more than types, such as an enum or a parameter property
          expected: types only: Node takes them away and runs the rest as it stands"
    `);
  });

  it('is refused without a default export', async () => {
    expect(await run('countersign.config.mjs', 'export const config = {};')).toMatchInlineSnapshot(`
      "/here/countersign.config.mjs has a problem:

        it has no default export
          expected: export default defineConfig({ … })"
    `);
    expect(await run('countersign.config.mjs', 'export default () => ({});')).toContain(
      'is not a plain object',
    );
  });

  const WITHOUT_STACK =
    "const limit = Error.stackTraceLimit;\nError.stackTraceLimit = 0;\ntry { JSON.parse('hunter2'); } finally { Error.stackTraceLimit = limit; }";
  const THROWING: readonly (readonly [text: string, says: string, part?: string])[] = [
    // What the operator wrote is shown, and what the system says.
    ["throw new Error('no DATABASE_URL');", 'line 1:7  it threw Error: no DATABASE_URL'],
    [
      "class Unset extends TypeError { name = 'Unset'; }\nthrow new Unset('x');",
      'line 2:7  it threw Unset: x',
    ],
    [
      'const a = undefined;\nexport default a.gates;',
      "line 2:18  it threw TypeError: Cannot read properties of undefined (reading 'gates')",
    ],
    [
      "const fail = async () => {\n  await 1;\n  throw new Error('late');\n};\nawait fail();",
      'line 3:9  it threw Error: late',
    ],
    [
      "import { readFileSync } from 'node:fs';\nreadFileSync('/no/key');",
      "line 2:1  it threw Error: ENOENT: no such file or directory, open '/no/key'",
    ],
    [`throw new Error('${'a'.repeat(400)}');`, `line 1:7  it threw Error: ${'a'.repeat(192)}…`],
    ["throw new Error('one\\ntwo');", 'line 1:7  it threw Error: one'],
    ["throw new Error('');", 'line 1:7  it threw Error'],
    ['throw "hunter2";', 'it threw a string, which is no error'],
    ['throw ["hunter2"];', 'it threw an array, which is no error'],
    ['throw { a: "hunter2" };', 'it threw an object, which is no error'],
    ['throw undefined;', 'it threw undefined, which is no error'],
    // What a library or the language read may be a secret.
    ['const a = 1;\nJSON.parse("hunter2");', 'line 2:6  it threw SyntaxError'],
    ['new URL("hunter2");', 'line 1:1  it threw TypeError'],
    ['new RegExp("(hunter2");', 'line 1:1  it threw SyntaxError'],
    ["await fetch('http://me:hunter2@localhost');", 'it threw TypeError'],
    ["await fetch('http://[hunter2');", 'it threw TypeError'],
    [WITHOUT_STACK, 'it threw SyntaxError'],
    ["'a' in 'hunter2';", 'line 1:5  it threw TypeError'],
    ["'hunter2'.a = 1;", 'line 1:13  it threw TypeError'],
    ["'hunter2'[0] = 'x';", 'line 1:14  it threw TypeError'],
    ["import 'lib';", 'it threw Error'],
    // Whose message looks as if the operator's own file had thrown it.
    ["import 'quoting';", 'it threw Error'],
    // What does not parse.
    ['export default {\n  gates: ,\n};', "line 2:10  it does not load: Unexpected token ','"],
    ['export default {\n  gates: {', 'line 2  it does not load: Unexpected end of input'],
    ['export default {\n  gates: {\n', 'line 3  it does not load: Unexpected end of input'],
    // In what it imports.
    [
      "import './part.mjs';",
      '/here/part.mjs:1:7, which it imports, threw Error: part',
      "throw new Error('part');",
    ],
    [
      "import { a } from './part.mjs';\na();",
      '/here/part.mjs:1:32, which it imports, threw Error: part',
      "export const a = () => { throw new Error('part'); };",
    ],
    [
      "import './part.mjs';",
      "/here/part.mjs:2:5, which it imports, does not load: Unexpected token ','",
      'export const a = {\n b: ,\n};',
    ],
    [
      "import './part.mjs';",
      '/here/part.mjs:3, which it imports, does not load: Unexpected end of input',
      'export const a = {\n b: [\n',
    ],
    [
      "import { b } from './part.mjs';",
      "line 1:10  it does not load: The requested module './part.mjs' does not provide an export named 'b'",
      '',
    ],
  ];
  it.each(THROWING.map(([text, says, part = '']) => ({ text, says, part })))(
    'that throws or does not parse is refused with the place, and with no text of what it read: $text',
    async ({ text, says, part }) => {
      const lib = {
        'node_modules/lib/package.json': '{"main":"i.js"}',
        'node_modules/lib/i.js': 'throw new Error("hunter2")',
        'node_modules/quoting/package.json': '{"main":"i.js"}',
        'node_modules/quoting/i.js': 'throw new Error("hunter2\\n    at run (/here/own.mjs:1:1)")',
      };
      const said = await run('countersign.config.mjs', text, [], { 'part.mjs': part, ...lib });
      expect(said).toBe(
        `/here/countersign.config.mjs has a problem:\n\n  ${says}\n    expected: a module that can be run; node countersign.config.mjs shows the error in full`,
      );
    },
  );

  it('in TypeScript is refused alike', async () => {
    expect(await run('countersign.config.ts', 'const a: string = "b";\nthrow new Error(a);')).toContain(
      '  line 2:7  it threw Error: b\n',
    );
    expect(await run('countersign.config.ts', 'export default {\n  a: ,\n};')).toMatch(
      / {2}line 2:\d+ {2}it does not load: \w/,
    );
    expect(
      await run('countersign.config.ts', "import './part.ts';", [], {
        'part.ts': 'export const a = {\n b: [\n',
      }),
    ).toMatch(/ {2}\/here\/part\.ts:\d(:\d)?, which it imports, does not load: \w/);
  });

  it.each(['@countersign/gatway', '@countersing/gateway', '@Countersign/Gateway'])(
    'asks nobody to install a package that is one of ours misspelt: %s',
    async (name) => {
      const refused = await run('countersign.config.mjs', `import "${name}";`);
      expect(refused).toContain(
        `it imports ${name}, which cannot be found\n    did you mean @countersign/gateway?`,
      );
      expect(refused).not.toContain('npm install');
    },
  );

  it('is refused where what it imports is not there', async () => {
    expect(await run('countersign.config.mjs', 'import "nothing-of-this-name";')).toMatchInlineSnapshot(`
      "/here/countersign.config.mjs has a problem:

        it imports nothing-of-this-name, which cannot be found
          → If that is its name, run npm install nothing-of-this-name."
    `);
    expect(await run('countersign.config.mjs', 'import "./nowhere.ts";')).toMatchInlineSnapshot(`
      "/here/countersign.config.mjs has a problem:

        it imports /here/nowhere.ts, which cannot be found
          → Mend the path; it is relative to the file that imports it, and has its extension."
    `);
  });

  it.each(['js', 'ts'])(
    'in a project that npm init -y has made, is refused as .%s, with the cause',
    async (kind) => {
      const said = await run(`countersign.config.${kind}`, MODULE, [], {
        'package.json': '{"type":"commonjs"}',
      });
      expect(said).toBe(
        `/here/countersign.config.${kind} has a problem:\n\n  countersign.config.${kind} is written as an ES module, and package.json says "type": "commonjs"\n    → Name it countersign.config.m${kind}, or run npm pkg set type=module.`,
      );
    },
  );
});
