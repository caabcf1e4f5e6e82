/** No sentence of the engine without a test that quotes it, beside what raises it. */
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';

const OF_REFUSALS = {
  objection: [1],
  malformed: [0],
  missing: [1],
  mismatch: [0],
  fault: 'property',
  fail: [0],
} as const;

it('every refusal stands in a test', () => {
  expect(unquotedSentences('packages/core', OF_REFUSALS)).toEqual([]);
});
