/** How a command ends where a module that the configuration is, or names, hangs, ends the process itself, or throws when nobody listens. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isLong, rowsOf, someOf } from '../../../scripts/effort.ts';
import { newFolder, ROOT, type Started, spawnProgram, startProgram } from './support.ts';

const SECRET = 'a-secret-of-more-than-sixteen-bytes';
const CLAIM = '0'.repeat(32);
const REQUEST = 'POST /g HTTP/1.1\r\nhost: a\r\n\r\n';

/** Every command that loads a configuration; whether it stays, so that a signal is its way to end. */
const COMMANDS: readonly (readonly [args: readonly string[], stays: boolean])[] = [
  [['serve'], true],
  [['tail'], true],
  [['check'], false],
  [['check', '--json'], false],
  [['verify', '--config', 'countersign.config.mjs'], false],
  [['explain', '--config', 'countersign.config.mjs'], false],
  [['sign', 'http://127.0.0.1:9/g', '--config', 'countersign.config.mjs', '--gate', 'g'], false],
  [['send', 'http://127.0.0.1:9/g', '--config', 'countersign.config.mjs', '--gate', 'g'], false],
  [['claims', 'release', 'g', CLAIM], false],
  [['actions', 'plan'], false],
  [['actions', 'push', '--yes'], false],
];

/** One that stays and one that does not, in a short run. */
const KINDS_OF_COMMANDS = rowsOf(COMMANDS, ([, stays]) => String(stays));

interface Modules {
  /** Lines before the configuration's export. */
  readonly config?: string;
  /** Members of its `gates`. */
  readonly gates?: string;
  /** Lines before the action's. */
  readonly actions?: string;
}

/** A folder with a configuration module whose gates answer by an action, and respond. */
function folderWith({ config = '', gates = '', actions = '' }: Modules): string {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.config.mjs'),
    `${config}
export default {
  listen: { public: '127.0.0.1:0', admin: 'off' },
  store: 'memory:',
  log: { format: 'json' },
  gates: {
    g: { path: '/g', provider: 'github', keys: [{ secret: '${SECRET}' }], respond: { status: 204 } },
    act: { path: '/act', provider: 'none', answer: { actions: './actions.mjs' } },
    ${gates}
  },
};
`,
  );
  writeFileSync(
    join(cwd, 'actions.mjs'),
    `${actions}
export const act = { name: 'act', description: 'Acts.', input: { type: 'object' }, run: () => {
  if (globalThis.onAct) setTimeout(globalThis.onAct);
  return 'done';
} };
`,
  );
  return cwd;
}

function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Started {
  const started = startProgram(args, cwd, { COUNTERSIGN_ADMIN_TOKEN: 'token', ...env });
  started.child.stdin.on('error', () => {});
  started.child.stdin.end(REQUEST);
  return started;
}

async function until({ said }: Started, text: string | RegExp): Promise<void> {
  await expect.poll(() => said.err, { timeout: 20_000 }).toMatch(text);
}

const PUBLIC = /public {2}(http:\/\/\S+)/;
const urlOf = ({ said }: Started): string => PUBLIC.exec(said.err)?.[1] ?? '';

describe('a configuration that never finishes loading', () => {
  const config = `process.stderr.write('loading\\n'); setInterval(() => {}, 1000); await new Promise(() => {});`;

  const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

  it.each(
    KINDS_OF_COMMANDS.flatMap(([args, stays], i) =>
      someOf(SIGNALS, 2, i).map((signal) => ({ args, stays, signal })),
    ),
  )(
    '$args ends at the first $signal',
    async ({ args, stays, signal }) => {
      const started = start(args, folderWith({ config }));
      await until(started, 'loading');
      started.child.kill(signal);
      // What stays ends in order. Of what does not, the system says which signal ended it.
      expect(await started.ended).toEqual(stays ? [0, null] : [null, signal]);
      if (args[0] === 'serve') expect(started.said.err).toContain('It was stopped before it served.');
    },
    30_000,
  );
});

describe('a module with a timer of its own', () => {
  const timer = 'setInterval(() => {}, 1000);';
  const held = { config: timer, actions: timer };
  const oneShots = COMMANDS.filter(([, stays]) => !stays).map(([args]) => args);

  it('ends when it is stopped', async () => {
    const started = start(['serve'], folderWith(held));
    await until(started, PUBLIC);
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([0, null]);
  }, 30_000);

  it.each(isLong ? oneShots : oneShots.slice(0, 1))(
    '%j ends with the code that it has without',
    async (...args) => {
      const [plain, timed] = await Promise.all([
        spawnProgram(args, { cwd: folderWith({}), stdin: REQUEST }),
        spawnProgram(args, { cwd: folderWith(held), stdin: REQUEST }),
      ]);
      expect(timed.code).toBe(plain.code);
    },
    30_000,
  );

  it('ends once a result that was long to read is read', async () => {
    const config = `${timer}
const others = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [\`o\${i}\`,
  { path: \`/o\${i}\`, provider: 'github', keys: [{ secret: '${SECRET}' }], respond: { status: 204 } }]));`;
    const started = start(['check', '--json'], folderWith({ config, gates: '...others,' }));
    started.child.stdout?.pause();
    // More than a pipe holds.
    await expect.poll(() => started.child.stdout?.readableLength, { timeout: 20_000 }).toBeGreaterThan(0);
    started.child.stdout?.resume();
    expect(await started.ended).toEqual([0, null]);
    expect(JSON.parse(started.said.out)).toMatchObject({ gates: { length: 1002 } });
  }, 30_000);
});

