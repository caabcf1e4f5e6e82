/** The programs of docs/migrate.md, each pair by the name of its mark. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeBlocks } from '../../scripts/docs-blocks.ts';

export interface ProgramPair {
  readonly name: string;
  /** In JavaScript. */
  readonly theirs: string;
  /** In TypeScript. */
  readonly ours: string;
}

/** The two blocks before each mark. */
export function programPairs(page: string): readonly ProgramPair[] {
  const parts = page.split(/^<!-- run ([\w-]+) -->$/m);
  const pairs: ProgramPair[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at] ?? '';
    const [theirs, ours] = codeBlocks(parts[at - 1] ?? '').slice(-2);
    if (theirs?.language !== 'js' || ours?.language !== 'ts')
      throw new Error(`docs/migrate.md: before the mark ${name} there is no block in js and one in ts`);
    pairs.push({ name, theirs: theirs.code, ours: ours.code });
  }
  return pairs;
}

/** Beside the peers, so that imports find them. */
export function createScratch(): string {
  return mkdtempSync(join(import.meta.dirname, '../.scratch-'));
}

/** What it would listen with: its `server`, or its Express `app`; of Bolt, the app of its receiver. */
export async function load(
  path: string,
  code: string,
  exported: 'app' | 'server' | 'receiver.app',
): Promise<Server | RequestListener> {
  // In place of the line with which it would listen.
  writeFileSync(path, `${code}\nexport const listener = ${exported};\n`);
  const { listener } = (await import(pathToFileURL(path).href)) as { listener: Server | RequestListener };
  return listener;
}

export function removeScratch(scratch: string): void {
  rmSync(scratch, { recursive: true, force: true });
}
