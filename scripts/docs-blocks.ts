/** Finds the project's Markdown files and the code blocks in them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Languages whose blocks docs/test/docs.test.ts runs. */
export const RUN: readonly string[] = ['ts', 'sh', 'yaml'];

/** Languages of blocks that docs.test.ts only shows: pictures, output, formats; examples, which `npm run examples` runs; and what docs/test/deploy runs. */
export const SHOWN: readonly string[] = [
  'text',
  'json',
  'sql',
  'http',
  'js',
  'python',
  'php',
  'ruby',
  'go',
  'java',
  'nginx',
  'caddyfile',
  'haproxy',
  'ini',
  'dockerfile',
];

export interface CodeBlock {
  readonly language: string;
  /** Words behind the language, e.g. `norun`. */
  readonly flags: readonly string[];
  readonly code: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const match of markdown.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language = '', flags = '', code = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length;
    blocks.push({ language, flags: flags.trim().split(/\s+/), code, line });
  }
  return blocks;
}

export function markdownFiles(root: string): readonly string[] {
  return filesBelow(root, /\.md$/);
}

/** The project’s own files of such names. */
export function filesBelow(root: string, name: RegExp): readonly string[] {
  const skipped = ['node_modules', 'dist', '.git'];
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return skipped.includes(entry.name) || entry.name.startsWith('.') ? [] : walk(path);
      return name.test(entry.name) ? [path] : [];
    });
  return walk(root);
}
