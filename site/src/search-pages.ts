/** What the search reads: each page's text, without the blocks that many pages have in common. */
import type { SearchPage } from '../client/search.ts';
import type { RenderedPage } from './page.ts';

/** A block that stands on more pages than this tells none of them from another. */
const MOST_PAGES = 10;

/** What is added to a page's score for its kind: who searches has a task, or a failure. */
const BONUSES: readonly { readonly path: RegExp; readonly bonus: number }[] = [
  { path: /^docs\/troubleshooting\.md$/, bonus: 50 },
  { path: /^docs\/guides\//, bonus: 40 },
  { path: /^(?:README\.md|docs\/[^/]+\.md)$/, bonus: 25 },
  // Below the pages of all of them: who searches for a framework has not said a sender.
  { path: /^docs\/providers\//, bonus: 20 },
  { path: /^(?:docs\/adr\/|CHANGELOG|ARCHITECTURE|CONTRIBUTING|bench|corpus|torture|vectors)/, bonus: -20 },
];

export function searchPages(pages: readonly RenderedPage[]): readonly SearchPage[] {
  const uses = new Map<string, number>();
  for (const { sections } of pages) {
    const blocks = new Set(sections.flatMap((section) => section.blocks));
    for (const block of blocks) uses.set(block, (uses.get(block) ?? 0) + 1);
  }
  return pages.map(({ source, address, sections }) => ({
    title: source.title,
    address,
    bonus: BONUSES.find(({ path }) => path.test(source.path))?.bonus ?? 0,
    sections: sections
      .map(({ heading, anchor, blocks }) => {
        const text = blocks.filter((block) => (uses.get(block) ?? 0) <= MOST_PAGES).join('\n');
        return { heading, anchor, text: text === '' && anchor === '' ? source.summary : text };
      })
      // The first says at least the title.
      .filter(({ text, anchor }) => text !== '' || anchor === ''),
  }));
}
