/**
 * Prevents: a long run that repeats what a short one has done. Lists the test files that do more in a long run: those that import `scripts/effort.ts`,
 * or a helper that does.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const EFFORT = join('scripts', 'effort.ts');

/**
 * @param root the repository’s folder
 * @param patterns of test files, from there
 * @param alike helpers, from there, that import it and do the same in this long run as in a short one
 * @returns paths from there
 */
export function searchingTests(
  root: string,
  patterns: readonly string[],
  alike: readonly string[] = [],
): string[] {
  const sources = globSync(
    patterns.map((pattern) => pattern.replace(/[^/]*$/, '*.ts')),
    { cwd: root },
  );
  const importsOf = new Map(sources.map((file) => [file, relativeImports(root, file)]));
  const reaching = new Set([EFFORT]);
  let before: number;
  do {
    before = reaching.size;
    for (const [file, imports] of importsOf) {
      if (!alike.includes(file) && imports.some((path) => reaching.has(path))) reaching.add(file);
    }
  } while (reaching.size > before);
  return [...reaching].filter((file) => file.endsWith('.test.ts'));
}

function relativeImports(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => join(dirname(file), path));
}
