/** Prevents: a check of links that finds nothing because it looks at nothing. */
import { expect, it } from 'vitest';
import { deadLinks, unreachablePages } from '../src/dead-links.ts';

const FILES = new Map([
  [
    'index.html',
    '<h2 id="top">…</h2><a href="docs/a.html">a</a> <a href="#top">top</a> <a href="https://example.com/x">x</a>',
  ],
  [
    'docs/a.html',
    '<a id="b"></a><a href="../index.html#top">up</a> <a href="#b">b</a> <link href="../site.css?1">',
  ],
  ['site.css', ''],
]);

function withPage(address: string, html: string): ReadonlyMap<string, string> {
  return new Map([...FILES, [address, html]]);
}

it('links that lead somewhere are no faults', () => {
  expect(deadLinks(FILES)).toEqual([]);
  expect(unreachablePages(FILES)).toEqual([]);
});

it.each([
  ['<a href="c.html">', 'docs/a.html: nothing is at c.html'],
  ['<a href="../index.html#c">', 'docs/a.html: no heading ../index.html#c'],
  ['<a href="#c">', 'docs/a.html: no heading #c'],
  ['<img alt="" src="c.svg">', 'docs/a.html: nothing is at c.svg'],
  ['<a href="/index.html">', 'docs/a.html: nothing is at /index.html'],
  ['<a href="../../index.html">', 'docs/a.html: nothing is at ../../index.html'],
])('%s is told', (html, fault) => {
  expect(deadLinks(withPage('docs/a.html', html))).toEqual([fault]);
});

it('a page that only itself links to is unreachable, and the page for lost visitors is not asked', () => {
  const files = new Map([...withPage('docs/lost.html', '<a href="lost.html">'), ['404.html', '']]);
  expect(unreachablePages(files)).toEqual(['docs/lost.html']);
});
