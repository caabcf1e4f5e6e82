/** A page around its text: head, sidebar, table of contents. */
import type { DocGroup } from '../../scripts/doc-groups.ts';
import { escapeHtml } from './html.ts';
import { addressOf, linkBetween, type RenderedPage } from './page.ts';

const NAME = 'Countersign';

/** Nothing from elsewhere, nothing inline: a page that wants it fails in the test, and in the browser. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

export interface SiteFrame {
  readonly groups: readonly DocGroup[];
  /** Behind the addresses of style and script, so that no cache mixes two builds. */
  readonly version: string;
}

/** Folders whose many pages the sidebar leaves to their index: the folder’s README, where no other is named. */
const INDEXES: readonly { readonly folder: string; readonly index?: string; readonly title: string }[] = [
  { folder: 'docs/failures/examples', title: 'Code by framework' },
  { folder: 'docs/failures', title: 'Failures' },
  { folder: 'docs/providers', index: 'docs/providers.md', title: 'Providers' },
  { folder: 'docs/adr', title: 'Decisions' },
];

export function pageHtml(page: RenderedPage, frame: SiteFrame): string {
  const { source, address, html } = page;
  const to = (target: string): string => escapeHtml(linkBetween(address, target));
  const title = source.title === NAME ? NAME : `${source.title} · ${NAME}`;
  const description = source.summary === '' ? source.title : source.summary;
  return `<!doctype html>
<html lang="en" data-root="${to('.') || '.'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(shortened(description))}">
<meta property="og:title" content="${escapeHtml(source.title)}">
<meta property="og:description" content="${escapeHtml(shortened(description))}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${to('assets/icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${to('assets/site.css')}?${frame.version}">
<link rel="alternate" type="text/markdown" href="${to(source.path)}">
<script src="${to('assets/site.js')}?${frame.version}"></script>
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header>
<button class="menu" type="button" popovertarget="pages" aria-label="Pages">☰</button>
<a class="name" href="${to('index.html')}">${NAME}</a>
<button class="find" type="button" hidden><span>Search</span> <kbd>/</kbd></button>
<button class="theme" type="button" aria-label="Light or dark" hidden>◐</button>
</header>
<div class="columns">
<nav id="pages" popover aria-label="Pages">
${sidebar(page, frame.groups)}
</nav>
<main id="text">
${wayBack(page)}<article>
${html}</article>
<footer><a href="${to(source.path)}">This page as Markdown</a></footer>
</main>
${contents(page)}
</div>
</body>
</html>
`;
}

function sidebar({ address }: RenderedPage, groups: readonly DocGroup[]): string {
  return groups
    .map(({ title, pages }) => {
      const items = pages.map(({ path, label }) => {
        const target = addressOf(path);
        const current = target === address ? ' aria-current="page"' : '';
        return `<li><a href="${escapeHtml(linkBetween(address, target))}"${current}>${escapeHtml(label)}</a></li>`;
      });
      return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
    })
    .join('\n');
}

function wayBack({ source, address }: RenderedPage): string {
  const index = INDEXES.map(({ folder, index: path = `${folder}/README.md`, title }) => ({
    folder,
    title,
    target: addressOf(path),
  })).find(({ folder, target }) => source.path.startsWith(`${folder}/`) && target !== address);
  if (index === undefined) return '';
  return `<p class="back"><a href="${escapeHtml(linkBetween(address, index.target))}">${index.title}</a> ›</p>\n`;
}

function contents({ headings }: RenderedPage): string {
  if (headings.length < 2) return '<aside></aside>';
  const items = headings.map(
    ({ level, anchor, text }) =>
      `<li class="level-${level}"><a href="#${escapeHtml(anchor)}">${escapeHtml(text)}</a></li>`,
  );
  return `<aside aria-label="On this page"><h2>On this page</h2>\n<ul>\n${items.join('\n')}\n</ul></aside>`;
}

/** Search engines cut what is longer. */
function shortened(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 158).replace(/\s+\S*$/, '')} …`;
}
