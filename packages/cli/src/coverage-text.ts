/** A coverage report in words, for `check` and `providers`. */
import type { CoverageReport, Warning } from '@countersign/core/coverage';
import { type Style, SYMBOLS } from './output.ts';

const REPLAY_TEXTS: Readonly<Record<CoverageReport['replay'], string>> = {
  'signed-id': 'by an id that the signature covers',
  message: 'by the signed message itself',
  none: 'not told apart',
};

/** Rows of label and text, then what follows from them, what can be mended first. */
export function coverageLines(
  { covered, headers, open, replay, warnings }: CoverageReport<string>,
  style: Style,
): readonly string[] {
  return [
    `proved    ${covered.length === 0 ? style.yellow('nothing') : style.green(covered.join(', '))}`,
    ...(headers.length === 0 ? [] : [`headers   ${style.green(headers.join(', '))}`]),
    `open      ${style.yellow([...open, headers.length === 0 ? 'headers' : 'other headers'].join(', '))}`,
    `repeats   ${REPLAY_TEXTS[replay]}`,
    ...warnings.map((warning) => warningLine(warning, style)),
  ];
}

/** The mark says how grave it is: `!` can be mended at the gate. */
export function warningLine({ severity, sentence }: Warning, style: Style): string {
  const mark = severity === 'warning' ? style.yellow(SYMBOLS.warning) : style.dim(SYMBOLS.note);
  return `${mark} ${sentence}`;
}
