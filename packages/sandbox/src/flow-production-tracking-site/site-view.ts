/** Which page of the site a person looks at, and how it is sorted and grouped. */
import type { SiteRow, SiteTable } from './site-table.ts';

/** A page lists the entities of one type. */
export interface SitePage {
  readonly id: number;
  /** E.g. `/page/1353`. */
  readonly path: string;
  readonly title: string;
  readonly table: SiteTable;
}

export interface SiteColumn {
  /** The field's system name, e.g. `sg_status_list`. */
  readonly name: string;
  readonly title: string;
  readonly value: (row: SiteRow) => string | number;
}

export type SortDirection = 'asc' | 'desc';

/** A page as a person looks at it. */
export interface SiteView {
  readonly page: SitePage;
  readonly columns: readonly SiteColumn[];
  /** In the order of the screen. */
  readonly rows: readonly SiteRow[];
  readonly sortColumn: string;
  readonly sortDirection: SortDirection;
  /** Whether rows of one status stand together. */
  readonly isGrouped: boolean;
}

/** The column that rows are grouped by. */
export const GROUPING_COLUMN = 'sg_status_list';

const FIRST_PAGE_ID = 1353;

/** One page for each table. */
export function sitePages(tables: readonly SiteTable[]): readonly SitePage[] {
  return tables.map((table, i) => {
    const id = FIRST_PAGE_ID + i;
    return { id, path: `/page/${id}`, title: `All ${table.entityType}s`, table };
  });
}

/** What a page shows for `?sort=…&direction=…&group=…`; what these do not say, or say wrong, is as by default. */
export function siteView(page: SitePage, query: URLSearchParams): SiteView {
  const columns = columnsOf(page.table);
  const asked = columns.find(({ name }) => name === query.get('sort'));
  const sortDirection = query.get('direction') === 'desc' ? 'desc' : 'asc';
  const isGrouped = query.get('group') === GROUPING_COLUMN;
  const value = (asked ?? CODE).value;
  const sign = sortDirection === 'asc' ? 1 : -1;
  const rows = page.table.rows.toSorted(
    (a, b) => (isGrouped ? compare(a.status, b.status) : 0) || sign * compare(value(a), value(b)),
  );
  return { page, columns, rows, sortColumn: (asked ?? CODE).name, sortDirection, isGrouped };
}

/** The query that shows the same page sorted or grouped in this way. */
export function viewQuery(
  view: Pick<SiteView, 'sortColumn' | 'sortDirection' | 'isGrouped'>,
): Readonly<Record<string, string>> {
  return {
    sort: view.sortColumn,
    direction: view.sortDirection,
    ...(view.isGrouped && { group: GROUPING_COLUMN }),
  };
}

const CODE: SiteColumn = { name: 'code', title: 'Name', value: (row) => row.code };

function columnsOf({ entityType }: SiteTable): readonly SiteColumn[] {
  return [
    { ...CODE, title: entityType },
    { name: 'id', title: 'Id', value: (row) => row.id },
    { name: GROUPING_COLUMN, title: 'Status', value: (row) => row.status },
    { name: 'description', title: 'Description', value: (row) => row.description },
  ];
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
