/** Finds the secrets that a configuration names and reads them, each place once. What is not declared is left for `interpolate` to tell of. */
import { resolve as resolvePath } from 'node:path';
import { ConfigError } from '../config-error.ts';
import { type InterpolationSources, interpolate } from '../interpolate.ts';
import { ENTRY_NAME, ENTRY_NAME_EXPECTED } from '../names.ts';
import { changedModuleUrl, readModule } from '../read-module.ts';
import { readTextFile } from '../read-text-file.ts';
import { readBy } from '../shape.ts';
import { isMapping } from '../value-path.ts';
import { askSource } from './ask-source.ts';
import { CommandGroups } from './command-groups.ts';
import {
  FOLDER_KIND,
  LoadedSecrets,
  type ReadSecrets,
  type SecretReadings,
  type SecretReference,
} from './loaded-secrets.ts';
import { runSecretCommand } from './run-command.ts';
import { readSecretFolder } from './secret-folder.ts';
import { isRead, type SecretReading } from './secret-reading.ts';
import type { SecretSources } from './secret-source.ts';
import { type SecretSettings, secretsSchema } from './secrets-schema.ts';

export interface SecretLoading extends Pick<InterpolationSources, 'env' | 'stopgap'> {
  readonly baseDir: string;
  /** Of the program that the gateway runs in. */
  readonly sources: SecretSources;
  /**
   * `start`: each is read. `judging`: the text is somebody’s who asks: no command is run for it, and no module loaded. `showing`: they are not looked
   * up.
   */
  readonly purpose: 'start' | 'judging' | 'showing';
  /** When they are read: milliseconds since the epoch. */
  readonly nowMs: number;
  /** What is taken in place of reading it again. */
  readonly known?: LoadedSecrets | undefined;
}

const COMMAND_KIND = 'command';
/** Those of the gateway itself. */
const OWN_KINDS: readonly string[] = ['env', 'file', FOLDER_KIND, COMMAND_KIND];
/** Passes as a key and as a token, where nobody asks for what it is. */
const NOT_READ = '0'.repeat(64);
const FROM_TEXT: SecretReading = {
  problem: 'is not read for a text that is only judged',
  remedy: 'Write it to the file, and validate that.',
};

/** @throws ConfigError for a module of sources that does not load */
export async function loadSecrets(tree: unknown, loading: SecretLoading): Promise<LoadedSecrets> {
  const settings = settingsOf(tree, loading);
  const declared =
    settings === undefined
      ? new DeclaredSecrets(undefined, loading.sources, { ...loading, purpose: 'showing' })
      : new DeclaredSecrets(settings, await sourcesOf(settings, loading), loading);
  const references = declared.referencesIn(tree);
  const read: ReadSecrets = (some, nowMs) => declared.read(some, nowMs);
  const earlier = new Map(
    references.map((reference) => [reference, loading.known?.readingOf(reference)] as const),
  );
  const fresh = references.filter((reference) => earlier.get(reference) === undefined);
  const readings = await read(fresh, loading.nowMs);
  const entries = references.flatMap((reference) => {
    const reading = earlier.get(reference) ?? readings.get(reference);
    return reading === undefined ? [] : [{ reference, reading }];
  });
  const isWatched = references.some(({ kind }) => kind === FOLDER_KIND);
  return new LoadedSecrets(entries, read, isWatched ? settings?.folder : undefined);
}

/** Undefined where they have a fault, which is told of as any other. What they are filled in with comes from the environment and files alone. */
function settingsOf(tree: unknown, { env, baseDir, purpose }: SecretLoading): SecretSettings | undefined {
  const written = isMapping(tree) ? tree['secrets'] : undefined;
  if (written === undefined) return {};
  const takesPipes = purpose !== 'judging';
  const readFile = (path: string): string => readTextFile(resolvePath(baseDir, path), { takesPipes });
  const { value } = interpolate(written, { env, envNotes: new Map(), readFile });
  const reading = readBy(secretsSchema(), value);
  if ('faults' in reading) return undefined;
  const { folder, sources, ...rest } = reading.output;
  return {
    ...rest,
    ...(folder !== undefined && { folder: resolvePath(baseDir, folder) }),
    ...(sources !== undefined && { sources: resolvePath(baseDir, sources) }),
  };
}

async function sourcesOf({ sources: file }: SecretSettings, loading: SecretLoading): Promise<SecretSources> {
  if (file === undefined || loading.purpose !== 'start') return loading.sources;
  const module = await readModule(file, changedModuleUrl(file));
  if (!isMapping(module)) return loading.sources;
  const problems = Object.entries(module).flatMap(([name, source]) => sourceProblems(name, source));
  if (problems.length > 0) throw new ConfigError(problems, file);
  // Each has its `read`.
  return { ...loading.sources, ...(module as SecretSources) };
}

