/** The tables of docs/catalogue.md. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const page: string = readFileSync('docs/catalogue.md', 'utf8');

export interface Row {
  readonly sender: string;
  readonly cell: string;
  /** For how many requests the verdict is that of the sender; empty where nobody has any. */
  readonly judged: string;
  readonly notes: string;
  readonly line: string;
}

/** The first four cells of each row of the section’s table. */
export function rowsOf(heading: string): readonly Row[] {
  const [, rest = ''] = page.split(`## ${heading}: `);
  const [section = ''] = rest.split('\n## ');
  return section.split('\n').flatMap((line) => {
    const [, sender = '', cell = '', judged = '', notes = ''] = line
      .split(/(?<!\\)\|/)
      .map((text) => text.trim());
    return cell === '' || sender === 'sender' || sender.startsWith('---')
      ? []
      : [{ sender, cell, judged, notes, line }];
  });
}

/** Those with a declaration of which all, or a part, is proved. */
export const declaredRows: readonly Row[] = [...rowsOf('Declared'), ...rowsOf('Declared in part')];

/** What stands in the cell as code, as data. */
export function written(cell: string): unknown {
  return parse((/`(.*)`/.exec(cell)?.[1] ?? '').replaceAll('\\|', '|'));
}
