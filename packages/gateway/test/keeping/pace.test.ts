/** How many steps of retention share a commit. */
import { expect, it } from 'vitest';
import { nextPace } from '../../src/keeping/pace.ts';

it.each([
  ['nothing comes', { steps: 1, dropped: 128, came: 0 }, 1],
  ['less comes than a step drops', { steps: 1, dropped: 128, came: 100 }, 1],
  ['as much comes', { steps: 1, dropped: 128, came: 128 }, 2],
  ['a full commit comes', { steps: 1, dropped: 128, came: 512 }, 5],
  ['the steps follow', { steps: 5, dropped: 640, came: 512 }, 5],
  ['steps are short', { steps: 2, dropped: 40, came: 512 }, 8],
  ['it is over', { steps: 8, dropped: 640, came: 3 }, 1],
  ['all that there is waits', { steps: 1, dropped: 0, came: 512 }, 1],
])('%s', (_what, round, steps) => {
  expect(nextPace(round)).toBe(steps);
});
