/** The pages of the documentation by what people come for: the index’s own order first, and whatever it does not list behind it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { type DocPage, docPage, plainText } from './doc-page.ts';
import { markdownFiles } from './docs-blocks.ts';

export interface ListedPage extends DocPage {
  /** What the index calls it, which is shorter than its title; the title where the index does not list it. */
  readonly label: string;
}

export interface DocGroup {
  readonly title: string;
  readonly pages: readonly ListedPage[];
}

/** Where a page belongs that the index does not list: the first pattern that its path has. */
const PLACES: readonly { readonly path: RegExp; readonly title: string }[] = [
  { path: /^(?:docs\/guides|examples)\//, title: 'Guides' },
  { path: /^docs\/failures\//, title: 'When a request is refused' },
  { path: /^docs\/(?!adr\/|README)/, title: 'Manual' },
  { path: /^packages\//, title: 'Packages' },
  { path: /./, title: 'The project' },
];

/** Pages of a hundred like them: their index is listed, not they. */
const LISTED_ELSEWHERE = /^docs\/(?:adr|failures|providers)\/(?!(?:examples\/)?README\.md$)/;

/** For agents, who read it by itself. */
const NO_PAGES: readonly string[] = ['AGENTS.md'];

/** Every page, those too that only an index lists. */
export function docPages(root: string): readonly DocPage[] {
  return markdownFiles(root)
    .map((file) => relative(root, file).replaceAll(sep, '/'))
    .filter((path) => !NO_PAGES.includes(path))
    .sort()
    .map((path) => docPage(path, readFileSync(join(root, path), 'utf8')));
}

export function docGroups(root: string): readonly DocGroup[] {
  const pages = new Map(docPages(root).map((page) => [page.path, page]));
  const groups = new Map<string, ListedPage[]>();
  // The first page is the way in.
  const listed = new Set(['README.md', 'docs/README.md']);
  const list = (title: string, page: DocPage, label: string): void => {
    if (listed.has(page.path) || LISTED_ELSEWHERE.test(page.path)) return;
    listed.add(page.path);
    groups.set(title, [...(groups.get(title) ?? []), { ...page, label }]);
  };
  for (const { title, links } of sectionsOfIndex(root)) {
    for (const { path, label } of links) {
      const page = pages.get(path);
      if (page) list(title, page, label);
    }
  }
  for (const { title, path } of PLACES) {
    for (const page of pages.values()) if (path.test(page.path)) list(title, page, page.title);
  }
  return [...groups].map(([title, members]) => ({ title, pages: members }));
}

interface IndexSection {
  readonly title: string;
  readonly links: readonly { readonly path: string; readonly label: string }[];
}

/** The headings of docs/README.md, each with the pages that it links to. */
function sectionsOfIndex(root: string): readonly IndexSection[] {
  const index = join(root, 'docs/README.md');
  if (!existsSync(index)) return [];
  const [, ...sections] = readFileSync(index, 'utf8').split(/^## /m);
  return sections.map((section) => ({
    title: plainText(section.split('\n', 1)[0] ?? ''),
    links: [...section.matchAll(/\[([^\]]+)\]\(([^)#\s]+\.md)\)/g)].map(([, words = '', target = '']) => ({
      path: posix.join('docs', target),
      label: capitalised(plainText(words)),
    })),
  }));
}

/** Amid a sentence of the index a link is in lower case. */
function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
