/** Pages of docs that have parts which a run writes, and holds against what it gave. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './table.ts';

const DOCS = join(import.meta.dirname, '../docs');

/** A page of docs. @param name such as `migrate.md` */
export function readPage(name: string): string {
  return readFileSync(join(DOCS, name), 'utf8');
}

/** The page with this text between its marks `<!-- run NAME -->` and `<!-- /run -->`. */
export function withPart(page: string, name: string, text: string): string {
  const mark = `<!-- run ${name} -->`;
  const start = page.indexOf(mark);
  const end = page.indexOf('<!-- /run -->', start);
  if (start < 0 || end < start) throw new Error(`the page has no ${mark} … <!-- /run -->`);
  return `${page.slice(0, start + mark.length)}\n${text}\n${page.slice(end)}`;
}

/** Whether the page says what the run gave, as a row; `isWritten` has it say so. */
export function comparePage(name: string, page: string, isWritten: boolean): Row {
  const row = { library: 'docs', direction: name, name: 'says what the run gave' };
  if (isWritten) writeFileSync(join(DOCS, name), page);
  const isSame = readPage(name) === page;
  return isSame
    ? { ...row, outcome: 'ok' }
    : { ...row, outcome: 'FAILED', note: `it says otherwise: npm run interop -- --write` };
}
