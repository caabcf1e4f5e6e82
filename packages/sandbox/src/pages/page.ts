/** The frame of a page: document, bar and sheet, in the one style. */
import { Markup, type MarkupValue, markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface PageOptions {
  readonly title: string;
  /** Whose page it is: the bar's text. */
  readonly owner: string;
  /** Stands behind the owner. Default `sandbox`. */
  readonly mark?: string;
  readonly isNarrow?: boolean;
  /** What belongs into the head besides the style. */
  readonly head?: MarkupValue;
  /** Where the style is. Default: in the page itself, for pages without a policy. */
  readonly stylePath?: string;
}

/** A whole document around `content`. */
export function page(options: PageOptions, content: MarkupValue): Markup {
  const { title, owner, mark = 'sandbox', isNarrow = false, head, stylePath } = options;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${stylePath === undefined ? new Markup(`<style>${PAGE_STYLE}</style>`) : markup`<link rel="stylesheet" href="${stylePath}">`}
${head}
</head>
<body>
<header class="bar"><span><strong>${owner}</strong> <small>${mark}</small></span></header>
<main class="sheet${isNarrow && ' narrow'}">
${content}
</main>
</body>
</html>
`;
}
