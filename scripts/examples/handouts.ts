/**
 * Prevents: a partner who is handed code that does not sign. Serves each gate of the table by the built command, writes its handout, takes each
 * program out of the page and runs it: against the test vector, against the gate with bodies that programs go wrong with, and with a wrong key.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { codeBlocks } from '../docs-blocks.ts';
import { freePorts } from '../free-ports.ts';
import { BODIES, HANDOUT_GATES, type HandoutGate, NO_FORMS } from './handout-gates.ts';
import { listening, stop } from './start.ts';

const COMMAND = join(import.meta.dirname, '../../packages/cli/bin/countersign.js');

/** How a program of a language is made ready, what runs it, and what shows that it can be run here. */
interface Runner {
  readonly file: string;
  readonly needs: readonly (readonly string[])[];
  readonly build?: (file: string) => readonly string[];
  readonly run: (file: string) => readonly string[];
}

/** By the language of the block of code. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  bash: {
    file: 'sign.sh',
    needs: [
      ['bash', '--version'],
      ['openssl', 'version'],
      ['curl', '--version'],
    ],
    run: (file) => ['bash', file],
  },
  python: {
    file: 'sign.py',
    needs: [['/usr/bin/python3', '-c', 'import cryptography']],
    run: (file) => ['/usr/bin/python3', file],
  },
  php: { file: 'sign.php', needs: [['php', '--version']], run: (file) => ['php', file] },
  go: {
    file: 'sign.go',
    needs: [['go', 'version']],
    build: (file) => ['go', 'build', '-o', `${file}.program`, file],
    run: (file) => [`${file}.program`],
  },
  ruby: { file: 'sign.rb', needs: [['ruby', '--version']], run: (file) => ['ruby', file] },
  js: { file: 'sign.mjs', needs: [], run: (file) => [process.execPath, file] },
};

/** Tells of a program that did what it says, of one that did not (`fault`), and of one that was not run (`skipped`). */
export type Report = (name: string, result: { readonly fault?: string; readonly skipped?: string }) => void;

/** @param folder empty @param only words that names must have */
export async function runHandouts(folder: string, only: readonly string[], report: Report): Promise<void> {
  const isChosen = (name: string): boolean => only.every((word) => name.includes(word));
  const gates = HANDOUT_GATES.filter((gate) =>
    Object.keys(RUNNERS).some((language) => isChosen(nameOf(gate, language))),
  );
  if (gates.length === 0) return;
  const [port = 0] = await freePorts(1);
  const origin = `http://127.0.0.1:${port}`;
  const config = join(folder, 'countersign.yaml');
  writeFileSync(config, configOf(port, origin));
  const env = { ...process.env, ...keysByVariable(), NO_COLOR: '1' };
  const gateway = spawn(process.execPath, [COMMAND, 'serve', '--config', config], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  try {
    await listening(port, gateway);
    const trials = gates.flatMap((gate) => trialsOf(gate, { folder, config, origin, env }));
    const waiting = trials.filter(({ name }) => isChosen(name));
    // Two at a time: each waits for a program of its own.
    await Promise.all([work(waiting, report), work(waiting, report)]);
  } finally {
    await stop(gateway);
  }
}

interface Trial {
  readonly name: string;
  readonly gate: HandoutGate;
  readonly language: string;
  readonly code: string;
  readonly vector: Vector;
  readonly folder: string;
}

interface Vector {
  readonly key: string;
  readonly timestamp?: string;
  readonly id?: string;
  readonly nonce?: string;
  readonly body: string;
  readonly signature: string;
}

interface Parts {
  readonly folder: string;
  readonly config: string;
  readonly origin: string;
  readonly env: NodeJS.ProcessEnv;
}

function nameOf({ name }: HandoutGate, language: string): string {
  return `handout ${name} ${language}`;
}

/** The programs of a gate’s page. @throws Error where there is no page, or none for a language without a reason */
function trialsOf(gate: HandoutGate, { folder, config, origin, env }: Parts): readonly Trial[] {
  const own = join(folder, gate.name);
  mkdirSync(own);
  const page = join(own, 'page.md');
  const url = `${origin}/${gate.name}${gate.query ?? ''}`;
  const write = (more: readonly string[]): string => {
    const args = [COMMAND, 'handout', gate.name, '--config', config, '--url', url, ...more];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`no handout of ${gate.name}: ${stderr}`);
    return stdout;
  };
  write(['--out', page]);
  const { vector } = JSON.parse(write(['--json'])) as { readonly vector: Vector };
  return codeBlocks(readFileSync(page, 'utf8')).flatMap(({ language, code }) =>
    language in RUNNERS && isTried(gate, language)
      ? [{ name: nameOf(gate, language), gate, language, code, vector, folder: own }]
      : [],
  );
}

/** Blocks of commands that are no program have no language here. */
function isTried({ languages }: HandoutGate, language: string): boolean {
  return languages === undefined || languages.includes(language);
}

