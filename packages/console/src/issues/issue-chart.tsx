/** When the failures came: of the last hour by minute, or of two days by hour. */
import type { IssueView } from '@countersign/api';
import { lazy, Suspense, useMemo } from 'react';
import type { Filters } from '../shell/search.ts';
import { ISSUES } from '../words/issues.ts';
import '../ui/chips.css';

const TimeChart = lazy(() =>
  import('../ui/time-chart.tsx').then((module) => ({ default: module.TimeChart })),
);

const SPANS = { hour: 60, days: 60 * 60 } as const;

export interface IssueChartProps {
  readonly issue: Pick<IssueView, 'minutes' | 'hours'>;
  readonly filters: Filters;
}

export function IssueChart({ issue: { minutes, hours }, filters }: IssueChartProps) {
  const { when: words } = ISSUES.detail;
  const span = filters.get('span') === 'days' ? 'days' : 'hour';
  const counts = span === 'days' ? hours : minutes;
  const { times, lines } = useMemo(
    () => ({
      times: timesUntil(Date.now() / 1000, SPANS[span], counts.length),
      lines: [{ label: words.failed, tone: 'bad' as const, values: counts }],
    }),
    [counts, span, words.failed],
  );
  const title = span === 'days' ? words.perHour : words.perMinute;
  const total = counts.reduce((sum, value) => sum + value, 0);
  return (
    <>
      <div className="row chart-head">
        <h2>{title}</h2>
        <fieldset className="chips">
          <legend className="visually-hidden">{words.label}</legend>
          {(['hour', 'days'] as const).map((each) => (
            <button
              key={each}
              type="button"
              className="chip"
              aria-pressed={each === span}
              onClick={() => filters.set({ span: each === 'hour' ? undefined : each })}
            >
              {words[each]}
            </button>
          ))}
        </fieldset>
      </div>
      <Suspense fallback={<p className="soft time-chart">{words.loading}</p>}>
        <TimeChart
          key={span}
          label={words.chart(title, total, Math.max(0, ...counts))}
          times={times}
          lines={lines}
          format={words.value}
        />
      </Suspense>
    </>
  );
}

/** Beginnings of the last spans, the current one last: Unix seconds. */
export function timesUntil(nowS: number, spanS: number, length: number): readonly number[] {
  const last = Math.floor(nowS / spanS) * spanS;
  return Array.from({ length }, (_, i) => last - (length - 1 - i) * spanS);
}
