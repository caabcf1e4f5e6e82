/** A table of texts, escaped. */

import { counted } from '@countersign/core/internal/amounts';
import { type Html, html } from './html.ts';

export interface TableContent {
  /** The headings. */
  readonly columns: readonly (string | Html)[];
  /** A cell for each column; anything but `html` is shown as its text, undefined and null as nothing. */
  readonly rows: readonly (readonly unknown[])[];
  /** What the table shows; read out before it. Default: none. */
  readonly caption?: string;
}

/**
 * A piece of `html`: a table whose headings stay in sight, and which scrolls by itself where it is too wide or too long.
 * @throws TypeError for a row with more or fewer cells than there are columns.
 */
export function table({ columns, rows, caption }: TableContent): Html {
  const body = rows.map((cells, i) => {
    if (cells.length !== columns.length)
      throw new TypeError(
        `table: row ${i + 1} has ${counted(cells.length, 'cell')} for ${counted(columns.length, 'column')}`,
      );
    return html`<tr>${cells.map(cell)}</tr>\n`;
  });
  const name = caption === undefined ? html`` : html`<caption>${caption}</caption>`;
  // A region that scrolls must be reachable by keyboard, and have a name: WCAG 2.1.1 and 4.1.2.
  return html`<div class="table" role="region" aria-label="${caption ?? 'Table'}" tabindex="0"><table>${name}
<thead><tr>${columns.map((column, at) => heading(column, rows, at))}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}

/** Above numbers it stands where they do. */
function heading(column: string | Html, rows: TableContent['rows'], at: number): Html {
  return rows.length > 0 && rows.every((cells) => isNumber(cells[at]))
    ? html`<th scope="col" class="number">${column}</th>`
    : html`<th scope="col">${column}</th>`;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function cell(value: unknown): Html {
  return isNumber(value) ? html`<td class="number">${value}</td>` : html`<td>${value}</td>`;
}
