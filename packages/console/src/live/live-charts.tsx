/** Rates and latencies of a gate, or of all, of the last five minutes. */
import { lazy, memo, Suspense, useEffect, useState } from 'react';
import { readStored, writeStored } from '../shell/stored.ts';
import type { ChartLine } from '../ui/time-chart.tsx';
import { LIVE } from '../words/live.ts';
import { type RateSeries, type Series, STEP_S } from './rate-series.ts';

const TimeChart = lazy(() =>
  import('../ui/time-chart.tsx').then((module) => ({ default: module.TimeChart })),
);

const KEY = 'countersign-live-charts';
const NARROW = '(max-width: 720px)';

export interface LiveChartsProps {
  readonly gate: string | undefined;
  readonly series: RateSeries;
}

export function LiveCharts({ gate, series }: LiveChartsProps) {
  const [isOpen, setOpen] = useState(
    () => (readStored(KEY) ?? String(!matchMedia(NARROW).matches)) === 'true',
  );
  return (
    <details
      className="live-charts"
      open={isOpen}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open === isOpen) return;
        setOpen(currentTarget.open);
        writeStored(KEY, String(currentTarget.open));
      }}
    >
      <summary>
        {LIVE.charts.title}
        <span className="soft small">
          {' '}
          · {LIVE.charts.of(gate)} · {LIVE.charts.span}
        </span>
      </summary>
      {isOpen && <Charts gate={gate} series={series} />}
    </details>
  );
}

function Charts({ gate, series }: LiveChartsProps) {
  return <ChartPair shown={useSeries(gate, series)} />;
}

/** Drawn anew with other values alone: the page shows other rows with each frame. */
const ChartPair = memo(({ shown }: { readonly shown: Series }) => {
  const { charts } = LIVE;
  return (
    <div className="pair">
      <Chart
        title={charts.rate}
        times={shown.times}
        format={LIVE.perSecond}
        lines={[
          { label: charts.accepted, tone: 'good', values: shown.accepted },
          { label: charts.refused, tone: 'bad', values: shown.refused, isDashed: true },
        ]}
      />
      <Chart
        title={charts.latency}
        times={shown.times}
        format={LIVE.ms}
        lines={[
          { label: charts.p50, tone: 'accent', values: shown.p50 },
          { label: charts.p99, tone: 'warn', values: shown.p99, isDashed: true },
        ]}
      />
    </div>
  );
});

/** Once a step: between two no value changes, but for what the stream tells late. What the gateway remembers comes so, all at once. */
function useSeries(gate: string | undefined, series: RateSeries): Series {
  const [read, setRead] = useState(() => ({ gate, values: series.read(gate, Date.now()) }));
  useEffect(() => {
    const again = (): void => setRead({ gate, values: series.read(gate, Date.now()) });
    again();
    const timer = setInterval(again, STEP_S * 1000);
    return () => clearInterval(timer);
  }, [gate, series]);
  // With each frame that brought something.
  useEffect(() => {
    if (series.isOutdated) setRead({ gate, values: series.read(gate, Date.now()) });
  });
  return read.values;
}

interface ChartProps {
  readonly title: string;
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
}

function Chart({ title, times, lines, format }: ChartProps) {
  const { charts } = LIVE;
  const now = (line: ChartLine): string => {
    const value = line.values.findLast((each) => each !== null);
    return value === undefined || value === null ? charts.none : format(value);
  };
  return (
    <figure className="card">
      <figcaption className="row">
        <b>{title}</b>
        {lines.map((line) => (
          <span key={line.label} className="key small" data-tone={line.tone} data-dashed={line.isDashed}>
            {line.label} <span className="soft">{now(line)}</span>
          </span>
        ))}
      </figcaption>
      <Suspense fallback={<p className="soft time-chart">{charts.loading}</p>}>
        <TimeChart
          label={charts.label(title, lines.map((line) => `${line.label} ${now(line)}`).join(', '))}
          times={times}
          lines={lines}
          format={format}
        />
      </Suspense>
    </figure>
  );
}
