/**
 * Prevents: a fresh clone that needs a list of commands before anything works.
 * Plain JavaScript for old Nodes: installs what is missing or stale, builds what is out of date, then runs the task
 * on the Node that the project pins.
 *
 * Usage: node scripts/run.mjs demo|test|test:long|test:nodes|test:runtimes|soak|build|check|bench|worst|conformance|interop|examples|fuzz|torture|load|load:console|explain-corpus|mutants|screenshots|docs|release [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = join(root, 'node_modules/node/bin/node');
/** What the task runs on. CI tries every Node that is supported: COUNTERSIGN_NODE is the path of another one. */
const node = process.env.COUNTERSIGN_NODE || pinned;
const stamps = join(root, 'node_modules/.countersign');

process.chdir(root);
const [task = '', ...rest] = process.argv.slice(2);
const TASKS = {
  demo: () => [node, 'packages/cli/bin/countersign.js', 'demo', ...rest],
  test: () => [node, 'node_modules/vitest/vitest.mjs', 'run', ...rest],
  'test:long'() {
    // scripts/effort.ts reads it.
    process.env.COUNTERSIGN_TEST_LONG = '1';
    // vitest.config.ts reads it: the files that search, unless some are named.
    if (rest.every((argument) => argument.startsWith('-'))) process.env.COUNTERSIGN_TEST_SEARCHES = '1';
    return TASKS.test();
  },
  'test:nodes': () => [node, 'scripts/test-nodes.ts', ...rest],
  'test:runtimes': () => [node, '--conditions=countersign-source', 'runtime-tests/run.ts', ...rest],
  soak: () => [node, '--conditions=countersign-source', 'scripts/soak.ts', ...rest],
  build: () => undefined,
  check: () => [node, 'scripts/check.ts', ...rest],
  bench: () => [node, 'bench/run.ts', ...rest],
  worst: () => [node, '--conditions=countersign-source', '--expose-gc', 'bench/worst.ts', ...rest],
  conformance: () => [node, '--conditions=countersign-source', 'conformance/run.ts', ...rest],
  interop: () => [node, 'interop/run.ts', ...rest],
  mutants: () => [node, 'mutants/run.ts', ...rest],
  release: () => [node, 'scripts/release.ts', ...rest],
  examples: () => [node, 'scripts/examples/run.ts', ...rest],
  fuzz: () => [node, '--conditions=countersign-source', 'fuzz/run.ts', ...rest],
  screenshots: () => [node, '--conditions=countersign-source', 'scripts/console-screenshots.ts', ...rest],
  docs: () => [node, 'site/run.ts', ...rest],
  load: () => [node, '--conditions=countersign-source', 'torture/load.ts', ...rest],
  'load:console': () => [node, '--conditions=countersign-source', 'torture/console-load.ts', ...rest],
  torture: () => [node, '--conditions=countersign-source', 'torture/run.ts', ...rest],
  'explain-corpus': () => [
    node,
    '--conditions=countersign-source',
    // What other libraries say of the same requests.
    ...(rest.includes('--peers') ? ['interop/explained/run.ts'] : ['scripts/explain-corpus.ts']),
    ...rest,
  ],
};
if (!Object.keys(TASKS).includes(task)) {
  const problem = task === '' ? 'no task was named.' : `there is no task "${task}".`;
  stop(problem, `One of ${Object.keys(TASKS).join(', ')}.`, 2);
}

/** Only what went wrong: the Node that runs npm may be older than the one that is installed here. */
const CI = ['ci', '--loglevel', 'error'];

install();
build();
const command = TASKS[task]();
if (command) start(command);

/** Runs `npm ci` when the lock file is not the one that is installed. */
function install() {
  const stamp = digest([readFileSync('package-lock.json'), readFileSync('package.json')]);
  if (existsSync(pinned) && readStamp('install') === stamp) return;
  say('installing dependencies (once, and after the lock file changes) …');
  const npm = process.env.npm_execpath;
  const status = npm ? run([process.execPath, npm, ...CI]) : run(['npm', ...CI]);
  if (status !== 0)
    stop('npm ci failed.', 'Look at its messages above; a registry must be reachable.', status);
  if (!existsSync(pinned)) {
    stop(
      'the pinned Node was not installed.',
      'Allow its install script: npm install-scripts approve node',
      2,
    );
  }
  writeStamp('install', stamp);
}

/** Compiles, and joins console and command, when a source or what was built has changed since the last good build. */
function build() {
  if (readStamp('build') === buildStamp()) return;
  say('building …');
  const status =
    run([process.execPath, 'node_modules/typescript/bin/tsc', '-b']) ||
    // Whatever the shell says: React would be another build.
    run([node, 'node_modules/vite/bin/vite.js', 'build', 'packages/console'], { NODE_ENV: 'production' }) ||
    run([node, 'scripts/bundle-program.mjs']);
  if (status !== 0) stop('the build failed.', 'Look at the errors above.', status);
  writeStamp('build', buildStamp());
}

function buildStamp() {
  const files = [join(root, 'tsconfig.base.json'), join(root, 'tsconfig.json')];
  for (const name of readdirSync('packages')) collect(join(root, 'packages', name), files);
  return digest(
    files.sort().map((file) => {
      const { mtimeMs, size } = statSync(file);
      return `${file} ${mtimeMs} ${size}`;
    }),
  );
}

function collect(folder, files) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'test'].includes(entry.name)) collect(path, files);
      // A deleted build is a stale build.
    } else if (/\.(ts|tsx|json|css|html|svg)$/.test(entry.name) && !path.includes('/dist/')) files.push(path);
    else if (/\/(dist\/index\.(js|html)|program\/main\.cjs)$/.test(path)) files.push(path);
  }
}

function run([program, ...args], more = {}) {
  const result = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...environment(), ...more },
  });
  if (result.error)
    stop(`${program} could not be started: ${result.error.message}`, 'Run npm ci by hand.', 1);
  // A program that a signal ended reports 128 + the signal's number, as shells do.
  return result.status ?? 128 + constants.signals[result.signal];
}

/** Runs the task itself: it may go on for long, so it is told to stop when we are. */
function start([program, ...args]) {
  const child = spawn(program, args, { stdio: 'inherit', env: environment() });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal has sent Ctrl-C to the child as well; a second one would end it at once.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function environment() {
  return { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function readStamp(name) {
  const file = join(stamps, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function writeStamp(name, text) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), text);
}

function say(text) {
  console.error(`countersign: ${text}`);
}

function stop(problem, remedy, status) {
  console.error(`countersign: ${problem}\n  → ${remedy}`);
  process.exit(status || 1);
}
