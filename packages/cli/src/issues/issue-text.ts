/** Issues as text: nothing of them drives the terminal. */
import type { IssueView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { timeText } from '../events/event-rows.ts';
import { type Style, SYMBOLS, table } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';

export function issueRow(issue: IssueView, style: Style): readonly string[] {
  const { id, state, reason, count, lastAt, returns, note } = issue;
  return [
    visibleText(id),
    paintIssueState(state, style),
    style.cyan(whoseText(issue)),
    visibleText(reason),
    counted(count, 'failure'),
    style.dim(`last ${timeText(lastAt)}`),
    [...(returns > 0 ? [`back ${counted(returns, 'time')}`] : []), ...(note ? [visibleText(note)] : [])].join(
      ', ',
    ),
  ];
}

/** The whole of one. */
export function issueText(issue: IssueView, style: Style): string {
  const {
    reason,
    remedy,
    state,
    firstAt,
    openedAt,
    lastAt,
    count,
    returns,
    changedAt,
    changedBy,
    note,
    ended,
  } = issue;
  const { requestId, keptRequestId, event, destination, causes, minutes, hours } = issue;
  const by = changedBy === undefined ? '' : ` by ${visibleText(changedBy)}`;
  const why = ended === undefined || ended === 'operator' ? '' : `, ${ENDS[ended]}`;
  const rows: readonly (readonly string[])[] = [
    [
      'state',
      `${paintIssueState(state, style)}${why}${by}${changedAt === undefined ? '' : ` at ${timeText(changedAt)}`}`,
    ],
    ...(note === undefined ? [] : [['note', visibleText(note)]]),
    ['failures', `${count}; ${sum(minutes)} in the last hour, ${sum(hours)} in the last two days`],
    ['first', timeText(firstAt)],
    ...(returns === 0
      ? []
      : [['opened', `${timeText(openedAt)}; it has come back ${counted(returns, 'time')}`]]),
    ['last', timeText(lastAt)],
    ...(requestId === undefined ? [] : [['last request', visibleText(requestId)]]),
    ...causes.map(({ finding, certainty, count: explained }) => [
      'cause',
      `${visibleText(finding)} (${visibleText(certainty)}, ${explained} of those explained)`,
    ]),
  ];
  const next = [
    ...(remedy === undefined ? [] : [visibleText(remedy)]),
    ...(keptRequestId === undefined ? [] : [`countersign explain --refused ${visibleText(keptRequestId)}`]),
    ...(event === undefined || destination === undefined
      ? []
      : [`countersign events show ${visibleText(event)}`]),
  ];
  return [
    `${style.bold(visibleText(reason))} at ${style.cyan(whoseText(issue))}`,
    table(rows),
    ...next.map((line) => `${SYMBOLS.remedy} ${line}`),
  ].join('\n');
}

const ENDS: Readonly<Record<'healed' | 'quiet', string>> = {
  healed: 'because it works again',
  quiet: 'because nothing has failed for a long time',
};

function whoseText({ gate, destination }: IssueView): string {
  if (destination !== undefined) return `to ${visibleText(destination)}`;
  return gate === undefined ? 'no gate' : visibleText(gate);
}

function paintIssueState(state: IssueView['state'], style: Style): string {
  if (state === 'open') return style.red(state);
  return state === 'acknowledged' ? style.yellow(state) : style.dim(visibleText(state));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** @throws UsageError for what can be no id. */
export function checkedIssueId(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text;
  throw new UsageError('that is not the id of an issue', '`countersign issues list` shows them.');
}
