import { expect, it } from 'vitest';
import { lengthFaults } from '../file-lengths.ts';

/** One for each exemption. */
const EXEMPT: readonly (readonly [string, number])[] = [
  ['packages/core/src/a.generated.ts', 1000],
  ['packages/core/src/refusals.ts', 301],
  ['interop/system/proxies/head-changes.ts', 301],
  ['corpus/breaks/any-slips.ts', 301],
  ['packages/core/test/words/any-cases.ts', 701],
];

it.each([
  ['a source of 300 lines', 'packages/core/src/a.ts', 300, []],
  [
    'a longer source',
    'packages/core/src/a.ts',
    301,
    ['packages/core/src/a.ts has 301 lines, more than 300: split it by its ideas'],
  ],
  ['a test of 700 lines', 'packages/core/test/a.test.ts', 700, []],
  [
    'a longer test',
    'scripts/test/a.test.ts',
    701,
    ['scripts/test/a.test.ts has 701 lines, more than 700: split it by its ideas'],
  ],
])('%s', (_, path, lines, faults) => {
  expect(lengthFaults(new Map([...EXEMPT, [path, lines]]))).toEqual(faults);
});

it('an exemption that no file needs is a fault', () => {
  expect(lengthFaults(new Map(EXEMPT.slice(1)))).toEqual([
    'no file needs the exemption \\.generated\\.ts$: take it out',
  ]);
});