function sourceProblems(name: string, source: unknown) {
  const isSource = typeof source === 'object' && source !== null && 'read' in source;
  if (!isSource || typeof source.read !== 'function')
    return [{ path: name, problem: 'is no source of secrets', expected: 'an object with read(name)' }];
  if (OWN_KINDS.includes(name))
    return [{ path: name, problem: `has a name that the gateway uses itself: \${${name}:…}` }];
  return ENTRY_NAME.test(name)
    ? []
    : [{ path: name, problem: 'is no name of a source', expected: ENTRY_NAME_EXPECTED }];
}

class DeclaredSecrets {
  readonly #settings: SecretSettings | undefined;
  readonly #sources: SecretSources;
  readonly #loading: SecretLoading;
  readonly #groups = new CommandGroups();

  /** @param settings undefined where they have a fault: then anything may be declared */
  constructor(settings: SecretSettings | undefined, sources: SecretSources, loading: SecretLoading) {
    this.#settings = settings;
    this.#sources = sources;
    this.#loading = loading;
  }

  /** Each once, but for those that nobody asks for. */
  referencesIn(tree: unknown): readonly SecretReference[] {
    const { env, stopgap } = this.#loading;
    const references = new Map<string, SecretReference>();
    interpolate(tree, {
      env,
      envNotes: new Map(),
      readFile: () => '',
      readSecret: (written, path) => {
        const reference = path[0] === 'secrets' ? undefined : this.#referenceOf(written);
        if (reference !== undefined && stopgap?.(path) === undefined) references.set(written, reference);
        return reference && { value: '', origin: reference.origin };
      },
    });
    return [...references.values()];
  }

  /** Undefined where nothing of this kind, or of this name, is declared. */
  #referenceOf(written: string): SecretReference | undefined {
    const { folder, commands = {}, sources } = this.#settings ?? {};
    const colon = written.indexOf(':');
    const kind = written.slice(0, colon);
    const name = written.slice(colon + 1);
    const reference = (origin: string, place: unknown): SecretReference => ({
      written,
      kind,
      name,
      origin,
      identity: JSON.stringify([kind, name, place]),
    });
    if (name === '') return undefined;
    const isShownOnly = this.#loading.purpose === 'showing';
    if (kind === FOLDER_KIND)
      return folder !== undefined || isShownOnly
        ? reference(`the secret ${name} of ${folder}`, folder ?? null)
        : undefined;
    if (kind === COMMAND_KIND)
      return Object.hasOwn(commands, name) || isShownOnly
        ? reference(`the command ${name}`, commands[name] ?? null)
        : undefined;
    const isSource = Object.hasOwn(this.#sources, kind) || this.#mayBeOfModule(kind);
    return isSource ? reference(`${name} of the source ${kind}`, sources ?? null) : undefined;
  }

  /** Where the module is not loaded, what it has is not known. */
  #mayBeOfModule(kind: string): boolean {
    const settings = this.#settings;
    return (
      this.#loading.purpose !== 'start' &&
      (settings === undefined || settings.sources !== undefined) &&
      ENTRY_NAME.test(kind) &&
      !OWN_KINDS.includes(kind)
    );
  }

  async read(references: readonly SecretReference[], nowMs: number): Promise<SecretReadings> {
    if (this.#loading.purpose === 'showing')
      return new Map(references.map((reference) => [reference, { value: NOT_READ }]));
    const folder = this.#settings?.folder;
    const names = references.filter(({ kind }) => kind === FOLDER_KIND).map(({ name }) => name);
    const files: ReadonlyMap<string, SecretReading> =
      folder === undefined || names.length === 0
        ? new Map()
        : readSecretFolder(folder, names, this.#loading.purpose !== 'judging');
    const read = async (reference: SecretReference): Promise<readonly [SecretReference, SecretReading]> => {
      const file = reference.kind === FOLDER_KIND ? files.get(reference.name) : undefined;
      return [reference, file ?? (await this.#ask(reference, nowMs))];
    };
    return new Map(await Promise.all(references.map(read)));
  }

  async #ask({ kind, name }: SecretReference, nowMs: number): Promise<SecretReading> {
    const { purpose, baseDir, env } = this.#loading;
    if (purpose === 'judging') return FROM_TEXT;
    const command = kind === COMMAND_KIND ? this.#settings?.commands?.[name] : undefined;
    if (command !== undefined) {
      const reading = await runSecretCommand(command, { cwd: baseDir, env }, this.#groups);
      const { refreshEveryMs } = command;
      return isRead(reading) && refreshEveryMs !== undefined
        ? { ...reading, refreshAtMs: nowMs + refreshEveryMs }
        : reading;
    }
    const source = this.#sources[kind];
    if (source === undefined) throw new TypeError('a reference is of a folder, a command or a source');
    return askSource(source, name);
  }
}
