/** Prevents: lists of pages, titles and descriptions with marks of Markdown in them, or cut in the middle of an abbreviation. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { docGroups, docPages } from '../doc-groups.ts';
import { docPage, plainText } from '../doc-page.ts';

const ROOT = join(import.meta.dirname, '../..');

it.each([
  ['# A *title*\n\nOne sentence. Another.', 'A title', 'One sentence.'],
  [
    '# A\n\n<!-- Generated. -->\n\n## What happened\n\nThe [body](b.md) was `a.b(c)`. More.',
    'A',
    'The body was a.b(c).',
  ],
  [
    '# A\n\n```text\nno sentence. None.\n```\n\n- an item.\n\nTwo, e.g. this\nand that. More.',
    'A',
    'Two, e.g. this and that.',
  ],
  ['# A\n\n    npm run a. b\n\nIs it so? It is.', 'A', 'Is it so?'],
  [
    '# \\[object Object\\]: \\*\n\n`countersign` 0.2 is here. x',
    '[object Object]: *',
    'countersign 0.2 is here.',
  ],
  ['# A\n\n* an item\n\n**Bold from the start. More.**', 'A', 'Bold from the start.'],
  ['# A\n\n| a | b |\n| --- | --- |\n| c | d |', 'A', ''],
  ['# A\n\n[`core`](a.md) is **bold** &lt;b>.', 'A', 'core is bold <b>.'],
])('%j', (markdown, title, summary) => {
  expect(docPage('a.md', markdown)).toEqual({ path: 'a.md', title, summary });
});

it('a page without a title is told by its path', () => {
  expect(() => docPage('docs/a.md', 'text')).toThrow('docs/a.md has no title: begin it with a line "# …".');
});

it('code keeps its marks', () => {
  expect(plainText('`a*b*` and \\*c\\*')).toBe('a*b* and *c*');
});

it('no page of the project has marks in its title, or a summary of several sentences’ length', () => {
  for (const { path, title, summary } of docPages(ROOT)) {
    expect(`${title} ${summary}`, path).not.toMatch(/\]\(|\*\*|\\[[\]*_]/);
    expect(summary.length, path).toBeLessThan(400);
  }
});

it('every page is listed once, or stands in an index of its folder', () => {
  const listed = docGroups(ROOT).flatMap(({ pages }) => pages.map(({ path }) => path));
  expect(new Set(listed).size).toBe(listed.length);
  const left = docPages(ROOT).filter(({ path }) => !listed.includes(path));
  expect(left.length).toBeGreaterThan(400);
  const isElsewhere = (path: string): boolean =>
    /^docs\/(?:failures|adr|providers)\/|^(?:docs\/)?README\.md$/.test(path);
  expect(left.map(({ path }) => path).filter((path) => !isElsewhere(path))).toEqual([]);
});
