/**
 * A strict reading of Prometheus' text format 0.0.4, written from its page and knowing nothing of what writes it.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */

export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);

/** @throws Error for what does not fit the grammar or breaks a law of counters and histograms */
export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, { type: string; help: string; samples: ReadSample[] }>();
  const series = new Set<string>();
  let current = '';
  let help: readonly [name: string, text: string] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = COMMENT.exec(line) ?? [];
    if (kind === 'HELP') {
      help = [name, rest];
    } else if (kind === 'TYPE') {
      if (help?.[0] !== name) throw new Error(`${name} has no help before its type`);
      if (families.has(name)) throw new Error(`${name} is there twice`);
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`${name} is a ${rest}`);
      families.set(name, { type: rest, help: help[1], samples: [] });
      current = name;
    } else {
      const sample = readSample(line);
      const family = families.get(current);
      if (family === undefined || !isOf(current, family.type, sample.name))
        throw new Error(`${line} is of no family, or of ${current}`);
      const { name: sampled, labels } = sample;
      const key = JSON.stringify([sampled, Object.entries(labels).sort()]);
      if (series.has(key)) throw new Error(`${line} is there twice`);
      series.add(key);
      family.samples.push(sample);
    }
  }
  for (const [name, family] of families) checkLaws(name, family);
  return families;
}

function readSample(line: string): ReadSample {
  const [, name, inner, text = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !VALUE.test(text)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  if (inner !== undefined) {
    LABEL.lastIndex = 0;
    for (let at = 0; at < inner.length; at = LABEL.lastIndex) {
      const [, label, value = ''] = LABEL.exec(inner) ?? [];
      if (label === undefined || label in labels) throw new Error(`no labels: ${line}`);
      labels[label] = value.replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign));
    }
  }
  return { name, labels, value: Number(text.replace('Inf', 'Infinity')) };
}

function isOf(family: string, type: string, name: string): boolean {
  return type === 'histogram'
    ? ['_bucket', '_sum', '_count'].some((end) => name === family + end)
    : name === family;
}

function checkLaws(name: string, { type, samples }: ReadFamily): void {
  const isCounter = type === 'counter';
  if (isCounter !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`);
  for (const { value } of samples) if (!(value >= 0)) throw new Error(`${name} is ${value}`);
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const bySeries = Map.groupBy(samples, ({ labels: { le: _le, ...labels } }) => JSON.stringify(labels));
  for (const [labels, series] of bySeries) {
    const buckets = series.filter((sample) => sample.name.endsWith('_bucket'));
    const ends = buckets.map((bucket) => Number((bucket.labels['le'] ?? '').replace('Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => value);
    const single = (end: string): number | undefined =>
      series.find((sample) => sample.name === name + end)?.value;
    const rises = (values: readonly number[], isStrict: boolean): boolean =>
      values.every(
        (value, i) => i === 0 || value > (values[i - 1] ?? 0) || (!isStrict && value === values[i - 1]),
      );
    const isLawful =
      rises(ends, true) &&
      ends.at(-1) === Number.POSITIVE_INFINITY &&
      rises(counts, false) &&
      single('_count') === counts.at(-1) &&
      isWithin(single('_sum') ?? Number.NaN, ends, counts) &&
      series.length === buckets.length + 2;
    if (!isLawful) throw new Error(`${name}${labels} is no histogram`);
  }
}

/** Whether a sum can be that of what the buckets hold. */
function isWithin(sum: number, ends: readonly number[], counts: readonly number[]): boolean {
  let least = 0;
  let most = 0;
  for (const [i, count] of counts.entries()) {
    const inBucket = count - (counts[i - 1] ?? 0);
    if (inBucket === 0) continue;
    least += inBucket * (ends[i - 1] ?? 0);
    most += inBucket * (ends[i] ?? 0);
  }
  return sum >= least * (1 - 1e-9) && sum <= most * (1 + 1e-9);
}

/** The samples of a name, by the values of their labels, joined by spaces. */
export function valuesOf(
  families: ReadonlyMap<string, ReadFamily>,
  name: string,
): Readonly<Record<string, number>> {
  const samples = families.get(name)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}