describe('a module that ends the process on a signal itself', () => {
  const own = (code: number): string =>
    `for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(${code}));`;

  const ENDS = [
    ['config', 'SIGTERM', 0],
    ['config', 'SIGINT', 3],
    ['actions', 'SIGTERM', 1],
    ['actions', 'SIGINT', 0],
  ] as const;

  it.each(rowsOf(ENDS, ([which]) => which))(
    'in %s, on %s with %i: the code is its own, and what it cost is said',
    async (which, signal, code) => {
      const started = start(['serve'], folderWith({ [which]: own(code) }));
      await until(started, PUBLIC);
      started.child.kill(signal);
      expect(await started.ended).toEqual([code, null]);
      expect(started.said.err).toContain(
        'countersign: a module of the configuration ended the process while it was stopping.\n' +
          '  → Take process.exit out of it: requests in flight are finished, and the log is written, only where countersign ends the process.\n',
      );
      expect(started.said.err).not.toContain('the process ended before its work was done');
    },
    30_000,
  );

  it('a command that does not stay has no result then, and fails', async () => {
    const config = `${own(0)} process.stderr.write('loading\\n'); setInterval(() => {}, 1000); await new Promise(() => {});`;
    const started = start(['check'], folderWith({ config }));
    await until(started, 'loading');
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([2, null]);
    expect(started.said.err).toContain('the process ended before its work was done');
  });
});

/** What may be thrown when nobody catches it, and what is said of it; `{file}` is the module. */
const THROWN: readonly (readonly [what: string, says: string])[] = [
  [`throw new TypeError('${SECRET}');`, 'TypeError at {file}:2:'],
  [`Promise.reject(new RangeError('${SECRET}'));`, 'RangeError at {file}:2:'],
  [
    `throw Object.assign(new Error('${SECRET}\\n    at ${SECRET} (/etc/${SECRET}:1:1)'), { code: 'E_OWN', key: '${SECRET}' });`,
    'Error (E_OWN) at {file}:2:',
  ],
  [`JSON.parse('${SECRET}');`, 'SyntaxError at {file}:2:'],
  [`throw '${SECRET}';`, 'a value that is not an error'],
  [`Promise.reject('${SECRET}');`, 'a value that is not an error'],
  [`throw Object.assign(new Error('x'), { name: '${SECRET} x', stack: 7, code: '${SECRET}' });`, 'Error'],
  [`process.getBuiltinModule('node:net').connect(1, '127.0.0.1');`, 'Error (ECONNREFUSED).'],
  [`throw new Proxy(new Error('x'), { get() { throw '${SECRET}'; } });`, 'a value that is not an error'],
];

const sentence = (what: string): string =>
  `countersign: an error that nobody caught has ended the process: ${what}`;
const REMEDY = '\n  → Catch it where it is thrown, or await the promise. DEBUG=1 shows it in full.\n';

describe('a module that throws when nobody catches it', () => {
  it.each(KINDS_OF_COMMANDS)('%j ends with 70, and says what and where', async (args) => {
    const config = `setTimeout(() => {\nthrow new TypeError('${SECRET}') });\nawait new Promise(() => {});`;
    const cwd = folderWith({ config });
    const started = start(args, cwd);
    expect(await started.ended).toEqual([70, null]);
    expect(started.said).toEqual({
      out: '',
      err: `${sentence(`TypeError at ${cwd}/countersign.config.mjs:2:7.`)}${REMEDY}`,
    });
  });

  it.each(someOf(THROWN, 4))('is told by kind and place, and not by its text: %s', async (what, says) => {
    const cwd = folderWith({ config: `setTimeout(() => {\n${what} });\nawait new Promise(() => {});` });
    const started = start(['check'], cwd);
    expect(await started.ended).toEqual([70, null]);
    const said = says.replace('{file}', `${cwd}/countersign.config.mjs`);
    expect(started.said.err).toContain(sentence(said));
    expect(started.said.err).toContain(REMEDY);
    expect(started.said.err).not.toContain(SECRET);
  });

  it('shows all of it where DEBUG is set', async () => {
    const config = `setTimeout(() => {\nthrow new TypeError('the text') });\nawait new Promise(() => {});`;
    const started = start(['check'], folderWith({ config }), { DEBUG: '1' });
    expect(await started.ended).toEqual([70, null]);
    expect(started.said.err).toContain('TypeError: the text\n    at ');
  });

  it('catches it itself where it listens for it', async () => {
    const config = `process.on('uncaughtException', () => process.stderr.write('caught\\n'));
process.on('SIGUSR2', () => { throw new Error('x'); });`;
    const started = start(['serve'], folderWith({ config }));
    await until(started, PUBLIC);
    started.child.kill('SIGUSR2');
    await until(started, 'caught');
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([0, null]);
  });

  it('a gateway that runs says so in its log too, after all that was logged before', async () => {
    const actions = `globalThis.onAct = () => {\nthrow new TypeError('${SECRET}');\n};`;
    const cwd = folderWith({ actions });
    const started = start(['serve'], cwd);
    await until(started, PUBLIC);
    const answer = await fetch(`${urlOf(started)}/act`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(200);
    expect(await started.ended).toEqual([70, null]);
    const at = `${cwd}/actions.mjs:2:7`;
    expect(started.said.err).toContain(`${sentence(`TypeError at ${at}.`)}${REMEDY}`);
    const lines = started.said.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      thrown: 'TypeError',
      at,
      msg: 'an error that nobody caught has ended the process',
    });
    expect(lines).toContainEqual(expect.objectContaining({ path: '/act', status: 200 }));
    expect(started.said.out + started.said.err).not.toContain(SECRET);
  }, 30_000);
});