async function work(waiting: Trial[], report: Report): Promise<void> {
  for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
    try {
      const skipped = lackOf(trial);
      if (skipped === undefined) await tryProgram(trial);
      report(trial.name, { ...(skipped !== undefined && { skipped }) });
    } catch (error) {
      report(trial.name, { fault: error instanceof Error ? error.message : String(error) });
    }
  }
}

function runnerOf({ language }: Trial): Runner {
  const runner = RUNNERS[language];
  if (runner === undefined) throw new Error(`nothing here runs ${language}`);
  return runner;
}

/** Which program cannot be run here. */
function lackOf(trial: Trial): string | undefined {
  const failing = runnerOf(trial).needs.find(
    ([program = '', ...args]) => spawnSync(program, args).status !== 0,
  );
  return failing && `${failing.join(' ')} fails here`;
}

async function tryProgram(trial: Trial): Promise<void> {
  const { gate, vector, language } = trial;
  const runner = runnerOf(trial);
  const file = join(trial.folder, runner.file);
  writeFileSync(file, trial.code);
  const build = runner.build?.(file);
  if (build) {
    const { status, stderr } = spawnSync(build[0] as string, build.slice(1), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`it does not compile: ${stderr.slice(0, 1000)}`);
  }
  const isPrivate = gate.sendersKey !== undefined;
  const run = (key: string, body: Uint8Array, more: NodeJS.ProcessEnv = {}, args: readonly string[] = []) =>
    runProgram([...runner.run(file), ...args], keyEnv(key, isPrivate, `${file}.pem`, more), body);

  // What is random is judged by the gate alone.
  const { timestamp, id, nonce } = vector;
  if (!/^(ecdsa|rsa-pss|jwt-es512|dpop)/.test(gate.name)) {
    const times = { TIMESTAMP: timestamp, ID: id, NONCE: nonce };
    const printed = await run(vector.key, Buffer.from(vector.body), times, ['print']);
    if (printed !== `${vector.signature}\n`) {
      throw new Error(`of the test vector it prints ${printed}, not ${vector.signature}`);
    }
  }
  const sendersKey = gate.sendersKey ?? gate.key;
  const token = { ACCESS_TOKEN: gate.accessToken };
  const bodies = gate.method === 'GET' ? [Buffer.alloc(0)] : BODIES[gate.bodies](language);
  for (const body of bodies) {
    const answer = await run(sendersKey, body, token);
    if (!answer.startsWith('200 ')) throw new Error(`a signed body is answered with ${answer.slice(0, 500)}`);
  }
  // The vector’s key is no gate’s.
  const forged = await run(vector.key, BODIES[gate.bodies](`${language}-forged`)[0] as Buffer, token);
  if (!forged.startsWith('401 ')) throw new Error(`a forged body is answered with ${forged.slice(0, 500)}`);
  const says = 'not a well-formed form';
  for (const body of trial.code.includes(says) ? NO_FORMS : []) {
    const stopped = await run(sendersKey, body, {}, ['print']);
    if (!stopped.includes(says)) throw new Error(`of what is no form it says ${stopped.slice(0, 500)}`);
  }
  const keyless = await run('', bodies[0] as Buffer, token);
  if (!keyless.includes('Set SIGNING_')) throw new Error(`without a key it says ${keyless.slice(0, 500)}`);
}

function keyEnv(key: string, isPrivate: boolean, file: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const defined = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  if (!isPrivate) return { ...process.env, ...defined, SIGNING_SECRET: key };
  if (key === '') return { ...process.env, ...defined, SIGNING_KEY_FILE: '' };
  writeFileSync(file, key);
  return { ...process.env, ...defined, SIGNING_KEY_FILE: file };
}

/** What it prints, its errors behind that. */
async function runProgram(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  body: Uint8Array,
): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  // A program that stops at once reads nothing.
  child.stdin.on('error', () => {});
  child.stdin.end(body);
  const [printed, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  return printed + errors;
}

function variableOf({ name }: HandoutGate): string {
  return `KEY_${name.toUpperCase().replaceAll('-', '_')}`;
}

function keysByVariable(): Readonly<Record<string, string>> {
  return Object.fromEntries(HANDOUT_GATES.map((gate) => [variableOf(gate), gate.key]));
}

function configOf(port: number, origin: string): string {
  const gates = HANDOUT_GATES.map((gate) => {
    const { name, proof, keyOptions, method = 'POST' } = gate;
    const key = `{ secret: "\${env:${variableOf(gate)}}"${keyOptions === undefined ? '' : `, ${keyOptions}`} }`;
    return `  ${name}: { path: /${name}, methods: [${method}], ${proof.replace('ORIGIN', origin)}, keys: [${key}], respond: { status: 200 } }\n`;
  });
  return `listen: { public: "127.0.0.1:${port}", admin: "off" }\nstore: ":memory:"\nlog: { level: error }\ngates:\n${gates.join('')}`;
}
