/** Indexes of folders that have none: the decisions, and the declarations of each entry. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocPage } from '../../scripts/doc-page.ts';
import { plainText } from '../../scripts/doc-page.ts';
import { markdownText } from '../../scripts/markdown-text.ts';
import type { Source } from './page.ts';

export function extraPages(root: string, pages: readonly DocPage[]): readonly Source[] {
  return [decisions(pages), declarations(root)].filter(
    ({ path }) => !pages.some((page) => page.path === path),
  );
}

function indexOf(folder: string): string {
  return `${folder}/README.md`;
}

function decisions(pages: readonly DocPage[]): Source {
  const items = pages
    .filter(({ path }) => /^docs\/adr\/\d/.test(path))
    .map(({ path, title }) => `- [${markdownText(title)}](${path.replace('docs/adr/', '')})`);
  const title = 'Decisions';
  const summary = 'What was decided, why, and at what price.';
  return {
    path: indexOf('docs/adr'),
    title,
    summary,
    markdown: `# ${title}\n\n${summary}\n\n${items.join('\n')}\n`,
  };
}

/** The first comment of an entry's declarations says what it is for. */
function declarations(root: string): Source {
  const items = readdirSync(join(root, 'docs/api'))
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(root, 'docs/api', name), 'utf8');
      const entry = /^\/\/ (.*)\/dist\/(.*)\.d\.ts/.exec(text);
      const purpose = /^\/\*\*\s*(.*?)\s*(?:\*\/|\n)/m.exec(text)?.[1] ?? '';
      const words = entry ? `${entry[1]}: ${entry[2]}` : name;
      return `- [${markdownText(words)}](${name})${purpose === '' ? '' : ` ${markdownText(plainText(purpose))}`}`;
    });
  const title = 'Declarations';
  const summary = 'The public TypeScript declarations of every entry, as plain text.';
  return {
    path: indexOf('docs/api'),
    title,
    summary,
    markdown: `# ${title}\n\n${summary}\n\n${items.join('\n')}\n`,
  };
}
