/** From a tree of values to a configuration: interpolate, read by the schema, check the rules, resolve. */
import { resolve as resolvePath } from 'node:path';
import { type Blank, createBlank } from './blank.ts';
import { blankedProblems, blankedWarnings } from './blanked.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigWarning } from './config-warnings.ts';
import { type Finding, findingsOf, type Locate, type Showing, showValue, toProblems } from './finding.ts';
import { interpolate, type SecretOrigin } from './interpolate.ts';
import { unknownOptionNames } from './proof-option-names.ts';
import { readTextFile } from './read-text-file.ts';
import { resolveConfig } from './resolve.ts';
import { type Respelt, respell } from './respell.ts';
import { ruleFindings } from './rules.ts';
import { configSchema } from './schema.ts';
import { mayHoldSecret } from './schema-walk.ts';
import type { LoadedSecrets } from './secrets/loaded-secrets.ts';
import { type Fault, readBy } from './shape.ts';
import { type ShownConfig, shownConfig } from './shown-config.ts';
import { formatPath, isMapping, type ValuePath, valueAt } from './value-path.ts';
import { configWarnings, filledInWarnings, secretWarnings } from './warnings.ts';

export interface ParseOptions {
  /** Relative paths and `${file:…}` are relative to this folder. */
  readonly baseDir: string;
  /** Where `${env:NAME}` is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By a variable’s name, what is odd about it in a `.env` file, as a sentence. Default: nothing. */
  readonly envNotes?: ReadonlyMap<string, string>;
  /** The ids of core's providers; absent: ids are left for core to judge. */
  readonly knownProviders?: readonly string[];
  /** The tree is a file's own text, so a secret that was not interpolated stands in the file. Default false. */
  readonly isFileText?: boolean;
  /** A demo's secrets are meant to be seen: no warnings about them. Default false. */
  readonly demo?: boolean;
  /** For what reads no key of a gate: those that are not set are no fault, and a text that is none stands for each. Default false. */
  readonly withoutKeys?: boolean;
  /** The text is somebody’s who asks, and no pipe is waited for. Default false. */
  readonly isJudgedOnly?: boolean;
  /** The secrets that it names, as they were read. Default: none are. */
  readonly secrets?: LoadedSecrets;
  /** For error messages. */
  readonly file?: string;
  /** Finds positions in the file. */
  readonly locate?: Locate;
}

export interface ParsedResult {
  /** Frozen all the way down. */
  readonly config: Config;
  readonly warnings: readonly ConfigWarning[];
  /** The environment variables that the configuration names, sorted. */
  readonly envNames: readonly string[];
  readonly written: WrittenConfig;
  /** Takes out of a sentence what was filled in. */
  readonly blank: Blank;
}

/** What was written, which is never printed as it is: secrets are in it. */
export class WrittenConfig {
  readonly #written: unknown;
  readonly #filled: unknown;

  /** @param filled the same tree with its texts filled in */
  constructor(written: unknown, filled: unknown) {
    this.#written = written;
    this.#filled = filled;
  }

