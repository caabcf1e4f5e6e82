/** Finds and reads the configuration: `countersign.yaml`, or `countersign.config.ts` and its like. */

import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearMiss } from '@countersign/core';
import { checkOptions, IS, type OptionRules, required } from '@countersign/core/internal/check-options';
import { commonJsProblem } from './commonjs-module.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { type DotEnv, NO_DOT_ENV, readDotEnv } from './dot-env.ts';
import type { Locate } from './finding.ts';
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
import { type ParsedResult, type ParseOptions, parseConfig } from './parse-config.ts';
import { codeOf, isNotFound, readTextFile } from './read-text-file.ts';
import { isMapping } from './value-path.ts';

/** What is looked for in a folder; two of them in one folder are refused. */
const CONFIG_FILE_NAMES = [
  'countersign.yaml',
  'countersign.yml',
  'countersign.json',
  'countersign.config.ts',
  'countersign.config.mts',
  'countersign.config.js',
  'countersign.config.mjs',
] as const;

export interface LoadOptions extends Pick<ParseOptions, 'knownProviders' | 'demo' | 'withoutKeys'> {
  /** The file; relative to `cwd`. Default: the one of `CONFIG_FILE_NAMES` that `cwd` holds. */
  readonly path?: string;
  readonly cwd: string;
  /** The process's environment. A `.env` file beside the configuration adds to it and never overrides it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const RULES: OptionRules<LoadOptions> = {
  path: IS.text,
  cwd: required(IS.text),
  env: required(IS.object),
  knownProviders: IS.list,
  demo: IS.flag,
  withoutKeys: IS.flag,
};

export interface LoadedConfig extends ParsedResult {
  /** Absolute path of the file. */
  readonly file: string;
  /** Finds positions in the file; of a module it knows none. */
  readonly locate: Locate;
}

/**
 * Loads the configuration. A module is run: it is the operator's own code, and has 30 s to load.
 * @throws ConfigError with all problems at once; what a module throws is its cause.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  checkOptions<LoadOptions>(options, RULES);
  const { path, cwd, env, ...parseOptions } = options;
  const file = path === undefined ? findConfig(cwd) : resolvePath(cwd, path);
  const baseDir = dirname(file);
  const source = await readSource(file);
  const dotEnv = dotEnvOf(join(baseDir, '.env'), file);
  const result = parseConfig(source.value, {
    ...parseOptions,
    ...source.options,
    baseDir,
    env: { ...dotEnv.values, ...env },
    envNotes: new Map([...dotEnv.notes].filter(([name]) => !Object.hasOwn(env, name))),
    file,
  });
  return { ...result, file, locate: source.options.locate ?? (() => undefined) };
}

function findConfig(cwd: string): string {
  const files = CONFIG_FILE_NAMES.filter((name) => existsSync(join(cwd, name)));
  const [first, second] = files;
  const say = '--config FILE';
  if (first === undefined) {
    const expected = `one of ${CONFIG_FILE_NAMES.join(', ')}; or ${say}`;
    const problem = 'there is no configuration file';
    throw new ConfigError([{ path: '', problem, expected }], cwd, { isMissing: true });
  }
  if (second !== undefined) {
    const problem = `there is more than one configuration file: ${files.join(', ')}`;
    throw new ConfigError([{ path: '', problem, expected: `one of them, or ${say}` }], cwd);
  }
  return join(cwd, first);
}

interface Source {
  readonly value: unknown;
  readonly options: Pick<ParseOptions, 'isFileText' | 'locate'>;
}

async function readSource(file: string): Promise<Source> {
  const extension = extname(file).toLowerCase();
  if (extension === '.yaml' || extension === '.yml' || extension === '.json') return readYamlFile(file);
  if (/^\.[cm]?[jt]s$/.test(extension)) return { value: await readModule(file), options: {} };
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder)
    throw new ConfigError(
      [{ path: '', problem: 'it is a folder', expected: 'a file in it, such as countersign.yaml' }],
      file,
    );
  const problem = extension === '' ? 'its name has no extension' : `it ends in ${extension}`;
  const expected = '.yaml, .yml, .json, .ts, .mts, .js or .mjs';
  throw new ConfigError([{ path: '', problem, expected }], file);
}

async function readYamlFile(file: string): Promise<Source> {
  const text = read(file, file);
  // Loaded here, because a start from a module should not pay for it.
  const { readYaml } = await import('./yaml-source.ts');
  const { value, locate } = readYaml(text, file);
  return { value, options: { isFileText: true, locate } };
}

async function readModule(file: string): Promise<unknown> {
  const module = await runModule(file);
  const value: unknown = isModule(module) && 'default' in module ? module['default'] : undefined;
  if (isMapping(value)) return value;
  const problem =
    value === undefined ? 'it has no default export' : 'its default export is not a plain object';
  throw new ConfigError([{ path: '', problem, expected: 'export default defineConfig({ … })' }], file);
}

function isModule(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function runModule(file: string): Promise<unknown> {
  try {
    return await loadInTime(async () => (await import(pathToFileURL(file).href)) as unknown);
  } catch (error) {
    const isMissing = !existsSync(file);
    throw new ConfigError([{ path: '', ...importProblem(file, error) }], file, { cause: error, isMissing });
  }
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

function dotEnvOf(path: string, file: string): DotEnv {
  try {
    return readDotEnv(readTextFile(path));
  } catch (error) {
    // A folder of this name is a Python environment.
    if (isNotFound(error) || (error instanceof Error && codeOf(error.cause) === 'EISDIR')) return NO_DOT_ENV;
    const why = error instanceof Error ? error.message : '';
    throw new ConfigError([{ path: '', problem: `the .env file beside it cannot be read: ${why}` }], file);
  }
}

function read(path: string, file: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    const problem = isNotFound(error) ? 'there is no such file' : `it cannot be read: ${why}`;
    throw new ConfigError([{ path: '', problem }], file, { cause: error, isMissing: isNotFound(error) });
  }
}
