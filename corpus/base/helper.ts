/** Programs in other languages that stay open: a line of base64 words in, a line of base64 out. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAMS = join(import.meta.dirname, '../programs');

export type Language = 'python' | 'php' | 'ruby' | 'go' | 'java' | 'perl';

interface Helper {
  readonly child: ChildProcess;
  readonly waiting: { resolve(out: Buffer): void; reject(error: Error): void }[];
}

const helpers = new Map<Language, Helper>();
const scratch = mkdtempSync(join(tmpdir(), 'corpus-'));

function commandOf(language: Language): readonly [string, ...string[]] {
  switch (language) {
    case 'python':
      return ['/usr/bin/python3', join(PROGRAMS, 'helper.py')];
    case 'php':
      return ['php', join(PROGRAMS, 'helper.php')];
    case 'ruby':
      return ['ruby', join(PROGRAMS, 'helper.rb')];
    case 'perl':
      return ['perl', join(PROGRAMS, 'helper.pl')];
    case 'go':
      return [goProgram('helper')];
    case 'java':
      return ['java', join(PROGRAMS, 'Helper.java')];
  }
}

/** Built once a run. */
export function goProgram(name: string): string {
  const binary = join(scratch, name);
  const env = { ...process.env, GOCACHE: join(scratch, 'go-cache'), GO111MODULE: 'off', GOFLAGS: '' };
  execFileSync('go', ['build', '-o', binary, join(PROGRAMS, `${name}.go`)], { env, stdio: 'inherit' });
  return binary;
}

function helperOf(language: Language): Helper {
  const open = helpers.get(language);
  if (open) return open;
  const [command, ...args] = commandOf(language);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const helper: Helper = { child, waiting: [] };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const next = helper.waiting.shift();
    if (line.startsWith('!')) next?.reject(new Error(`${language}: ${Buffer.from(line.slice(1), 'base64')}`));
    else next?.resolve(Buffer.from(line, 'base64'));
  });
  child.on('exit', () => {
    for (const { reject } of helper.waiting) reject(new Error(`${language} ended`));
  });
  helpers.set(language, helper);
  return helper;
}

/** What the program of a language makes of its arguments. Rejects where it says that it cannot. */
export function ask(
  language: Language,
  operation: string,
  ...args: readonly (Buffer | string)[]
): Promise<Buffer> {
  const helper = helperOf(language);
  return new Promise((resolve, reject) => {
    helper.waiting.push({ resolve, reject });
    const words = args.map((arg) => Buffer.from(arg).toString('base64'));
    helper.child.stdin?.write(`${[operation, ...words].join('\t')}\n`);
  });
}

export function endHelpers(): void {
  for (const { child } of helpers.values()) child.stdin?.end();
  rmSync(scratch, { recursive: true, force: true });
}

export function scratchPath(name: string): string {
  return join(scratch, name);
}
