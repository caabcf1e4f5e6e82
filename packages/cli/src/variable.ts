/** Variables of the environment, and of `.env` in the folder where the command runs; the environment wins. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** A variable's value; undefined where it is not set, or empty. @throws UsageError for a `.env` that cannot be read. */
export function readVariable(name: string, { env, cwd }: Pick<Io, 'env' | 'cwd'>): string | undefined {
  const value = env[name] ?? readDotEnv(cwd)[name];
  return value === '' ? undefined : value;
}

/** What to type so that a variable is set, as the end of a remedy. */
export function howToSet(name: string, example = '…'): string {
  return `export ${name}=${example} (in cmd: set ${name}=${example}, without quotes), or write ${name}=${example} into .env.`;
}

/** Whether a value stands in quotes: `set X="…"` of Windows' cmd keeps them, as most shells do not. */
export function isQuoted(value: string): boolean {
  return /^(["']).*\1$/s.test(value);
}

function readDotEnv(cwd: string): Readonly<Record<string, string | undefined>> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(cwd, '.env'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // A folder of this name is a Python environment.
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return {};
    throw new UsageError(`.env cannot be read: ${code}`, 'Mend it, or run the command in another folder.');
  }
  try {
    // Unlike `toString`, this leaves a byte order mark out.
    return parseEnv(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new UsageError('.env is no UTF-8 text', 'Save it as UTF-8; PowerShell’s `>` writes UTF-16.');
  }
}
