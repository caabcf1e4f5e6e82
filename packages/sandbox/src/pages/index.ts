/** What the pages of the sandboxes and the demo are made of. */
export { Markup, type MarkupValue, markup } from './markup.ts';
export { type PageOptions, page } from './page.ts';
export { PAGE_STYLE } from './page-style.ts';
export { type PlatformServer, startServer } from './start-server.ts';
