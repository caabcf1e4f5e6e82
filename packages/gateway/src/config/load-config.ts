/** Finds and reads the configuration: `countersign.yaml`, or `countersign.config.ts` and its like. */

import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkOptions, IS, type OptionRules, required } from '@countersign/core/internal/check-options';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { type DotEnv, NO_DOT_ENV, readDotEnv } from './dot-env.ts';
import type { Locate } from './finding.ts';
import { keyStopgap, type ParsedResult, type ParseOptions, parseConfig } from './parse-config.ts';
import { changedModuleUrl, readModule } from './read-module.ts';
import { codeOf, isNotFound, readTextFile } from './read-text-file.ts';
import type { SecretLoading } from './secrets/load-secrets.ts';
import type { LoadedSecrets } from './secrets/loaded-secrets.ts';
import type { SecretSources } from './secrets/secret-source.ts';
import { type ShownConfig, shownConfig } from './shown-config.ts';
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

/** Where a gateway’s configuration comes from, for when it is to be read again. */
export interface ConfigSource {
  /** What it was when the source was opened. */
  readonly loaded: LoadedConfig;
  /**
   * Reads it again, with `.env`, the files that it names, and its secrets.
   * @param secrets that are not to be read again @throws ConfigError
   */
  load(secrets?: LoadedSecrets): Promise<LoadedConfig>;
  /**
   * Judges a text of YAML or JSON as if it stood in the file. No command is run for it, and no manager asked: a secret is `known`, or the text is refused.
   * @throws ConfigError
   */
  judge(text: string, known?: LoadedSecrets): Promise<LoadedConfig>;
}

export interface LoadOptions extends Pick<ParseOptions, 'knownProviders' | 'demo' | 'withoutKeys'> {
  /** The file; relative to `cwd`. Default: the one of `CONFIG_FILE_NAMES` that `cwd` holds. */
  readonly path?: string;
  readonly cwd: string;
  /** The process's environment. A `.env` file beside the configuration adds to it and never overrides it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Managers of secrets, by the names that the configuration writes: `${vault:NAME}`. Those of its own `secrets.sources` come before. Default: none. */
  readonly secretSources?: SecretSources;
  /** Milliseconds since the epoch. Default: the system’s clock. */
  readonly now?: () => number;
}

const RULES: OptionRules<LoadOptions> = {
  path: IS.text,
  cwd: required(IS.text),
  env: required(IS.object),
  knownProviders: IS.list,
  demo: IS.flag,
  withoutKeys: IS.flag,
  secretSources: IS.object,
  now: IS.function,
};

export interface LoadedConfig extends ParsedResult {
  /** Absolute path of the file. */
  readonly file: string;
  /** Those that it names. Undefined where it names none. */
  readonly secrets: LoadedSecrets | undefined;
  /** Finds positions in the file; of a module it knows none. */
  readonly locate: Locate;
}

/**
 * Loads the configuration. A module is run: it is the operator's own code, and has 30 s to load.
 * @throws ConfigError with all problems at once; what a module throws is its cause.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  checkOptions<LoadOptions>(options, RULES);
  const { path, cwd } = options;
  const file = path === undefined ? findConfig(cwd) : resolvePath(cwd, path);
  return parseSource(file, await readSource(file), options);
}

/** Loads the configuration, to be read again later. @throws ConfigError */
export async function openConfigSource(options: LoadOptions): Promise<ConfigSource> {
  const loaded = await loadConfig(options);
  const { file } = loaded;
  return {
    loaded,
    load: async (secrets) =>
      parseSource(file, await readSource(file, changedModuleUrl(file)), options, {
        purpose: 'start',
        known: secrets,
      }),
    async judge(text, secrets) {
      const { readYaml } = await import('./yaml-source.ts');
      const { value, locate } = readYaml(text, file);
      const source: Source = { value, options: { isFileText: true, locate } };
      return parseSource(file, source, options, { purpose: 'judging', known: secrets });
    },
  };
}

/** A configuration as it may be shown, and what is wrong with it. */
export interface ConfigLook {
  readonly file: string;
  /** Undefined where nothing of it could be read. */
  readonly shown: ShownConfig | undefined;
  /** Empty where it is right. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads a configuration to be shown, as far as it can be read; what it names is not looked up for it. @throws ConfigError where there is no file */
export async function lookAtConfig(options: LoadOptions): Promise<ConfigLook> {
  const { path, cwd } = options;
  const file = path === undefined ? findConfig(cwd) : resolvePath(cwd, path);
  let source: Source | undefined;
  try {
    source = await readSource(file);
    await parseSource(file, source, options, { purpose: 'showing' });
    return { file, shown: shownSource(source), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError) || error.isMissing) throw error;
    return { file, shown: source && shownSource(source), problems: error.problems };
  }
}

/** Nothing is compared with it: its key may be any. */
function shownSource({ value }: Source): ShownConfig {
  return shownConfig(value, value, new Uint8Array(32));
}

async function parseSource(
  file: string,
  source: Source,
  options: LoadOptions,
  reading: Pick<SecretLoading, 'purpose' | 'known'> = { purpose: 'start' },
): Promise<LoadedConfig> {
  const { path: _, cwd: __, env: processEnv, secretSources = {}, now = Date.now, ...parseOptions } = options;
  const baseDir = dirname(file);
  const dotEnv = dotEnvOf(join(baseDir, '.env'), file);
  const env = { ...dotEnv.values, ...processEnv };
  const secrets = await secretsOf(source.value, {
    ...reading,
    baseDir,
    env,
    sources: secretSources,
    nowMs: now(),
    ...(options.withoutKeys === true && { stopgap: keyStopgap }),
  });
  const result = parseConfig(source.value, {
    ...parseOptions,
    ...source.options,
    baseDir,
    env,
    envNotes: new Map([...dotEnv.notes].filter(([name]) => !Object.hasOwn(processEnv, name))),
    file,
    isJudgedOnly: reading.purpose === 'judging',
    ...(secrets && { secrets }),
  });
  return { ...result, file, secrets, locate: source.options.locate ?? (() => undefined) };
}

/** Loaded here, because most configurations name none. */
async function secretsOf(tree: unknown, loading: SecretLoading): Promise<LoadedSecrets | undefined> {
  const hasOwn = isMapping(tree) && Object.hasOwn(tree, 'secrets');
  if (!hasOwn && Object.keys(loading.sources).length === 0) return undefined;
  const { loadSecrets } = await import('./secrets/load-secrets.ts');
  return loadSecrets(tree, loading);
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

async function readSource(file: string, moduleUrl = pathToFileURL(file).href): Promise<Source> {
  const extension = extname(file).toLowerCase();
  if (extension === '.yaml' || extension === '.yml' || extension === '.json') return readYamlFile(file);
  if (/^\.[cm]?[jt]s$/.test(extension)) return { value: await readModule(file, moduleUrl), options: {} };
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
