/** The text format: what is written is read again by a strict reader, whatever the values are. */
import { describe, expect, it } from 'vitest';
import { expositionOf, type Family } from '../../src/metrics/exposition.ts';
import { BUCKET_SECONDS, Histogram } from '../../src/metrics/histogram.ts';
import { readExposition, valuesOf } from './read-exposition.ts';

const gauge = (samples: Family & { type: 'gauge' }): Family => samples;

describe('the text format', () => {
  it('escapes what a label and a help text may hold, and is read as it was', async () => {
    const odd = 'a "b" \\ c\nd, e="f"} 1 # é 𝒳';
    const text = await expositionOf([
      gauge({
        name: 'x',
        type: 'gauge',
        help: 'one\ntwo \\ "three"',
        samples: [{ labels: { gate: odd, b: '' }, value: 1.5 }],
      }),
    ]);
    expect(text).toBe(
      '# HELP x one\\ntwo \\\\ "three"\n# TYPE x gauge\nx{gate="a \\"b\\" \\\\ c\\nd, e=\\"f\\"} 1 # é 𝒳",b=""} 1.5\n',
    );
    expect(readExposition(text).get('x')?.samples).toEqual([
      { name: 'x', labels: { gate: odd, b: '' }, value: 1.5 },
    ]);
  });

  it('writes numbers as Go reads them', async () => {
    const values = [0, 1e21, 1e-7, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const text = await expositionOf([
      gauge({
        name: 'x',
        type: 'gauge',
        help: 'x',
        samples: values.map((value, i) => ({ labels: { i: `${i}` }, value })),
      }),
    ]);
    expect(text.match(/(?<=\} ).*/g)).toEqual([
      '0',
      '1e+21',
      '1e-7',
      '9007199254740992',
      'NaN',
      '+Inf',
      '-Inf',
    ]);
  });

  it('writes a histogram whose buckets hold all that is no longer than their end', async () => {
    const value = new Histogram();
    for (const seconds of BUCKET_SECONDS) {
      value.observe(seconds * 1000);
      value.observe(seconds * 1000 + 0.000001);
    }
    value.observe(0);
    value.observe(1e9);
    const text = await expositionOf([
      {
        name: 'x',
        type: 'histogram',
        help: 'x',
        samples: [
          { labels: {}, value },
          { labels: { a: 'b' }, value: new Histogram() },
        ],
      },
    ]);
    const counts = valuesOf(readExposition(text), 'x');
    const ends = [...BUCKET_SECONDS.map(String), '+Inf'];
    const buckets = readExposition(text)
      .get('x')
      ?.samples.filter(({ name, labels }) => name === 'x_bucket' && labels['a'] === undefined);
    expect(buckets?.map(({ labels, value }) => [labels['le'], value])).toEqual(
      ends.map((end, i) => [end, i === ends.length - 1 ? 2 * i + 2 : 2 * i + 2]),
    );
    expect(counts['']).toBe(2 * BUCKET_SECONDS.length + 2);
    expect(text).toContain('x_bucket{a="b",le="+Inf"} 0\nx_sum{a="b"} 0\nx_count{a="b"} 0\n');
  });

  it('lets the event loop have its turn where there is much', async () => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const samples = Array.from({ length: 20_000 }, (_, i) => ({
      labels: { gate: `gate-${i}` },
      value: new Histogram(),
    }));
    await expositionOf([{ name: 'x', type: 'histogram', help: 'x', samples }]);
    isOver = true;
    expect(turns).toBeGreaterThan(3);
  });
});

describe('the strict reader of these tests', () => {
  const head = '# HELP x x\n# TYPE x gauge\n';
  const histogram = (lines: string): string => `# HELP x x\n# TYPE x histogram\n${lines}`;
  it.each([
    ['no end of a line', `${head}x 1`],
    ['no help', '# TYPE x gauge\nx 1\n'],
    ['a series twice', `${head}x{a="b",c="d"} 1\nx{c="d",a="b"} 2\n`],
    ['a family twice', `${head}x 1\n${head}x{a="b"} 1\n`],
    ['a sample of another family', `${head}y 1\n`],
    ['an open label', `${head}x{a="b} 1\n`],
    ['an escape that is none', `${head}x{a="\\t"} 1\n`],
    ['a label twice', `${head}x{a="b",a="c"} 1\n`],
    ['no number', `${head}x one\n`],
    ['a counter without _total', '# HELP x x\n# TYPE x counter\nx 1\n'],
    ['counts that fall', histogram('x_bucket{le="1"} 2\nx_bucket{le="+Inf"} 1\nx_sum 1\nx_count 1\n')],
    ['a count that is not the last bucket', histogram('x_bucket{le="+Inf"} 1\nx_sum 1\nx_count 2\n')],
    ['a sum that cannot be', histogram('x_bucket{le="1"} 1\nx_bucket{le="+Inf"} 1\nx_sum 2\nx_count 1\n')],
  ])('takes no %s', (_, text) => {
    expect(() => readExposition(text)).toThrow();
  });
});
