/** Variables of the environment, and of `.env` in the folder where the command runs; the environment wins. */

import { join } from 'node:path';
import { NOT_READ, readBoundedFile, type Unreadable } from '@countersign/gateway/bounded-file';
import { type DotEnv, NO_DOT_ENV, readDotEnv } from '@countersign/gateway/dot-env';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

export interface Variable {
  /** Undefined where it is not set, or empty. */
  readonly value: string | undefined;
  /** What is odd about it in `.env`, as a sentence. */
  readonly note?: string;
}

/** @throws UsageError for a `.env` that cannot be read. */
export function readVariable(name: string, { env, cwd }: Pick<Io, 'env' | 'cwd'>): Variable {
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  if (text !== undefined) return { value: text || undefined };
  const { values, notes } = dotEnvOf(cwd);
  const note = notes.get(name);
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return { value: value || undefined, ...(note !== undefined && { note }) };
}

/** What to type so that a variable is set, as the end of a remedy. @param note what is odd about it in `.env` */
export function howToSet(
  name: string,
  { example = '…', note }: { example?: string; note?: string | undefined } = {},
): string {
  const more = note === undefined ? '' : ` ${note}`;
  return `export ${name}=${example} (in cmd: set ${name}=${example}, without quotes), or write ${name}=${example} into .env.${more}`;
}

/** Whether a value stands in quotes: `set X="…"` of Windows' cmd keeps them, as most shells do not. */
export function isQuoted(value: string): boolean {
  return /^(["']).*\1$/s.test(value);
}

/** As the gateway reads it. */
const MAX_DOT_ENV_BYTES = 1_048_576;

function dotEnvOf(cwd: string): DotEnv {
  let bytes: Uint8Array | Unreadable;
  try {
    bytes = readBoundedFile(join(cwd, '.env'), MAX_DOT_ENV_BYTES);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // A folder of this name is a Python environment.
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return NO_DOT_ENV;
    throw new UsageError(`.env cannot be read: ${code}`, 'Fix it, or run the command in another folder.');
  }
  if (typeof bytes === 'string') {
    const why = bytes === 'too-large' ? `it is larger than ${MAX_DOT_ENV_BYTES} bytes` : NOT_READ[bytes];
    throw new UsageError(`.env cannot be read: ${why}`, 'Fix it, or run the command in another folder.');
  }
  try {
    return readDotEnv(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new UsageError('.env is not UTF-8 text', 'Save it as UTF-8; PowerShell’s `>` writes UTF-16.');
  }
}
