// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` in the texts of a configuration. */

import { nearMiss } from '@countersign/core';
import { type Finding, type Origin, variablesExpected } from './finding.ts';
import { formatPath, isMapping, type ValuePath } from './value-path.ts';

export interface InterpolationSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By a variable’s name, what is odd about it in a `.env` file, as a sentence. */
  readonly envNotes: ReadonlyMap<string, string>;
  /** Reads a file as UTF-8 text, a byte order mark kept, its path as written. @throws an `Error` whose message says why it cannot. */
  readonly readFile: (path: string) => string;
  /** What stands for a reference that stands for nothing, where that does not matter. Default: nothing does, and it is a finding. */
  readonly stopgap?: (path: ValuePath) => string | undefined;
}

export interface Interpolated {
  /** A copy of the tree, its texts filled in. */
  readonly value: unknown;
  /** By formatted path: the texts that were interpolated. Their values are never shown. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Every variable that the configuration names, sorted. */
  readonly envNames: readonly string[];
  readonly findings: readonly Finding[];
  /** What would be findings, but for a stopgap. */
  readonly stopped: readonly Finding[];
}

const SYNTAX = '${env:NAME}, ${env:NAME:-default} or ${file:path}; $${ stands for a plain ${';
/** `$${`, a whole `${…}`, or a `${` that does not end. */
const MARK = /\$\$\{|\$\{([^{}]*)\}|\$\{/g;
const ENV = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const FILE = /^file:(.+)$/s;

/** `${X}`, `${ENV:X}`, `${env.X}`, `${process.env.X}` and `${FILE:x}`, as other programs write them. */
function meantReference(content: string): string | undefined {
  const name = /^\s*(?:(?:process\.)?env\s*[.:]\s*)?([A-Za-z_][A-Za-z0-9_]*)\s*$/i.exec(content)?.[1];
  if (name !== undefined) return `\${env:${name}}`;
  const file = /^\s*file\s*:\s*(\S+)\s*$/i.exec(content)?.[1];
  return file === undefined ? undefined : `\${file:${file}}`;
}

/** No honest configuration is this deep. */
const MAX_DEPTH = 32;

/** Fills in every text of the tree. What a text is filled with is not looked at again. */
export function interpolate(tree: unknown, sources: InterpolationSources): Interpolated {
  const filling: Filling = {
    sources,
    origins: new Map(),
    envNames: new Set(),
    findings: [],
    stopped: [],
    around: new Set(),
  };
  const value = walk(filling, tree, []);
  const { origins, envNames, findings, stopped } = filling;
  return { value, origins, envNames: [...envNames].sort(), findings, stopped };
}

interface Filling {
  readonly sources: InterpolationSources;
  readonly origins: Map<string, Origin>;
  readonly envNames: Set<string>;
  readonly findings: Finding[];
  readonly stopped: Finding[];
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
  const env = ENV.exec(content);
  if (env?.[1] !== undefined) return fromEnv(filling, filled, env[1], env[2]);
  const file = FILE.exec(content);
  if (file?.[1] !== undefined) return fromFile(filling, filled, file[1]);
  const suggestion = meantReference(content);
  filling.findings.push({
    path: filled.path,
    problem: 'holds a ${…} that is not understood',
    expected: SYNTAX,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  return '';
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
  const { sources } = filling;
  origin.sources.push(`the file ${name}`);
  try {
    const text = sources.readFile(name);
    if (text.startsWith('\ufeff')) {
      origin.notes.push(
        `The file ${name} begins with a byte order mark, which is left out: save it as UTF-8 without one.`,
      );
    }
    return text.replace(/^\ufeff/, '').replace(/\r?\n$/, '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unfilled(filling, { path, problem: `needs the file ${name}, which cannot be read: ${why}` });
  }
}
