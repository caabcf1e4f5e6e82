/** The page that takes a signed form from the site to the item's URL, in the tab or frame that was opened for it. */
import type { FormField } from '../flow-production-tracking.ts';
import { type Markup, markup } from '../pages/markup.ts';
import type { SiteItem } from './site-item.ts';

/**
 * Posts itself once it is there. A script of the grid could do without this page, but then the signed fields would
 * come too late for browsers that open a tab only within the click.
 */
export function handOverPage(item: SiteItem, fields: readonly FormField[]): Markup {
  const encoding =
    item.encoding === 'multipart' ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  return markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${item.title}</title>
<form method="post" action="${item.url}" enctype="${encoding}" accept-charset="utf-8">
${fields.map(({ name, value }) => markup`<input type="hidden" name="${name}" value="${value}">\n`)}<noscript><button>${item.title}</button></noscript>
</form>
<script src="/hand-over.js"></script>
</html>
`;
}

/** What posts the form. */
export const HAND_OVER_SCRIPT: string = 'document.forms[0].submit();\n';
