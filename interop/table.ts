/** What came of each case, as a table for people. */

/**
 * `ok`: both agree. `DIFFERS`: they do not, and the source of truth decides, as the note says. `not there`: one side
 * has no such thing, or the program is not installed. `FAILED`: an unexpected difference.
 */
export type Outcome = 'ok' | 'DIFFERS' | 'not there' | 'FAILED';

export interface Row {
  readonly library: string;
  readonly direction: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly note?: string;
}

/** Prints the rows, and their counts. */
export function printTable(rows: readonly Row[]): void {
  const width = (read: (row: Row) => string): number => Math.max(...rows.map((row) => read(row).length));
  const widths = {
    library: width(({ library }) => library),
    direction: width(({ direction }) => direction),
    name: width(({ name }) => name),
  };
  for (const { library, direction, name, outcome, note } of rows) {
    const cells = [
      library.padEnd(widths.library),
      direction.padEnd(widths.direction),
      name.padEnd(widths.name),
      outcome,
    ];
    console.log(`${cells.join('  ')}${note === undefined ? '' : `: ${note}`}`);
  }
  console.log(`\n${countsOf(rows)}`);
}

function countsOf(rows: readonly Row[]): string {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of rows) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, n]) => `${n} ${outcome}`).join(', ');
}
