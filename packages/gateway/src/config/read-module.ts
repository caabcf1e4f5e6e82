/** Runs a configuration that is a module, and explains why one does not load. */
import { existsSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearMiss } from '@countersign/core';
import { commonJsProblem } from './commonjs-module.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { LateModuleError, loadInTime } from './load-in-time.ts';
import {
  type FaultPlace,
  firstLineOf,
  isSyntaxFault,
  placeText,
  syntaxPlace,
  thrownWords,
  throwPlace,
} from './module-fault.ts';
import { codeOf } from './read-text-file.ts';
import { isMapping } from './value-path.ts';

/** Runs the module and gives its default export. @param url of the file, with what tells a version of it @throws ConfigError */
export async function readModule(file: string, url: string): Promise<unknown> {
  const module = await runModule(file, url);
  const value: unknown = isModule(module) && 'default' in module ? module['default'] : undefined;
  if (isMapping(value)) return value;
  const problem =
    value === undefined ? 'it has no default export' : 'its default export is not a plain object';
  throw new ConfigError([{ path: '', problem, expected: 'export default defineConfig({ … })' }], file);
}

function isModule(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function runModule(file: string, url: string): Promise<unknown> {
  try {
    return await loadInTime(async () => (await import(url)) as unknown);
  } catch (error) {
    const isMissing = !existsSync(file);
    throw new ConfigError([{ path: '', ...importProblem(file, error) }], file, { cause: error, isMissing });
  }
}

/** Node loads a module once: one that was changed since is another module. What it imports is not loaded again. */
export function changedModuleUrl(file: string): string {
  const url = pathToFileURL(file);
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs !== undefined) url.search = `?${mtimeMs}-${size}`;
  return url.href;
}

/** Explains a failed import. What the module threw is the cause; as much of its text as may be shown is. */
function importProblem(file: string, error: unknown): Omit<ConfigProblem, 'path'> {
  if (error instanceof LateModuleError) {
    return {
      problem: `it does not load: ${error.message}`,
      remedy: 'Look for an await at its top level, or of what it imports, that nothing ends.',
    };
  }
  if (!existsSync(file)) return { problem: 'there is no such file' };
  const problem = runtimeProblem(file, error) ?? commonJsProblem(file, error);
  if (problem !== undefined) return problem;
  return isSyntaxFault(error) ? syntaxProblem(file, error) : throwProblem(file, error);
}

/** What the runtime does not take, or does not find. */
function runtimeProblem(file: string, error: unknown): Omit<ConfigProblem, 'path'> | undefined {
  const code = codeOf(error);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' || code === 'ERR_NO_TYPESCRIPT') {
    return {
      problem: `this Node (${process.version}) cannot run TypeScript`,
      expected: `Node 22.23.3 or newer; or ${basename(file, extname(file))}.js, or countersign.yaml`,
    };
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return {
      problem: 'it uses TypeScript that is more than types, such as an enum or a parameter property',
      expected: 'types only: Node takes them away and runs the rest as it stands',
    };
  }
  return code === 'ERR_MODULE_NOT_FOUND' ? missingModule(error) : undefined;
}

/** The configuration, or a module that it imports, does not parse. */
function syntaxProblem(file: string, error: SyntaxError): Omit<ConfigProblem, 'path'> {
  const { imported, position } = placeOf(syntaxPlace(error, pathToFileURL(file).href), file);
  const words = firstLineOf(error);
  return {
    problem:
      imported === undefined
        ? `it does not load: ${words}`
        : `${imported}, which it imports, does not load: ${words}`,
    expected: expectedModule(file),
    ...position,
  };
}

/** The configuration, or a module that it imports, has thrown. */
function throwProblem(file: string, error: unknown): Omit<ConfigProblem, 'path'> {
  const { imported, position } = placeOf(throwPlace(error), file);
  const words = thrownWords(error);
  return {
    problem: imported === undefined ? `it threw ${words}` : `${imported}, which it imports, threw ${words}`,
    expected: expectedModule(file),
    ...position,
  };
}

function expectedModule(file: string): string {
  return `a module that can be run; node ${basename(file)} shows the error in full`;
}

interface PlaceOfFault {
  /** Where it is in a module that the configuration imports. */
  readonly imported?: string;
  /** Where it is in the configuration. */
  readonly position?: Pick<ConfigProblem, 'line' | 'column'>;
}

function placeOf(place: FaultPlace | undefined, file: string): PlaceOfFault {
  if (place === undefined) return {};
  if (place.file !== file) return { imported: placeText(place) };
  const { line, column } = place;
  return { position: { line, ...(column !== undefined && { column }) } };
}

const OWN_PACKAGES: readonly string[] = [
  'countersign',
  '@countersign/api',
  '@countersign/core',
  '@countersign/gateway',
  '@countersign/sandbox',
];

/** The runtime's own sentence names what it looked for; no more of it is shown. */
function missingModule(error: unknown): Omit<ConfigProblem, 'path'> {
  const text = error instanceof Error ? error.message : '';
  const [, kind, name = 'a module'] = /^Cannot find (package|module) '([^'\n]+)'/.exec(text) ?? [];
  const problem = `it imports ${name}, which cannot be found`;
  const meant = nearMiss(name, OWN_PACKAGES);
  if (meant !== undefined && meant !== name) return { problem, suggestion: meant };
  return kind === 'package'
    ? { problem, remedy: `If that is its name, run npm install ${name}.` }
    : {
        problem,
        remedy: 'Mend the path; it is relative to the file that imports it, and has its extension.',
      };
}
