/**
 * Prometheus' text format, version 0.0.4.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { createSlices } from '../loop-slices.ts';
import { BUCKET_SECONDS, type Histogram } from './histogram.ts';

/** A figure with its name and meaning, of each combination of labels that there is. */
export type Family = FigureFamily | HistogramFamily;

interface Described {
  readonly name: string;
  /** One sentence, for who has never heard of Countersign. */
  readonly help: string;
}

export interface FigureFamily extends Described {
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample<number>[];
}

export interface HistogramFamily extends Described {
  readonly type: 'histogram';
  readonly samples: readonly Sample<Histogram>[];
}

export interface Sample<Value> {
  /** Names are ours, values come from the configuration or a table of words. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: Value;
}

const BUCKET_LABELS: readonly string[] = [...BUCKET_SECONDS.map(String), '+Inf'].map(
  (end) => `le="${end}"} `,
);

/** Writes them one after another; where there is much, the event loop gets its turn between two. A histogram is of one moment. */
export async function expositionOf(families: Iterable<Family>): Promise<string> {
  const slice = createSlices();
  let text = '';
  for (const piece of piecesOf(families)) {
    text += piece;
    await slice();
  }
  return text;
}

function* piecesOf(families: Iterable<Family>): Generator<string> {
  for (const family of families) {
    const { name, type, help } = family;
    yield `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n`;
    if (family.type === 'histogram') for (const sample of family.samples) yield histogramLines(name, sample);
    else yield* figureLines(name, family.samples);
  }
}

/** Lines are short: the event loop is asked once in so many. */
const LINES = 64;

function* figureLines(name: string, samples: readonly Sample<number>[]): Generator<string> {
  for (let start = 0; start < samples.length; start += LINES) {
    let lines = '';
    for (const { labels, value } of samples.slice(start, start + LINES))
      lines += `${name}${inBraces(labelText(labels))} ${numberText(value)}\n`;
    yield lines;
  }
}

function histogramLines(name: string, { labels, value }: Sample<Histogram>): string {
  const text = labelText(labels);
  const start = text === '' ? `${name}_bucket{` : `${name}_bucket{${text},`;
  const counts = value.cumulated();
  let lines = '';
  for (let i = 0; i < counts.length; i++) lines += `${start}${BUCKET_LABELS[i]}${counts[i]}\n`;
  const labelled = inBraces(text);
  return `${lines}${name}_sum${labelled} ${numberText(value.sumSeconds)}\n${name}_count${labelled} ${counts.at(-1) ?? 0}\n`;
}

function inBraces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name in labels) {
    if (text !== '') text += ',';
    text += `${name}="${escapedLabel(labels[name] ?? '')}"`;
  }
  return text;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

function escapedLabel(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/[\\"\n]/g, (sign) => ESCAPES[sign] ?? sign) : value;
}

/** There a quote stands for itself. */
function escapedHelp(help: string): string {
  return help.replace(/[\\\n]/g, (sign) => ESCAPES[sign] ?? sign);
}

/** As Go reads numbers. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
