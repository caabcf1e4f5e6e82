// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** `${env:NAME}`, `${env:NAME:-default}`, `${file:path}` and secrets from elsewhere, `${command:NAME}`, in the texts of a configuration. */

import { nearMiss } from '@countersign/core';
import type { FilledIn } from './blank.ts';
import { type Finding, type Origin, variablesExpected } from './finding.ts';
import type { SecretReading } from './secrets/secret-reading.ts';
import { formatPath, isMapping, type ValuePath } from './value-path.ts';

export interface InterpolationSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By a variable’s name, what is odd about it in a `.env` file, as a sentence. */
  readonly envNotes: ReadonlyMap<string, string>;
  /** Reads a file as UTF-8 text, a byte order mark kept, its path as written. @throws an `Error` whose message says why it cannot. */
  readonly readFile: (path: string) => string;
  /** What was read of a secret, written as `command:NAME`; undefined where nothing of the kind is declared. Default: nothing is. */
  readonly readSecret?: (reference: string, path: ValuePath) => SecretOrigin | undefined;
  /** What stands for a reference that stands for nothing, where that does not matter. Default: nothing does, and it is a finding. */
  readonly stopgap?: (path: ValuePath) => string | undefined;
}

/** What was read of a secret, and where. */
export type SecretOrigin = SecretReading & {
  /** For people: `the command stripe`. */
  readonly origin: string;
};

export interface Interpolated {
  /** A copy of the tree, its texts filled in. */
  readonly value: unknown;
  /** By formatted path: the texts that were interpolated. Their values are never shown. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Every variable that the configuration names, sorted. */
  readonly envNames: readonly string[];
  /** Everything that was filled in; defaults, which stand in the file, too. */
  readonly filledIn: readonly FilledIn[];
  readonly findings: readonly Finding[];
  /** What would be findings, but for a stopgap. */
  readonly stopped: readonly Finding[];
}

const SYNTAX =
  '${env:NAME}, ${env:NAME:-default} or ${file:path}, or what secrets declares: ${secret:NAME}, ${command:NAME} or ${SOURCE:NAME}; $${ stands for a plain ${';
/** `$${`, a whole `${…}`, or a `${` that does not end. */
const MARK = /\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const ENV = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const FILE = /^file:(.+)$/s;

/**
 * `${X}`, `${ENV:X}`, `${env.X}`, `${process.env.X}` and `${FILE:x}`, as other programs write them. A word alone may be a secret that stands where a
 * reference should: it is quoted only where it is the name of a variable.
 */
function meantReference(content: string, env: InterpolationSources['env']): string | undefined {
  const match = /^\s*((?:process\.)?env\s*[.:]\s*)?([A-Za-z_][A-Za-z0-9_]*)\s*$/i.exec(content);
  const [, prefix, name] = match ?? [];
  if (name !== undefined)
    return prefix !== undefined || Object.hasOwn(env, name) ? `\${env:${name}}` : undefined;
  const file = /^\s*file\s*:\s*(\S+)\s*$/i.exec(content)?.[1];
  return file === undefined ? undefined : `\${file:${file}}`;
}

/** No honest configuration is this deep. */
const MAX_DEPTH = 32;

/** A thousand long keys are less; a text of 64 KB can name a file of a megabyte three thousand times. */
const MAX_FILLED_CHARS = 8 * 1024 * 1024;
const TOO_MUCH = 'is not filled in: what ${…} stands for is more than 8 MB in all';

/** Fills in every text of the tree. What a text is filled with is not looked at again. */
export function interpolate(tree: unknown, sources: InterpolationSources): Interpolated {
  const filling: Filling = {
    sources,
    origins: new Map(),
    envNames: new Set(),
    filledIn: [],
    findings: [],
    stopped: [],
    files: new Map(),
    filledChars: 0,
    around: new Set(),
  };
  const value = walk(filling, tree, []);
  const { origins, envNames, filledIn, findings, stopped } = filling;
  return { value, origins, envNames: [...envNames].sort(), filledIn, findings, stopped };
}

interface Filling {
  readonly sources: InterpolationSources;
  readonly origins: Map<string, Origin>;
  readonly envNames: Set<string>;
  readonly filledIn: FilledIn[];
  readonly findings: Finding[];
  readonly stopped: Finding[];
  /** By name: each is read once. */
  readonly files: Map<string, FileReading>;
  /** Of all that was filled in. */
  filledChars: number;
  /** The values that contain the one being walked: an alias or a module can make a tree that contains itself. */
  readonly around: Set<unknown>;
}

function walk(filling: Filling, value: unknown, path: ValuePath): unknown {
  const { around, findings } = filling;
  if (typeof value === 'string') return value.includes('${') ? fill(filling, value, path) : value;
  if (!Array.isArray(value) && !isMapping(value)) return value;
  if (around.has(value) || path.length >= MAX_DEPTH) {
    const problem = around.has(value) ? 'contains itself' : `is nested deeper than ${MAX_DEPTH} levels`;
    findings.push({ path, problem });
    return undefined;
  }
  around.add(value);
  const copy = Array.isArray(value)
    ? value.map((item, index) => walk(filling, item, [...path, index]))
    : walkMapping(filling, value, path);
  around.delete(value);
  return copy;
}

