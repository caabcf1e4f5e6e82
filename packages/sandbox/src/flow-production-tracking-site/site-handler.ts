/** What the site answers to its page's requests. */
import type { IncomingMessage } from 'node:http';
import { readUpTo } from '@countersign/core/collect-bytes';
import type { Markup } from '../pages/markup.ts';
import { PAGE_STYLE } from '../pages/page-style.ts';
import { gridPage, ICON } from './grid-page.ts';
import { GRID_SCRIPT } from './grid-script.ts';
import { GRID_STYLE } from './grid-style.ts';
import { HAND_OVER_SCRIPT, handOverPage } from './hand-over-page.ts';
import { pickForm, type SiteProject } from './pick-form.ts';
import { itemsFor, type SiteItem } from './site-item.ts';
import { type SitePage, siteView } from './site-view.ts';

export interface SiteHandlerOptions {
  /** The site's own, e.g. `http://127.0.0.1:40123`. */
  readonly origin: string;
  readonly items: readonly SiteItem[];
  /** At least one. */
  readonly pages: readonly SitePage[];
  readonly project: SiteProject | undefined;
  readonly now: () => number;
  /** Another id each time. */
  readonly randomId: () => string;
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type SiteHandler = (request: IncomingMessage) => Promise<SiteAnswer>;

/** A pick of a thousand rows has 10 KB. */
const MAX_BODY_BYTES = 1_000_000;

const FIRST_EVENT_LOG_ENTRY_ID = 480_001;

const ASSETS: Readonly<Record<string, SiteAnswer>> = {
  '/grid.css': answer(200, 'text/css', PAGE_STYLE + GRID_STYLE),
  '/grid.js': answer(200, 'text/javascript', GRID_SCRIPT),
  '/hand-over.js': answer(200, 'text/javascript', HAND_OVER_SCRIPT),
  '/icon.svg': answer(200, 'image/svg+xml', ICON),
};

/**
 * No form-action: Chromium holds it against redirects as well (https://github.com/w3c/webappsec-csp/issues/8), and
 * where an action sends a person is its own business.
 */
const HAND_OVER_POLICY = policy({ 'script-src': "'self'", 'frame-ancestors': "'self'" });

const NO_PAGE = text(404, 'There is no such page.');

/** What the answers need of the site, and how many picks it has seen. */
interface Site extends SiteHandlerOptions {
  readonly gridPolicy: string;
  /** The next pick's. */
  eventLogEntryId: number;
}

/** Answers the site's page, its files, and picks. What goes wrong with a request is an answer, too. */
export function createSiteHandler(options: SiteHandlerOptions): SiteHandler {
  const site: Site = {
    ...options,
    gridPolicy: gridPolicy(options.items),
    eventLogEntryId: FIRST_EVENT_LOG_ENTRY_ID,
  };
  return (request) => answerRequest(site, request);
}

async function answerRequest(site: Site, request: IncomingMessage): Promise<SiteAnswer> {
  const url = URL.parse(site.origin + (request.url ?? '/'));
  if (url === null) return NO_PAGE;
  const { pathname, searchParams } = url;
  if (pathname === '/pick') return answerPick(site, request);
  if (request.method !== 'GET') return text(405, 'This is only for reading.', { allow: 'GET' });
  const page = site.pages.find(({ path }) => path === pathname);
  if (page !== undefined) return grid(site, page, searchParams);
  if (pathname === '/') return { status: 302, headers: { location: site.pages[0]?.path ?? '/' }, body: '' };
  return ASSETS[pathname] ?? NO_PAGE;
}

function grid(site: Site, page: SitePage, query: URLSearchParams): SiteAnswer {
  const { pages, project } = site;
  const view = siteView(page, query);
  const items = itemsFor(site.items, page.table.entityType);
  return html(gridPage({ view, pages, items, project, sessionUuid: site.randomId() }), site.gridPolicy);
}

async function answerPick(site: Site, request: IncomingMessage): Promise<SiteAnswer> {
  if (request.method !== 'POST') return text(405, 'Picks are posted.', { allow: 'POST' });
  // Another site's page must not get the site's signature under a form of its own making.
  if (request.headers.origin !== site.origin) {
    return text(403, `Pick from the site's own page: open ${site.origin}`);
  }
  const body = await readText(request);
  return body === undefined
    ? text(413, 'The selection is too large.')
    : pick(site, new URLSearchParams(body));
}

function pick(site: Site, fields: URLSearchParams): SiteAnswer {
  const page = site.pages.find(({ id }) => String(id) === fields.get('page'));
  const items = page === undefined ? [] : itemsFor(site.items, page.table.entityType);
  const item = items.find(({ id }) => id === fields.get('item'));
  if (page === undefined || item === undefined) return text(404, 'This page has no such action.');
  const view = siteView(page, fields);
  const selection = new Set((fields.get('selected_ids') ?? '').split(',').filter((id) => id !== ''));
  const selectedIds = view.rows.map(({ id }) => id).filter((id) => selection.has(String(id)));
  if (selectedIds.length !== selection.size)
    return text(400, 'A selected row is not on this page. Load it again.');
  const sessionUuid = fields.get('session') ?? '';
  if (!UUID.test(sessionUuid)) return text(400, 'The window has no session. Load its page again.');
  const form = pickForm({
    item,
    view,
    selectedIds,
    project: site.project,
    hostname: new URL(site.origin).host,
    sessionUuid,
    eventLogEntryId: site.eventLogEntryId++,
    nowMs: site.now(),
  });
  return html(handOverPage(item, form), HAND_OVER_POLICY);
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

function gridPolicy(items: readonly SiteItem[]): string {
  return policy({
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'form-action': "'self'",
    'frame-src': ["'self'", ...modalOrigins(items)].join(' '),
    'frame-ancestors': "'none'",
  });
}

function modalOrigins(items: readonly SiteItem[]): Iterable<string> {
  return new Set(items.filter(({ opens }) => opens === 'modal').map(({ url }) => new URL(url).origin));
}

function policy(directives: Readonly<Record<string, string>>): string {
  const all = { 'default-src': "'none'", 'base-uri': "'none'", ...directives };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

function html({ text: body }: Markup, contentSecurityPolicy: string): SiteAnswer {
  return answer(200, 'text/html', body, { 'content-security-policy': contentSecurityPolicy });
}

function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): SiteAnswer {
  return answer(status, 'text/plain', `${body}\n`, headers);
}

function answer(
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): SiteAnswer {
  const all = {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  };
  return { status, headers: all, body };
}

/** Undefined where there is too much of it. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const bytes = await readUpTo(request as AsyncIterable<Uint8Array>, MAX_BODY_BYTES);
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
