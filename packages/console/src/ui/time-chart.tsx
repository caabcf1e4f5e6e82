/** Lines over time, drawn on a canvas; its numbers stand in words beside it. Loaded by `lazy`: it brings its library. */
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './time-chart.css';

export interface ChartLine {
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'accent' | 'warn';
  readonly values: readonly (number | null)[];
  /** Dashes tell it from another without its colour. */
  readonly isDashed?: boolean;
}

export interface TimeChartProps {
  readonly label: string;
  /** Unix seconds, one for each value. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  /** A value with its unit. */
  readonly format: (value: number) => string;
}

const HEIGHT = 120;

export function TimeChart({ label, times, lines, format }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const theme = useTheme();
  const latest = useRef({ times, lines, format });
  latest.current = { times, lines, format };
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew with each theme
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const plot = new uPlot(optionsOf(place, latest.current), dataOf(latest.current), place);
    chart.current = plot;
    const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [theme]);
  useEffect(() => chart.current?.setData(dataOf({ times, lines })), [times, lines]);
  return (
    <div className="time-chart" role="img" aria-label={label}>
      <div ref={box} />
    </div>
  );
}

type Drawn = Pick<TimeChartProps, 'times' | 'lines'>;

function dataOf({ times, lines }: Drawn): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function optionsOf(
  place: HTMLElement,
  { lines, format }: Drawn & Pick<TimeChartProps, 'format'>,
): uPlot.Options {
  const color = (name: string): string => colorOf(place, name);
  const axis = {
    stroke: color('--text-soft'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // Half of the last time stands right of its line.
    padding: [8, 20, 0, 0],
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, Number.MIN_VALUE)] } },
    axes: [
      { ...axis, size: 24, grid: { show: false }, values: (_, splits) => splits.map(clockText) },
      { ...axis, size: 64, values: (_, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ label, tone, isDashed }) => ({
        label,
        stroke: color(`--${tone}`),
        width: 1.5,
        points: { show: false },
        spanGaps: true,
        ...(isDashed && { dash: [4, 3] }),
      })),
    ],
  };
}

function clockText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
}

/** A canvas takes no `var()` and no `light-dark()`. */
function colorOf(place: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Another text after each change of light and dark. */
function useTheme(): string {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const change = (): void => setTheme(readTheme());
    const media = matchMedia('(prefers-color-scheme: dark)');
    const root = new MutationObserver(change);
    media.addEventListener('change', change);
    root.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      media.removeEventListener('change', change);
      root.disconnect();
    };
  }, []);
  return theme;
}

function readTheme(): string {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  return `${getComputedStyle(document.documentElement).colorScheme} ${isDark}`;
}
