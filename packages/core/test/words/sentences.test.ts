/** No sentence of the engine without a test that quotes it, beside what raises it. */
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { REFUSALS, STEPS } from '../../src/refusals.ts';

const OF_REFUSALS = {
  objection: [1],
  malformed: [0],
  missing: [1],
  mismatch: [0],
  unavailable: [0],
  fault: 'property',
  fail: [0],
} as const;

it('reasons stand in the order of their steps', () => {
  const steps = Object.values(REFUSALS).map(({ step }) => STEPS.indexOf(step));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

it('every refusal stands in a test', () => {
  expect(unquotedSentences('packages/core', OF_REFUSALS)).toEqual([]);
});