  /** @param digestKey random, and the same for those that are compared */
  shown(digestKey: Uint8Array): ShownConfig {
    return shownConfig(this.#written, this.#filled, digestKey);
  }
}

/**
 * Judges a `ConfigInput` of whatever origin.
 * @throws ConfigError with all problems at once.
 */
export function parseConfig(value: unknown, options: ParseOptions): ParsedResult {
  const { baseDir, knownProviders, file, locate = () => undefined } = options;
  if (!isMapping(value)) {
    const state = value == null ? 'is empty' : 'is not a mapping';
    const problem = `the configuration must be a mapping with gates or sessions; this one ${state}`;
    throw new ConfigError([{ path: '', problem }], file);
  }
  const interpolated = interpolate(value, {
    env: options.env,
    envNotes: options.envNotes ?? new Map(),
    readFile: (path) =>
      readTextFile(resolvePath(baseDir, path), {
        keepsMark: true,
        takesPipes: options.isJudgedOnly !== true,
      }),
    readSecret: (written, path) => readSecret(options, written, path),
    ...(options.withoutKeys === true && { stopgap: keyStopgap }),
  });
  const { value: tree, origins } = interpolated;
  const blank = createBlank(interpolated.filledIn);
  const schema = configSchema();
  const respelt = respell(schema, tree);
  const reading = readBy(schema, respelt.tree);
  const showing: Showing = {
    origins,
    isOfModule: options.isFileText !== true,
    mayHoldSecret: (path) => mayHoldSecret(schema, path) || mayHoldSecret(schema, respelt.meant(path)),
  };
  const judged = [
    ...faultFindings('faults' in reading ? reading.faults : [], respelt, tree, showing),
    ...brokenRules(respelt, tree, showing, knownProviders),
  ];
  // A text that could not be filled in is no text to judge; the name that it stands under is one.
  const unfilled = new Set(interpolated.findings.map((finding) => formatPath(finding.path)));
  const findings = [
    ...interpolated.findings,
    ...judged.filter(({ path, place }) => place === 'key' || !unfilled.has(formatPath(path))),
  ];
  if ('faults' in reading || findings.length > 0) {
    const blamed = new Set(judged.map(({ path }) => formatPath(path)));
    const stopped = interpolated.stopped.filter(({ path }) => blamed.has(formatPath(path)));
    const problems = toProblems([...stopped, ...findings, ...misspeltOptions(respelt)], locate);
    throw new ConfigError(blankedProblems(problems, blank), file);
  }
  const config = resolveConfig(reading.output, { baseDir });
  const warnings = blankedWarnings(
    [
      ...secretWarnings(schema, tree, origins, options),
      ...filledInWarnings(schema, tree, origins),
      ...configWarnings(config),
    ],
    blank,
  );
  const written = new WrittenConfig(value, tree);
  return { config: deepFreeze(config), warnings, envNames: interpolated.envNames, written, blank };
}

/** Those of a key that nobody asks for were not read. */
function readSecret(
  { secrets, withoutKeys }: ParseOptions,
  written: string,
  path: ValuePath,
): SecretOrigin | undefined {
  if (path[0] === 'secrets') return undefined;
  const entry = secrets?.find(written);
  if (entry !== undefined) return { ...entry.reading, origin: entry.reference.origin };
  const stopgap = withoutKeys === true ? keyStopgap(path) : undefined;
  return stopgap === undefined ? undefined : { value: stopgap, origin: `\${${written}}` };
}

/** Of a gate’s key: `gates.NAME.keys[0].secret`. */
export function keyStopgap([section, , member, , part]: ValuePath): string | undefined {
  return section === 'gates' && member === 'keys' && part === 'secret' ? 'not read here' : undefined;
}

function faultFindings(
  faults: readonly Fault[],
  respelt: Respelt,
  tree: unknown,
  showing: Showing,
): readonly Finding[] {
  const written = faults.map((fault) => asWritten(fault, respelt));
  return findingsOf([...respelt.faults, ...written], tree, showing);
}

function brokenRules(
  respelt: Respelt,
  tree: unknown,
  showing: Showing,
  knownProviders: ParseOptions['knownProviders'],
): readonly Finding[] {
  return ruleFindings(respelt.tree, knownProviders === undefined ? {} : { knownProviders })
    .map((finding) => asWritten(finding, respelt))
    .map((finding) => hideInterpolated(finding, tree, showing));
}

/** Of schemes and providers. Where all else is right, core tells them. */
function misspeltOptions(respelt: Respelt): readonly Finding[] {
  const names = isMapping(respelt.tree) ? unknownOptionNames(respelt.tree) : [];
  return names.map((finding) => asWritten(finding, respelt));
}

/** What is wrong in the tree as it was meant, at its place in the file. */
function asWritten<Wrong extends Fault | Finding>(wrong: Wrong, { written }: Respelt): Wrong {
  return { ...wrong, path: written(wrong.path) };
}

function hideInterpolated(finding: Finding, tree: unknown, showing: Showing): Finding {
  if (finding.value === undefined || !showing.origins.has(formatPath(finding.path))) return finding;
  const { suggestion: _, value: __, ...rest } = finding;
  const shown = showValue(finding.path, valueAt(tree, finding.path), showing);
  return shown === undefined ? rest : { ...rest, value: shown };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
