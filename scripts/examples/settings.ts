/** The examples that are settings: each stands in the smallest program of its framework that shows what it does. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Example } from '../../packages/core/dist/explain/index.js';
import { APPROOV_KEY, OLD_SECRET, type Program, SECRET } from './program.ts';
import { JAVA_PROGRAMS } from './programs-java.ts';
import { NODE_PROGRAMS } from './programs-node.ts';
import { OTHER_PROGRAMS } from './programs-others.ts';
import { PYTHON_PROGRAMS } from './programs-python.ts';
import { RUBY_PROGRAMS } from './programs-ruby.ts';
import { JAVA } from './spring.ts';

/** By the first framework and the first topic. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  ...NODE_PROGRAMS,
  ...PYTHON_PROGRAMS,
  ...RUBY_PROGRAMS,
  ...JAVA_PROGRAMS,
  ...OTHER_PROGRAMS,
};

const COMMANDS: Readonly<Record<string, readonly [file: string, ...command: string[]]>> = {
  js: ['setting.mjs', process.execPath],
  python: ['setting.py', '/usr/bin/python3'],
  php: ['setting.php', 'php'],
  ruby: ['setting.rb', 'ruby'],
  go: ['setting.go', 'go', 'run'],
  java: ['Setting.java', ...JAVA],
};

/** Whether it is one: others are whole programs. */
export function isSetting({ frameworks, topics }: Example): boolean {
  return `${frameworks[0]} ${topics[0]}` in PROGRAMS;
}

/** @throws Error where it does not do what it says */
export async function runSetting(
  { frameworks, topics, language, code }: Example,
  folder: string,
): Promise<void> {
  const { text, prints, secret = SECRET } = rowOf(PROGRAMS, `${frameworks[0]} ${topics[0]}`);
  const [name, command = '', ...args] = rowOf(COMMANDS, language);
  const file = join(folder, name);
  writeFileSync(
    file,
    text.replace('CODE', () => code),
  );
  const env = {
    ...process.env,
    WEBHOOK_SECRET: secret,
    APPROOV_SECRET: Buffer.from(APPROOV_KEY).toString('base64'),
    WEBHOOK_SECRET_OLD: OLD_SECRET,
  };
  const child = spawn(command, [...args, file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [printed, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if (printed !== prints) throw new Error(`it prints ${printed}, not ${prints}. ${errors.slice(-500)}`);
}

function rowOf<Row>(rows: Readonly<Record<string, Row>>, name: string): Row {
  const row = rows[name];
  if (row === undefined) throw new Error(`nothing here runs ${name}`);
  return row;
}
