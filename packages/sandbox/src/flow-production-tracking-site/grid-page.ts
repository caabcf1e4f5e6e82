/** The site's page: the entities of one type, and the menu of its items. */
import { type Markup, markup } from '../pages/markup.ts';
import type { SiteProject } from './pick-form.ts';
import type { SiteItem } from './site-item.ts';
import type { SiteRow } from './site-table.ts';
import { type SiteColumn, type SitePage, type SiteView, viewQuery } from './site-view.ts';

export interface GridPageOptions {
  readonly view: SiteView;
  /** Every page of the site. */
  readonly pages: readonly SitePage[];
  /** Those of this page's type. */
  readonly items: readonly SiteItem[];
  readonly project: SiteProject | undefined;
  /** Of the window that gets the page. */
  readonly sessionUuid: string;
}

/** The whole document; its script and style are files of their own, so that the policy can forbid any other. */
export function gridPage(options: GridPageOptions): Markup {
  const { view, pages, items, project, sessionUuid } = options;
  const { page } = view;
  const query = Object.entries({ page: String(page.id), ...viewQuery(view), session: sessionUuid });
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/grid.css">
<script src="/grid.js" type="module"></script>
</head>
<body>
<header class="bar">
  <span><strong>Flow Production Tracking</strong> <small>sandbox</small></span>
  <span class="project">${project?.name ?? 'All projects'}</span>
</header>
<nav class="pages" aria-label="Pages">${pages.map((sitePage) => pageLink(sitePage, page))}</nav>
<main>
  <div class="tools">
    <h1>${page.title}</h1>
    <p class="hint">Select rows, then right-click, press the menu key or use Actions.</p>
    ${groupLink(view)}
    <output id="count" aria-live="polite"></output>
    <button id="actions" type="button" aria-haspopup="menu" aria-expanded="false">Actions <span aria-hidden="true">…</span></button>
  </div>
  <noscript><p>The selection and the menu need JavaScript.</p></noscript>
  <div class="scroll">
    <table id="grid">
      <thead><tr>
        <th class="box"><input id="all" type="checkbox" autocomplete="off" aria-label="Select all"></th>
        ${view.columns.map((column) => columnHead(view, column))}
      </tr></thead>
      ${groupsOf(view).map((rows) => rowGroup(view, rows))}
    </table>
  </div>
</main>
<div id="menu" role="menu" popover="manual" aria-label="Actions">
${items.map(menuItem)}${items.length === 0 && markup`<p>No actions for ${page.table.entityType}s</p>`}</div>
<dialog id="modal" aria-labelledby="modal-title">
  <div class="title"><h2 id="modal-title"></h2><button id="modal-close" type="button" aria-label="Close">✕</button></div>
  <div id="modal-content"></div>
</dialog>
<form id="pick" method="post" action="/pick" hidden>
${query.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`)}
<input type="hidden" name="item" autocomplete="off"><input type="hidden" name="selected_ids" autocomplete="off">
</form>
</body>
</html>
`;
}

function pageLink({ id, path, table }: SitePage, current: SitePage): Markup {
  return markup`<a href="${path}"${id === current.id && markup` aria-current="page"`}>${table.entityType}s</a>`;
}

function groupLink(view: SiteView): Markup {
  const query = new URLSearchParams(viewQuery({ ...view, isGrouped: !view.isGrouped }));
  return markup`<a class="group" href="?${query.toString()}">${view.isGrouped ? 'Ungroup' : 'Group by status'}</a>`;
}

function columnHead(view: SiteView, { name, title }: SiteColumn): Markup {
  const isSorted = view.sortColumn === name;
  const sortDirection = isSorted && view.sortDirection === 'asc' ? 'desc' : 'asc';
  const query = new URLSearchParams(viewQuery({ ...view, sortColumn: name, sortDirection }));
  const sorted =
    isSorted && markup` aria-sort="${view.sortDirection === 'asc' ? 'ascending' : 'descending'}"`;
  return markup`<th scope="col"${name === 'id' && markup` class="number"`}${sorted}><a href="?${query.toString()}">${title}</a></th>`;
}

function groupsOf({ rows, isGrouped }: SiteView): readonly (readonly SiteRow[])[] {
  if (!isGrouped) return [rows];
  const statuses = [...new Set(rows.map(({ status }) => status))];
  return statuses.map((shared) => rows.filter(({ status }) => status === shared));
}

function rowGroup({ columns, isGrouped }: SiteView, rows: readonly SiteRow[]): Markup {
  const status = rows[0]?.status ?? '';
  return markup`<tbody>${
    isGrouped &&
    markup`<tr class="head"><th scope="rowgroup" colspan="${columns.length + 1}">${statusName(status)} <small>${rows.length}</small></th></tr>`
  }${rows.map(row)}</tbody>`;
}

function row({ id, code, status, description }: SiteRow): Markup {
  return markup`
<tr data-id="${id}">
  <td class="box"><input type="checkbox" autocomplete="off" aria-label="${code}"></td>
  <th scope="row">${thumbnail(id)}${code}</th>
  <td class="number">${id}</td>
  <td><span class="status" data-status="${status}">${statusName(status)}</span></td>
  <td>${description}</td>
</tr>`;
}

/** A stand-in for the picture of an entity: hills under a sky, other colours for each id. */
function thumbnail(id: number): Markup {
  const hue = (id * 47) % 360;
  return markup`<svg class="thumbnail" viewBox="0 0 32 18" aria-hidden="true"><rect width="32" height="18" fill="hsl(${hue} 45% 72%)"/><circle cx="${6 + (id % 20)}" cy="6" r="2.5" fill="hsl(${hue} 60% 90%)"/><path d="M0 18V${11 + (id % 4)}l9-4 10 5 13-6V18z" fill="hsl(${(hue + 30) % 360} 35% 38%)"/></svg>`;
}

function menuItem({ id, title, opens }: SiteItem): Markup {
  return markup`<button type="button" role="menuitem" tabindex="-1" value="${id}" data-opens="${opens}"><span>${title}</span> <small>${opens === 'tab' ? 'new tab' : 'window'}</small></button>
`;
}

const STATUS_NAMES: Readonly<Record<string, string>> = {
  wtg: 'Waiting to start',
  ip: 'In progress',
  rev: 'Pending review',
  apr: 'Approved',
  fin: 'Final',
  hld: 'On hold',
};

function statusName(status: string): string {
  return Object.hasOwn(STATUS_NAMES, status) ? (STATUS_NAMES[status] ?? status) : status;
}

/** The icon of the site's tabs. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#2b3440"/><path d="M4 4h8M4 8h8M4 12h5" stroke="#7cc4ff" stroke-width="2"/></svg>
`;
