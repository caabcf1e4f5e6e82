/** No sentence of the engine without a test that quotes it, beside what raises it. */
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { REFUSALS, STEPS } from '../../src/refusals.ts';

const OF_REFUSALS = {
  objection: [1, 2],
  malformed: [0, 1],
  missing: [1, 2],
  mismatch: [0, 1],
  unavailable: [0],
  fault: 'property',
  fail: [0],
} as const;

it('reasons stand in the order of their steps', () => {
  const steps = Object.values(REFUSALS).map(({ step }) => STEPS.indexOf(step));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

it('every refusal, and what to do about it, stands in a test', () => {
  expect(unquotedSentences('packages/core', OF_REFUSALS)).toEqual([]);
});
