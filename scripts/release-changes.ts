/** What a release writes: the version in every manifest, in what they need of each other and in the lock file; the changelog's section with its date. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGES } from './pack-packages.ts';

/** Why a release cannot be, and what to do. */
export class ReleaseProblem extends Error {
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}

export interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

interface LockFile {
  version: string;
  readonly packages: Record<string, Manifest>;
}

const VERSION = /^(\d+)\.(\d+)\.(\d+)(-[0-9a-z.-]+)?$/;
const UNRELEASED = /^## (?:(\S+) \(unreleased\)|unreleased)$/im;

/** The manifests that are published, by folder: `packages/core`. */
export function publishedManifests(root: string): ReadonlyMap<string, Manifest> {
  return new Map(
    PACKAGES.map((name) => [
      `packages/${name}`,
      JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest,
    ]),
  );
}

/** Folders in an order in which each package stands behind those that it needs. */
export function publishOrder(manifests: ReadonlyMap<string, Manifest>): readonly string[] {
  const rest = new Map(manifests);
  const order: string[] = [];
  while (rest.size > 0) {
    const names = new Set([...rest.values()].map(({ name }) => name));
    const next = [...rest].find(
      ([, { dependencies = {} }]) => !Object.keys(dependencies).some((name) => names.has(name)),
    );
    if (next === undefined) throw new Error(`packages that need each other: ${[...names].join(', ')}`);
    order.push(next[0]);
    rest.delete(next[0]);
  }
  return order;
}

/**
 * The files of a release with their new texts, by path below the root.
 * @param date of the release: `2026-11-27`
 * @throws ReleaseProblem for a version that is none or not a later one, and a changelog without a section for it
 */
export function releaseChanges(root: string, version: string, date: string): ReadonlyMap<string, string> {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const manifests = publishedManifests(root);
  const names = new Set([...manifests.values()].map(({ name }) => name));
  const rootManifest = JSON.parse(read('package.json')) as Manifest;
  if (!isLater(version, rootManifest.version))
    throw new ReleaseProblem(
      `${version} is no version after ${rootManifest.version}`,
      'Name a later one, e.g. 1.2.3, or 1.2.3-beta.1.',
    );
  const lock = JSON.parse(read('package-lock.json')) as LockFile;
  lock.version = version;
  const changes = new Map<string, string>();
  for (const [folder, manifest] of [['', rootManifest] as const, ...manifests]) {
    const locked = lock.packages[folder];
    if (locked === undefined)
      throw new ReleaseProblem(`package-lock.json does not know ${folder || 'the root'}`, 'Run npm install.');
    for (const entry of [manifest, locked]) setVersion(entry, version, names);
    changes.set(join(folder, 'package.json'), textOf(manifest));
  }
  changes.set('package-lock.json', textOf(lock));
  changes.set('CHANGELOG.md', releasedChangelog(read('CHANGELOG.md'), version, date));
  return changes;
}

/** Packages that are published together need each other in the version of that day. */
function setVersion(manifest: Manifest, version: string, names: ReadonlySet<string>): void {
  manifest.version = version;
  for (const name of Object.keys(manifest.dependencies ?? {}))
    if (manifest.dependencies !== undefined && names.has(name)) manifest.dependencies[name] = version;
}

function releasedChangelog(text: string, version: string, date: string): string {
  const heading = UNRELEASED.exec(text);
  if (heading === null)
    throw new ReleaseProblem(
      'CHANGELOG.md has no unreleased section',
      `Begin one: ## ${version} (unreleased), and say what users see.`,
    );
  const [line, planned = version] = heading;
  // A beta of 1.2.0 is told under 1.2.0, whose section stays open.
  if (version.startsWith(`${planned}-`)) return text;
  if (planned !== version)
    throw new ReleaseProblem(
      `CHANGELOG.md tells of ${planned}, not of ${version}`,
      'Release the version that stands there, or change the heading.',
    );
  return text.replace(line, `## ${version} (${date})`);
}

/** A version with a word behind it, `1.2.0-beta.1`, is before the one without. Two such words of one version are not compared by their numbers. */
function isLater(version: string, before: string): boolean {
  const [next, last] = [VERSION.exec(version), VERSION.exec(before)];
  if (next === null || last === null) return false;
  for (const part of [1, 2, 3]) {
    const difference = Number(next[part]) - Number(last[part]);
    if (difference !== 0) return difference > 0;
  }
  return last[4] !== undefined && next[4] !== last[4];
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