/** Ways in which an action fails that its gateway has run, while its caller waits or after. */
const FAILING_RUNS: Readonly<Record<string, string>> = {
  throws: `throw new Error('x');`,
  'throws no error': 'throw undefined;',
  'throws what has no text': 'throw Object.create(null);',
  rejects: `await null; throw new Error('x');`,
  'rejects when its time is over': `await overdue(context); throw new Error('x');`,
  'gives what throws when it is read': `return { get a() { throw new Error('x'); } };`,
  'gives what throws when it is waited for': `return { then() { throw new Error('x'); } };`,
  'gives what throws when it is written': `return { toJSON() { throw new Error('x'); } };`,
  'gives a stream that throws': `return stream(async function* () { yield 'a'; throw new Error('x'); });`,
  'gives a stream that throws what has no text': `return stream(async function* () { yield 'a'; throw Object.create(null); });`,
  'gives a file that is not there': `return stream(createReadStream('/nosuch'));`,
  'gives a download that is not there': `return file({ name: 'a', content: createReadStream('/nosuch') });`,
  'gives a file that is not there when its time is over': `await overdue(context); return stream(createReadStream('/nosuch'));`,
  'gives a download that is not there when its time is over': `await overdue(context); return file({ name: 'a', content: createReadStream('/nosuch') });`,
  'gives a file that is not there, and something else that throws': `return { file: stream(createReadStream('/nosuch')), get a() { throw new Error('x'); } };`,
  'gives a stream that cannot be started': `return stream({ [Symbol.asyncIterator]() { throw new Error('x'); } });`,
};

/** What goes on until its caller leaves. */
const FAILING_ENDS: Readonly<Record<string, string>> = {
  'gives a stream that throws when it is left': `return stream(async function* () { try { yield 'a'; await overdue(context); yield 'b'; } finally { throw new Error('x'); } });`,
  'gives a stream that has a broken stream within': `return stream(async function* () { yield 'a'; await overdue(context); yield* createReadStream('/nosuch'); });`,
};

const FAILING_ACTIONS = `import { createReadStream } from 'node:fs';
import { file, stream } from ${JSON.stringify(pathToFileURL(join(ROOT, 'packages/gateway/dist/index.js')).href)};
const overdue = ({ signal }) => new Promise((resolve) => {
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => setImmediate(resolve));
});
${Object.values({ ...FAILING_RUNS, ...FAILING_ENDS })
  .map(
    (
      run,
      i,
    ) => `export const a${i} = { name: 'a${i}', description: 'Fails.', input: { type: 'object' }, deadlineMs: 200,
  async run(_, context) { process.stderr.write('runs a${i}\\n'); ${run} } };`,
  )
  .join('\n')}
`;

it.each(['waits', 'leaves'])(
  'no action that fails ends the gateway, whose caller %s',
  async (caller) => {
    const gates = `all: { path: '/all/:action', provider: 'none', answer: { actions: './failing.mjs' } },`;
    const cwd = folderWith({ gates });
    writeFileSync(join(cwd, 'failing.mjs'), FAILING_ACTIONS);
    const started = start(['serve'], cwd);
    await until(started, PUBLIC);
    const runs = caller === 'waits' ? FAILING_RUNS : { ...FAILING_RUNS, ...FAILING_ENDS };
    for (const i of Object.values(runs).keys()) {
      const leaving = new AbortController();
      const answer = fetch(`${urlOf(started)}/all/a${i}`, {
        method: 'POST',
        body: '{}',
        signal: leaving.signal,
      });
      // What comes of it is the gateway's affair.
      const ended = answer.then((response) => response.text()).catch(() => {});
      await until(started, `runs a${i}\n`);
      if (caller === 'leaves') leaving.abort();
      await ended;
    }
    const alive = await fetch(`${urlOf(started)}/act`, { method: 'POST', body: '{}' });
    expect(alive.status).toBe(200);
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([0, null]);
    expect(started.said.err).not.toContain('nobody caught');
  },
  60_000,
);