function walkMapping(filling: Filling, value: Readonly<Record<string, unknown>>, path: ValuePath): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') {
      filling.findings.push({ path: [...path, key], place: 'key', problem: 'is not known here' });
    } else copy[key] = walk(filling, item, [...path, key]);
  }
  return copy;
}

/** One text that is filled in. */
interface FilledText {
  readonly path: ValuePath;
  readonly origin: { readonly [Part in keyof Origin]: string[] };
}

function fill(filling: Filling, text: string, path: ValuePath): string {
  const filled: FilledText = { path, origin: { sources: [], variables: [], defaulted: [], notes: [] } };
  const value = text.replace(MARK, (mark: string, content: string | undefined) =>
    mark === '$${' ? '${' : resolveReference(filling, filled, content ?? ''),
  );
  filling.origins.set(formatPath(path), filled.origin);
  return value;
}

/** What a reference stands for; empty, and a finding, where it stands for nothing. */
function resolveReference(filling: Filling, filled: FilledText, content: string): string {
  if (filling.filledChars > MAX_FILLED_CHARS)
    return unfilled(filling, { path: filled.path, problem: TOO_MUCH, expected: 'smaller files' });
  const env = ENV.exec(content);
  if (env?.[1] !== undefined)
    return noted(filling, `\${env:${env[1]}}`, fromEnv(filling, filled, env[1], env[2]));
  const file = FILE.exec(content);
  if (file?.[1] !== undefined)
    return noted(filling, `\${file:${file[1]}}`, fromFile(filling, filled, file[1]));
  const secret = filling.sources.readSecret?.(content, filled.path);
  if (secret !== undefined) return noted(filling, `\${${content}}`, fromSecret(filling, filled, secret));
  const undeclared = UNDECLARED.exec(content);
  if (undeclared !== null) {
    const [, kind = '', name = ''] = undeclared;
    filling.findings.push({ path: filled.path, ...undeclaredProblem(kind, name) });
    return '';
  }
  const suggestion = meantReference(content, filling.sources.env);
  filling.findings.push({
    path: filled.path,
    problem: 'holds a ${…} that is not understood',
    expected: SYNTAX,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  return '';
}

const UNDECLARED = /^(secret|command):(.+)$/s;

function undeclaredProblem(kind: string, name: string): Omit<Finding, 'path'> {
  return kind === 'secret'
    ? {
        problem: `needs the secret ${name}, and no folder of secrets is set`,
        expected: 'secrets: { folder: PATH }',
      }
    : {
        problem: `needs the command ${name}, which is not declared`,
        expected: `secrets: { commands: { ${name}: [PROGRAM, ARGUMENT] } }`,
      };
}

function fromSecret(filling: Filling, { path, origin }: FilledText, secret: SecretOrigin): string {
  origin.sources.push(secret.origin);
  if ('value' in secret) {
    origin.notes.push(...(secret.notes ?? []));
    return secret.value;
  }
  const { problem, remedy } = secret;
  return unfilled(filling, {
    path,
    problem: `needs ${secret.origin}, which ${problem}`,
    ...(remedy !== undefined && { remedy }),
  });
}

function noted(filling: Filling, reference: string, value: string): string {
  filling.filledIn.push({ reference, value });
  filling.filledChars += value.length;
  return value;
}

/** @returns what stands in its place */
function unfilled({ sources, findings, stopped }: Filling, finding: Finding): string {
  const stopgap = sources.stopgap?.(finding.path);
  (stopgap === undefined ? findings : stopped).push(finding);
  return stopgap ?? '';
}

function fromEnv(
  filling: Filling,
  { path, origin }: FilledText,
  name: string,
  fallback: string | undefined,
): string {
  const { sources, envNames } = filling;
  envNames.add(name);
  const note = sources.envNotes.get(name);
  const value = Object.hasOwn(sources.env, name) ? sources.env[name] : undefined;
  origin.sources.push(`the environment variable ${name}`);
  origin.variables.push(name);
  if (value !== undefined && (value !== '' || fallback === undefined)) {
    if (note !== undefined) origin.notes.push(note);
    return value;
  }
  if (fallback === undefined) {
    const suggestion = nearMiss(name, Object.keys(sources.env));
    return unfilled(filling, {
      path,
      problem: `needs the environment variable ${name}, which is not set`,
      expected: variablesExpected([name]),
      isUnset: true,
      ...(note === undefined ? {} : { remedy: note }),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  origin.defaulted.push(name);
  return fallback;
}

function fromFile(filling: Filling, { path, origin }: FilledText, name: string): string {
  origin.sources.push(`the file ${name}`);
  const reading = readOnce(filling, name);
  if ('why' in reading) {
    const problem = `needs the file ${name}, which cannot be read: ${reading.why}`;
    return unfilled(filling, { path, problem });
  }
  const { text } = reading;
  if (text.startsWith('\ufeff')) {
    origin.notes.push(
      `The file ${name} begins with a byte order mark, which is left out: save it as UTF-8 without one.`,
    );
  }
  return text.replace(/^\ufeff/, '').replace(/\r?\n$/, '');
}

/** What stands in a file, or why it cannot be read. */
type FileReading = { readonly text: string } | { readonly why: string };

function readOnce({ sources, files }: Filling, name: string): FileReading {
  const before = files.get(name);
  if (before !== undefined) return before;
  const reading = readFile(sources, name);
  files.set(name, reading);
  return reading;
}

function readFile({ readFile }: InterpolationSources, name: string): FileReading {
  try {
    return { text: readFile(name) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
