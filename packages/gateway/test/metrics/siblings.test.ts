import { expect, it } from 'vitest';
import { mergedMetrics } from '../../src/metrics/siblings.ts';

const HEAD = '# HELP up Whether it is.\n# TYPE up gauge\n';

it('metrics of several workers are one text: each family once, each figure with its worker', () => {
  const one = `${HEAD}up 1\n# HELP n A { in its help.\n# TYPE n counter\nn{gate="a } b"} 2\n`;
  const two = `${HEAD}up 0\n# HELP n A { in its help.\n# TYPE n counter\nn{gate="a } b"} 3\nn{gate="c"} 1\n`;
  expect(
    mergedMetrics([
      { worker: 1, text: one },
      { worker: 2, text: two },
    ]),
  ).toBe(
    `${HEAD}up{worker="1"} 1\nup{worker="2"} 0\n# HELP n A { in its help.\n# TYPE n counter\nn{worker="1",gate="a } b"} 2\nn{worker="2",gate="a } b"} 3\nn{worker="2",gate="c"} 1\n`,
  );
});

it('a worker that tells nothing leaves no trace', () => {
  expect(mergedMetrics([{ worker: 1, text: '' }])).toBe('');
});
