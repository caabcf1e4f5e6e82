/** A judged request as the demo prints it. */
import { REFUSALS } from '@countersign/core';
import { pad, type Style, SYMBOLS } from '../output.ts';
import { findingText } from '../verdict-view.ts';
import { visibleText } from '../visible-text.ts';
import { type Played, verdictWord } from './player.ts';
import type { ExplainedRow } from './recent-verdicts.ts';

/** The longest system's name. */
const SYSTEM_COLUMNS = 'flow-production-tracking'.length;
/** Under the verdict: the time and two gaps stand before it. */
const REMEDY_COLUMN = 8 + 2 + SYSTEM_COLUMNS + 2;
/** The longest verdict. */
const VERDICT_COLUMNS = '✗ 401 algorithm-not-allowed'.length;

/** One line of the live list; under a refusal, what happened and what to do. */
export function playedLine({ timeMs, record, scenario, asExpected }: Played, style: Style): string {
  const { status, step, keyId, reading } = record;
  const isTaken = status >= 200 && status < 300;
  const word = verdictWord(record);
  const mark = isTaken
    ? style.green(`${SYMBOLS.accepted} ${status} ${word}`)
    : style.red(`${SYMBOLS.refused} ${status} ${word}`);
  const details = [
    ...(isTaken || step === undefined ? [] : [`step ${step}`]),
    ...(keyId === undefined ? [] : [`key ${keyId}`]),
    ...(reading === undefined ? [] : [`reading ${reading}`]),
  ].join(', ');
  const title = scenario?.title ?? `your ${record.method} ${visibleText(record.path)}`;
  const differs =
    asExpected === false && scenario ? style.yellow(`  expected ${expectedText(scenario.expect)}`) : '';
  return (
    [
      style.dim(new Date(timeMs).toTimeString().slice(0, 8)),
      pad(scenario?.provider ?? record.gate ?? '', SYSTEM_COLUMNS),
      pad(mark, VERDICT_COLUMNS),
      details === '' ? title : `${title}  ${style.dim(details)}`,
    ].join('  ') +
    differs +
    (isTaken ? [] : refusalLines(record))
      .map((text) => `\n${' '.repeat(REMEDY_COLUMN)}${style.dim(visibleText(text))}`)
      .join('')
  );
}

/** Why a request of the list above was refused, once it is found out. */
export function causeLine({ system, gate, title, path, finding, time }: ExplainedRow, style: Style): string {
  const [cause = '', ...remedy] = findingText(finding).split('\n');
  return [
    [
      style.dim(new Date(time).toTimeString().slice(0, 8)),
      pad(system ?? gate ?? '', SYSTEM_COLUMNS),
      `${style.dim(`of “${visibleText(title ?? path)}”`)}  ${cause}`,
    ].join('  '),
    ...remedy.map((text) => `${' '.repeat(REMEDY_COLUMN)}${style.dim(text.trim())}`),
  ].join('\n');
}

/** The same for machines. */
export function causeJson({ requestId, system, gate, title, finding }: ExplainedRow): object {
  return { requestId, system, gate, title, finding };
}

/** What happened, where there is more to say than the reason does, and what to do. */
function refusalLines({ reason, message, remedy }: Played['record']): readonly string[] {
  if (reason === undefined) return [];
  const todo = `${SYMBOLS.remedy} ${remedy ?? REFUSALS[reason].remedy}`;
  return message === undefined ? [todo] : [message, todo];
}

/** The heads of `playedRow`’s columns. */
export const PLAYED_HEADS: readonly string[] = ['', 'scenario', 'expected', 'actual', 'proved by', ''];

/** One row of the table that `--once` ends with. */
export function playedRow({ record, scenario, asExpected }: Played, style: Style): readonly string[] {
  const actual = `${record.status} ${verdictWord(record)}`;
  return [
    asExpected === true ? style.green(SYMBOLS.accepted) : style.red(SYMBOLS.refused),
    scenario?.id ?? visibleText(record.path),
    scenario === undefined ? '' : expectedText(scenario.expect),
    asExpected === true ? actual : style.red(actual),
    [record.keyId && `key ${record.keyId}`, record.reading].filter(Boolean).join(', '),
    style.dim(scenario?.title ?? ''),
  ];
}

/** One line for machines; the fields are stable, and absent where they do not apply. */
export function playedJson({ timeMs, record, scenario, asExpected }: Played): object {
  const { gate, method, path, verdict, reason, step, message, keyId, reading, status, durationMs } = record;
  return {
    time: new Date(timeMs).toISOString(),
    system: scenario?.provider,
    scenario: scenario?.id,
    title: scenario?.title,
    gate,
    method,
    path,
    status,
    verdict,
    reason,
    step,
    message,
    keyId,
    reading,
    durationMs,
    expected: scenario?.expect,
    asExpected,
  };
}

function expectedText({ status, verdict }: { readonly status: number; readonly verdict: string }): string {
  return `${status} ${verdict}`;
}
