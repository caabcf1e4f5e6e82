/** Bodies that have lost blanks or line ends, which are put back where they may have stood. */
import type { TrialHypothesis } from '../hypothesis.ts';
import { unjoinedTexts } from '../joined-lines.ts';
import { bodyText, withTexts } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, COMPARED, RAW } from './body-part.ts';

const BEFORE = ['', ' ', '\n', '\r\n', '\t', '  ', '\n\n'];
const BEHIND = ['', ' ', '\n', '\r\n', '\n\n', '\r\n\r\n', '\r\n\n', ' \n', '\n ', '  ', '\t', '\n\n\n'];

/** A longer body is copied too often. */
const MAX_CHARS = 16 * 1024;

/** Lines that are tried one by one. */
const MAX_LINES = 40;

/** What editors take off the end of a line. */
const LINE_BLANKS = [' ', '  ', '\t'];

/** `body-blanks-cut` 84 trials, `body-blanks-in-lines-cut` 246, `body-line-ends-lost` 1500 at most. */
export const BODY_BLANKS: readonly TrialHypothesis[] = [
  {
    id: 'body-blanks-cut',
    ...BODY_STEPS,
    changes: (trial) => withShortText(trial, surrounded),
    says: () =>
      'Blanks or line ends at the beginning or the end of the body were cut off after it was signed, as strip and trim do.',
    mend: () => `${RAW} Nothing may trim it.`,
    example: 'raw-body',
  },
  {
    id: 'body-blanks-in-lines-cut',
    ...COMPARED,
    changes: (trial) => withShortText(trial, withLineBlanks),
    says: () =>
      'Blanks at the end of a line of the body were cut off after it was signed, as editors and clean-up filters do.',
    mend: () => `${RAW} An editor that trims lines (trim_trailing_whitespace) must not touch it.`,
    example: 'raw-body',
  },
  {
    id: 'body-line-ends-lost',
    ...COMPARED,
    changes: (trial) => withShortText(trial, unjoinedTexts),
    says: () =>
      'The lines of the body were put together after it was signed: it was read line by line, and its line ends are gone.',
    mend: () =>
      `${RAW} Whoever reads it line by line (readLine, splitlines, tr -d) must not join the lines without their ends.`,
    example: 'raw-body',
  },
];

function* withShortText(trial: Trial, texts: (text: string) => Iterable<string>): Generator<Change> {
  const text = bodyText(trial);
  if (text === undefined || text === '' || text.length > MAX_CHARS) return;
  yield* withTexts(trial, texts(text));
}

function* surrounded(text: string): Generator<string> {
  for (const before of BEFORE) for (const behind of BEHIND) yield before + text + behind;
}

function* withLineBlanks(text: string): Generator<string> {
  const lines = text.split('\n');
  if (lines.length < 2 || lines.length > MAX_LINES) return;
  const ends = text.includes('\r\n') ? [/\r?$/, /$/] : [/$/];
  for (const end of ends) {
    for (const blanks of LINE_BLANKS) {
      const longer = lines.map((line) => line.replace(end, (ending) => blanks + ending));
      yield longer.join('\n');
      for (const [i, line] of longer.entries()) yield lines.with(i, line).join('\n');
    }
  }
}
