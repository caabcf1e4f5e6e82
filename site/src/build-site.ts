/** Builds the documentation into files: one page for each Markdown file of the project, at the same place. */
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { docGroups, docPages } from '../../scripts/doc-groups.ts';
import { deadLinks, unreachablePages } from './dead-links.ts';
import { extraPages } from './extra-pages.ts';
import { createHighlight } from './highlight.ts';
import { pageHtml } from './layout.ts';
import { COPIED, createLinks } from './links.ts';
import { notFoundHtml } from './not-found-page.ts';
import type { Source } from './page.ts';
import { createMarkdownRenderer } from './render-markdown.ts';
import { searchPages } from './search-pages.ts';

const CLIENT = join(import.meta.dirname, '../client');

/** In this order: a later one decides. */
const STYLES: readonly string[] = ['text.css', 'code.css', 'search.css', 'frame.css'];

/** Indexes that the documentation’s own index does not list. */
const FOLDERS = /^docs\/(?:adr|api)\/README\.md$/;

export interface BuiltSite {
  readonly pages: number;
  /** Of all files. */
  readonly bytes: number;
  /** Links that lead nowhere and pages that nothing leads to, in words. */
  readonly faults: readonly string[];
}

/** Empties the folder `out` first. @param root the project's */
export async function buildSite(root: string, out: string): Promise<BuiltSite> {
  const listed = docPages(root);
  const sources: readonly Source[] = [
    ...listed.map((page) => ({ ...page, markdown: readFileSync(join(root, page.path), 'utf8') })),
    ...extraPages(root, listed),
  ];
  const links = createLinks(root, new Set(sources.map(({ path }) => path)));
  const render = createMarkdownRenderer(await createHighlight(), links);
  const pages = sources.map(render);

  const files = new Map<string, string>();
  files.set('assets/site.js', await clientScript('site.ts'));
  files.set('assets/site.css', STYLES.map((name) => readFileSync(join(CLIENT, name), 'utf8')).join('\n'));
  files.set('assets/icon.svg', readFileSync(join(CLIENT, 'icon.svg'), 'utf8'));
  files.set('assets/search.js', `window.countersignPages=${JSON.stringify(searchPages(pages))}\n`);
  const version = createHash('sha256')
    .update([...files.values()].join('\0'))
    .digest('hex')
    .slice(0, 8);
  const groups = [
    ...docGroups(root),
    {
      title: 'More',
      pages: sources.filter(({ path }) => FOLDERS.test(path)).map((page) => ({ ...page, label: page.title })),
    },
  ];
  for (const page of pages) {
    files.set(page.address, pageHtml(page, { groups, version }));
    // What agents read; llms.txt links to it.
    files.set(page.source.path, page.source.markdown);
  }
  files.set('404.html', notFoundHtml(await clientScript('not-found.ts')));
  for (const name of ['llms.txt', 'AGENTS.md']) files.set(name, readFileSync(join(root, name), 'utf8'));
  files.set(
    'llms-full.txt',
    fullText(
      sources,
      groups.flatMap((group) => group.pages.map(({ path }) => path)),
    ),
  );
  const copied = globSync('docs/**/*', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => COPIED.test(path));

  rmSync(out, { recursive: true, force: true });
  for (const [address, text] of files) {
    mkdirSync(dirname(join(out, address)), { recursive: true });
    writeFileSync(join(out, address), text);
  }
  for (const path of copied) cpSync(join(root, path), join(out, path));

  const html = new Map([...files].map(([address, text]) => [address, address.endsWith('.html') ? text : '']));
  for (const path of copied) html.set(path, '');
  const unreachable = unreachablePages(html).map((address) => `${address}: no page leads to it`);
  return {
    pages: pages.length,
    bytes: [...files.values(), ...copied.map((path) => readFileSync(join(root, path)))].reduce(
      (sum, content) => sum + Buffer.byteLength(content),
      0,
    ),
    faults: [...links.faults, ...deadLinks(html), ...unreachable],
  };
}

/** One classic script, which pages from a disk load as well. */
async function clientScript(name: string): Promise<string> {
  const bundle = await rolldown({ input: join(CLIENT, name) });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  return output[0].code;
}

/** What the sidebar lists, whole, in its order. */
function fullText(sources: readonly Source[], paths: readonly string[]): string {
  const texts = ['README.md', ...paths].map((path) => {
    const source = sources.find((candidate) => candidate.path === path);
    return source === undefined ? '' : `<!-- ${path} -->\n\n${source.markdown.trim()}\n`;
  });
  return texts.join('\n');
}
