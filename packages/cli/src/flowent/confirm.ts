/** Asks a person. */
import type { Io } from '../io.ts';
import { visiblePaintedLines } from '../visible-text.ts';

/** Whether somebody sits there who can read a question and answer it. */
export function canAsk({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks on standard error; true for `y` and `yes`, false for anything else and for the end of the input. */
export async function confirm(
  question: string,
  { stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>,
): Promise<boolean> {
  stderr.write(`${visiblePaintedLines(question)} [y/N] `);
  let line = '';
  for await (const chunk of stdin) {
    line += Buffer.from(chunk as Uint8Array).toString('utf8');
    // A terminal gives whole lines. Leaving the loop closes it, so that nothing waits for more.
    if (line.includes('\n')) break;
  }
  return /^\s*y(?:es)?\s*$/i.test(line);
}
