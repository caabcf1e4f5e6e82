/** What the scripts and benches are called with: a wrong word is told in two lines, and nothing is done. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rowsOf, someOf } from '../effort.ts';
import { filesOf } from '../syntax-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function runScript(script: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, ['--conditions=countersign-source', script, ...args], { cwd: ROOT });
  const said = { out: '', err: '' };
  child.stdout.on('data', (piece) => {
    said.out += piece;
  });
  child.stderr.on('data', (piece) => {
    said.err += piece;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const sources = ['scripts', 'bench', 'interop', 'fuzz', 'mutants', 'torture', 'site']
  .flatMap((folder) => filesOf(folder, ['.ts', '.mjs']))
  .filter((file) => !/node_modules|[\\/]test[\\/]/.test(file))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Scripts that read their arguments themselves, and why. */
const READERS: Readonly<Record<string, string>> = {
  'scripts/read-arguments.ts': 'It is what the others read theirs by.',
  'scripts/run.mjs': 'It runs on old Nodes, and its tasks have their own.',
  'scripts/consumers/entries.mjs': 'It is a program of somebody else’s; a check starts it.',
  'bench/run.ts': 'What follows a bench’s name is the bench’s.',
  'bench/deliver/backlog.ts': 'A bench starts it.',
  'bench/deliver/sink.ts': 'A bench starts it.',
  'bench/http/server.ts': 'A bench starts it.',
  'bench/against/in-process.ts': 'A bench starts it.',
  'interop/vectors/run.ts': 'interop/run.ts starts it.',
};

it('what a script is called with is read in one place, but by few', () => {
  const readers = sources.filter(({ text }) => /\bprocess\.argv\b|\bparseArgs\(/.test(text));
  expect(readers.map(({ file }) => file.replaceAll('\\', '/')).sort()).toEqual(Object.keys(READERS).sort());
});

/** Those that cannot be loaded without what the first bench installs. */
const WITH_PEERS: readonly string[] = ['bench/verify.ts', 'bench/jwt.ts', 'bench/http.ts'];
const takers = sources
  .filter(({ file, text }) => file !== 'scripts/read-arguments.ts' && /\breadArguments\(/.test(text))
  .map(({ file }) => file);

const hasPeers = existsSync(join(ROOT, 'bench/node_modules'));

it.concurrent.each(
  someOf(
    takers.filter((script) => hasPeers || !WITH_PEERS.includes(script)),
    6,
  ),
)('%s takes no option that it does not know', async (script) => {
  const { code, out, err } = await runScript(script, ['--nosuch']);
  expect(err).toMatch(/^Unknown option '--nosuch'\.\n {2}→ Usage: (?:node|npm run) [^\n]+\n$/);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

it('--help prints the same line, and is no fault', async () => {
  expect(await runScript('scripts/check.ts', ['--help'])).toEqual({
    code: 0,
    out: 'Usage: npm run check\n',
    err: '',
  });
});

it.skip.each(hasPeers ? [] : WITH_PEERS)('%s (skipped: npm run bench installs its peers)', () => {});

const WRONG: readonly (readonly [script: string, args: readonly string[], says: string])[] = [
  ['scripts/run.mjs', ['nosuch'], 'countersign: there is no task "nosuch".\n  → One of demo, test, '],
  ['scripts/run.mjs', ['toString'], 'countersign: there is no task "toString".\n  → One of demo, test, '],
  ['scripts/run.mjs', ['--help'], 'countersign: there is no task "--help".\n  → One of demo, test, '],
  ['scripts/run.mjs', [], 'countersign: no task was named.\n  → One of demo, test, '],
  ['bench/run.ts', ['nosuch'], 'There is no bench "nosuch".\n  → Usage: npm run bench '],
  ['bench/run.ts', ['toString'], 'There is no bench "toString".\n  → Usage: npm run bench '],
  ['bench/run.ts', ['--quick'], "Unknown option '--quick'.\n  → Usage: npm run bench "],
  ['bench/worst.ts', ['--bytes', '-1'], "Option '--bytes' argument is ambiguous.\n  → Usage: npm run worst "],
  ['bench/replay-guard.ts', ['--rounds', 'x'], '--rounds x is not a whole number above 0.\n'],
  ['scripts/check.ts', ['lint'], "Unexpected argument 'lint'.\n  → Usage: npm run check\n"],
  ['scripts/test-nodes.ts', ['latest'], 'latest is not a version.\n  → Usage: npm run test:nodes '],
  [
    'interop/run.ts',
    ['--wycheproof'],
    "Option '--wycheproof <value>' argument missing.\n  → Usage: npm run interop ",
  ],
  ['interop/run.ts', ['--wycheproof', 'nosuch'], 'interop: nosuch is not there.\n  → git clone '],
];

it.concurrent.each(rowsOf(WRONG, ([script]) => script))(
  '%s %j ends with 2, and says why',
  async (script, args, says) => {
    const { code, err } = await runScript(script, args);
    expect(err).toContain(says);
    expect(err).not.toMatch(/^ {4}at /m);
    expect(code).toBe(2);
  },
);
