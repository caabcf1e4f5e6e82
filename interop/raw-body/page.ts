/** The tables of docs/raw-body.md. */
import { markdownText } from '../../scripts/markdown-text.ts';
import type { GenuineBody } from './bodies.ts';
import type { Mistake } from './mistake.ts';
import type { Original } from './originals.ts';
import type { Outcome } from './outcome.ts';
import type { Compared } from './run.ts';

type Columns = readonly (readonly (Compared | undefined)[])[];

/** A row a body, a column an original, and ours in one. */
export function bodiesTable(
  originals: readonly Original[],
  bodies: readonly GenuineBody[],
  columns: Columns,
): string {
  const titles = originals.map(({ title }) => title);
  const lines = bodies.map(({ name }, at) => {
    const cells = columns.map((column) => cellOf(column[at]?.theirs));
    return `| ${name} | ${cells.join(' | ')} | ${oursOf(columns, at)} |`;
  });
  return [
    `| a genuine body | ${titles.join(' | ')} | Countersign, in each place |`,
    `| --- | ${titles.map(() => '---').join(' | ')} | --- |`,
    ...lines,
    '',
    'Set up as documented:',
    '',
    ...originals.map(({ title, setUp }) => `- ${title}: ${setUp}`),
  ].join('\n');
}

function cellOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'sends none';
  return outcome.isTaken ? 'taken' : `**${outcome.status}**`;
}

/** One word where all are alike. */
function oursOf(columns: Columns, at: number): string {
  const cells = columns.flatMap((column) => (column[at] ? [cellOf(column[at].ours)] : []));
  return [...new Set(cells)].join(', ');
}

export function mistakesTable(mistakes: readonly Mistake[], compared: readonly Compared[]): string {
  const lines = mistakes.map(({ library, setUp }, at) => {
    const { theirs, ours } = compared[at] as Compared;
    return `| ${library} | ${setUp} | ${saidOf(theirs)} | ${ourWords(ours)} |`;
  });
  return [
    '| library | set-up | the library | Countersign in its place |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function saidOf({ isTaken, status, text }: Outcome): string {
  if (isTaken) return 'accepts it';
  if (status === 0) return 'never answers';
  return `${status}: ${markdownText(firstSentence(text))}`;
}

/** As it logs them, without what it begins with. A set-up’s mistake has one remedy, which the page says once. */
function ourWords(outcome: Outcome): string {
  const text = outcome.text.replace(
    /^countersign(?: refused a request to \w+ \([\w-]+\))?: (?:request\.body: )?/,
    '',
  );
  return outcome.status === 401 ? `401: ${markdownText(text)}` : saidOf({ ...outcome, text });
}

/** Each text once, whole, with the library. */
export function textsTable(
  originals: readonly Original[],
  columns: Columns,
  mistakes: readonly Mistake[],
  compared: readonly Compared[],
): string {
  const texts = new Map<string, Set<string>>();
  const add = (library: string, { isTaken, status, text }: Outcome): void => {
    if (isTaken || status === 0) return;
    const libraries = texts.get(text) ?? new Set();
    texts.set(text, libraries.add(library.replace(/, Next\.js$/, '')));
  };
  for (const [at, { title }] of originals.entries())
    for (const cell of columns[at] ?? []) if (cell) add(title, cell.theirs);
  for (const [at, { library }] of mistakes.entries()) add(library, (compared[at] as Compared).theirs);
  const lines = [...texts].map(
    ([text, libraries]) => `| ${[...libraries].join(', ')} | ${markdownText(text)} |`,
  );
  return ['| library | what it says |', '| --- | --- |', ...lines].join('\n');
}

function firstSentence(text: string): string {
  return /^.*?[.?](?=\s|[A-Z]|$)/.exec(text)?.[0] ?? text;
}
