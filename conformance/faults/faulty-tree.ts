/** A copy of the engine and of this search, in which a fault is put back. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../engine/tally.ts';
import type { Edit, Fault } from './fault.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the search imports. */
const COPIED = [
  'packages/core/src',
  'packages/core/package.json',
  'packages/core/test/support',
  'conformance',
  'vectors',
  'scripts/seeded-random.ts',
  'bench/worst/cost.ts',
  'package.json',
];

const MUTATIONS = 12_000;

export interface FaultyTree {
  /** What the search finds with the fault; the sources are whole again afterwards. @throws Error where an edit does not fit */
  findings(fault: Pick<Fault, 'edits' | 'only' | 'mutations'>): readonly Finding[];
  remove(): void;
}

export function faultyTree(): FaultyTree {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-faults-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'node_modules/@countersign'), { recursive: true });
  symlinkSync(join(folder, 'packages/core'), join(folder, 'node_modules/@countersign/core'));
  for (const name of ['jose', 'structured-headers']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return {
    findings({ edits, only, mutations = MUTATIONS }) {
      try {
        for (const edit of edits) apply(folder, edit);
        return search(folder, only, mutations);
      } finally {
        cpSync(join(ROOT, 'packages/core/src'), join(folder, 'packages/core/src'), { recursive: true });
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function apply(folder: string, { file, find, replace }: Edit): void {
  const path = join(folder, 'packages/core/src', file);
  const [before, ...after] = readFileSync(path, 'utf8').split(find);
  if (after.length !== 1) {
    throw new Error(
      `${file} has ${after.length} times ${JSON.stringify(find)}: write the fault anew, as the sources are now`,
    );
  }
  writeFileSync(path, before + replace + after[0]);
}

function search(folder: string, only: string, mutations: number): readonly Finding[] {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--conditions=countersign-source',
      join(folder, 'conformance/faults/search-here.ts'),
      only,
      String(mutations),
    ],
    { encoding: 'utf8', cwd: folder },
  );
  if (status !== 0) throw new Error(`the search ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
