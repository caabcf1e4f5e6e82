/** Makes a page's HTML of its Markdown, with the anchors that GitHub gives, and takes out what the search reads. */
import MarkdownIt, { type Token } from 'markdown-it';
import { headingAnchor } from '../../scripts/heading-anchor.ts';
import type { Highlight } from './highlight.ts';
import { escapeHtml } from './html.ts';
import type { Links } from './links.ts';
import { addressOf, type Heading, type RenderedPage, type Section, type Source } from './page.ts';

export function createMarkdownRenderer(highlight: Highlight, links: Links): (source: Source) => RenderedPage {
  // The pages are the project's own; what HTML they have (anchors, comments) stays.
  const markdown = new MarkdownIt({ html: true });
  markdown.renderer.rules['fence'] = (tokens, at) =>
    codeBlock(tokens[at]?.content ?? '', tokens[at]?.info ?? '', highlight);
  markdown.renderer.rules['code_block'] = (tokens, at) => codeBlock(tokens[at]?.content ?? '', '', highlight);
  // A wide table scrolls by itself, and by the keyboard.
  markdown.renderer.rules['table_open'] = () => '<div class="wide" tabindex="0"><table>\n';
  markdown.renderer.rules['table_close'] = () => '</table></div>\n';
  markdown.renderer.rules['heading_close'] = (tokens, at) => {
    const anchor = tokens[at - 2]?.attrGet('id');
    const { tag = '' } = tokens[at] ?? {};
    if (tag === 'h1') return '</h1>\n';
    return ` <a class="anchor" href="#${escapeHtml(String(anchor ?? ''))}" aria-label="Link to this heading">#</a></${tag}>\n`;
  };

  return (source) => {
    const tokens = markdown.parse(source.markdown, {});
    const headings = nameHeadings(tokens);
    for (const token of tokens) {
      alignByClass(token);
      for (const child of token.children ?? []) rewriteLink(child, source.path, links);
    }
    return {
      source,
      address: addressOf(source.path),
      html: markdown.renderer.render(withoutComments(tokens), markdown.options, {}),
      headings,
      sections: sectionsOf(tokens),
    };
  };
}

/** The words behind a fence's language are for the tests that run it. */
function codeBlock(code: string, info: string, highlight: Highlight): string {
  const [language = ''] = info.trim().split(/\s+/);
  return `<pre tabindex="0"><code>${highlight(code.replace(/\n$/, ''), language)}</code></pre>\n`;
}

/** Gives each heading its `id`; a second one of the same words gets a number. */
function nameHeadings(tokens: readonly Token[]): readonly Heading[] {
  const uses = new Map<string, number>();
  return tokens.flatMap((token, at) => {
    const inline = tokens[at + 1];
    if (token.type !== 'heading_open' || inline === undefined) return [];
    const base = headingAnchor(inline.content);
    const use = uses.get(base) ?? 0;
    uses.set(base, use + 1);
    const anchor = use === 0 ? base : `${base}-${use}`;
    token.attrSet('id', anchor);
    const level = Number(token.tag.slice(1));
    return level === 2 || level === 3 ? [{ level, anchor, text: textOf(inline) }] : [];
  });
}

/** Inline styles are forbidden by the pages' own policy. */
function alignByClass(token: Token): void {
  const alignment = /text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  if (alignment === undefined) return;
  token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
  token.attrSet('class', `align-${alignment}`);
}

function rewriteLink(token: Token, path: string, links: Links): void {
  const attribute = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
  if (attribute === undefined) return;
  const target = String(token.attrGet(attribute) ?? '');
  token.attrSet(attribute, links.hrefOf(path, target));
}

function withoutComments(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ type, content }) => type !== 'html_block' || !/^\s*<!--.*-->\s*$/s.test(content));
}

/** The page's text by headings of the second and third level, a block a paragraph, an item or a cell's row. */
function sectionsOf(tokens: readonly Token[]): readonly Section[] {
  const sections: { heading: string; anchor: string; blocks: string[] }[] = [
    { heading: '', anchor: '', blocks: [] },
  ];
  let row: string[] | undefined;
  for (const [at, token] of tokens.entries()) {
    const section = sections.at(-1);
    if (token.type === 'heading_open' && token.tag !== 'h1') {
      const inline = tokens[at + 1];
      const anchor = String(token.attrGet('id') ?? '');
      sections.push({ heading: inline ? textOf(inline) : '', anchor, blocks: [] });
    } else if (token.type === 'tr_open') row = [];
    else if (token.type === 'tr_close') {
      section?.blocks.push((row ?? []).join(' – '));
      row = undefined;
    } else if (token.type === 'inline' && tokens[at - 1]?.type !== 'heading_open')
      (row ?? section?.blocks)?.push(textOf(token));
    else if (token.type === 'fence' || token.type === 'code_block')
      section?.blocks.push(token.content.trim());
  }
  return sections.map(({ blocks, ...section }) => ({
    ...section,
    blocks: blocks.filter((block) => block !== ''),
  }));
}

function textOf(inline: Token): string {
  return (inline.children ?? [])
    .map(({ type, content }) =>
      type === 'softbreak' || type === 'hardbreak' ? ' ' : type === 'html_inline' ? '' : content,
    )
    .join('');
}
