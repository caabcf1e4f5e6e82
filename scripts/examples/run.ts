/**
 * Prevents: an example that does not do what it says. Runs each one of `packages/core/src/explain/examples` that says so, and each of `examples/frameworks`, in its own
 * framework: a genuine signed webhook must be taken, and one whose body, address, time or key was changed must be refused. Then each program of handouts. Exits 1 where one is not.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES, type Example } from '../../packages/core/dist/explain/index.js';
import { RUNTIME_PACKAGES } from '../../runtime-tests/runtimes/installed.ts';
import { installPeers } from '../install-peers.ts';
import { readArguments } from '../read-arguments.ts';
import { PROJECTS } from './framework-projects.ts';
import { runHandouts } from './handouts.ts';
import { sendThroughNginx } from './nginx.ts';
import { runProgram } from './programs.ts';
import { installLibrary, runFramework } from './run-framework.ts';
import { isSetting, runSetting } from './settings.ts';
import { SPRING_IS_THERE } from './spring.ts';

const { values } = readArguments('npm run examples [-- --only "WORDS"]', {
  options: { only: { type: 'string', default: '' } },
});

/** Which program shows that an example can be run here, by its framework or by both; npm’s packages are installed. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  flask: ['/usr/bin/python3', '-c', 'import flask'],
  'flask token-key': ['/usr/bin/python3', '-c', 'import jwt, cryptography'],
  django: ['/usr/bin/python3', '-c', 'import django'],
  php: ['php', '--version'],
  go: ['go', 'version'],
  rails: ['ruby', '-e', "require 'action_controller/railtie'; require 'rack/handler/webrick'"],
  'rails token-key': ['ruby', '-e', "require 'jwt'"],
  spring: SPRING_IS_THERE,
  nginx: ['nginx', '-v'],
};

const corpus = join(import.meta.dirname, '../../corpus');
/** Each example’s folder stands below the packages that it needs. */
const scratches: Readonly<Record<string, string>> = Object.fromEntries(
  [corpus, import.meta.dirname].map((peers) => {
    installPeers(peers);
    return [peers, mkdtempSync(join(peers, '.examples-'))];
  }),
);

const isChosen = (text: string): boolean => values.only.split(' ').every((word) => text.includes(word));
const examples = EXAMPLES.filter(({ frameworks, topics }) => isChosen([...frameworks, ...topics].join(' ')));
const frameworks = readdirSync(join(import.meta.dirname, '../../examples/frameworks'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => isChosen(`frameworks/${name}`));
let failed = 0;
let passed = 0;
const waiting: (() => Promise<void>)[] = [
  ...frameworks.map((name) => () => reportFramework(name)),
  ...examples.map((example, number) => () => report(example, number)),
];
try {
  if (frameworks.some((name) => PROJECTS[name]?.program !== undefined)) installPeers(RUNTIME_PACKAGES);
  if (frameworks.length > 0) await installLibrary(scratches[import.meta.dirname] ?? '');
  // Two at a time: each waits for a program of its own.
  await Promise.all([work(), work()]);
  const folder = join(scratches[corpus] ?? '', 'handouts');
  mkdirSync(folder);
  await runHandouts(folder, values.only.split(' '), reportHandout);
} finally {
  for (const scratch of Object.values(scratches)) rmSync(scratch, { recursive: true });
}
console.log(`examples: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function reportHandout(
  name: string,
  { fault, skipped }: { readonly fault?: string; readonly skipped?: string },
): void {
  if (skipped !== undefined) console.log(`SKIPPED ${name}: ${skipped}`);
  else if (fault === undefined) {
    passed++;
    console.log(`ok      ${name}`);
  } else {
    failed++;
    console.log(`FAILED  ${name}: ${fault}`);
  }
}

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
}

async function reportFramework(name: string): Promise<void> {
  const program = PROJECTS[name]?.program;
  if (program !== undefined && !existsSync(program)) {
    return console.log(`SKIPPED frameworks/${name}: no package of npm has it for this system (${program})`);
  }
  const folder = join(scratches[import.meta.dirname] ?? '', name);
  mkdirSync(folder);
  await tell(`frameworks/${name}`, () => runFramework(name, folder));
}

async function report(example: Example, number: number): Promise<void> {
  const [framework = ''] = example.frameworks;
  const name = `${framework} ${example.topics[0]}`;
  if (example.notRun !== undefined) return console.log(`-       ${name}: not run: ${example.notRun}`);
  for (const [program = '', ...args] of [NEEDED[framework] ?? [], NEEDED[name] ?? []]) {
    if (program !== '' && spawnSync(program, args).status !== 0) {
      return console.log(`SKIPPED ${name}: ${[program, ...args].join(' ')} fails here`);
    }
  }
  const peers = framework === 'next' || framework === 'nest' ? import.meta.dirname : corpus;
  const folder = join(scratches[peers] ?? '', String(number));
  mkdirSync(folder);
  await tell(name, async () => {
    if (framework === 'nginx') await sendThroughNginx(example, folder);
    else if (isSetting(example)) await runSetting(example, folder);
    else await runProgram(example, folder);
  });
}

async function tell(name: string, act: () => Promise<void>): Promise<void> {
  const beganMs = Date.now();
  try {
    await act();
    passed++;
    console.log(`ok      ${name} (${((Date.now() - beganMs) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
  }
}
