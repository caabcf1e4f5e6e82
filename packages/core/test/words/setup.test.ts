/** Each sentence of a SetupError beside what raises it: the option, what is wrong with it, what to do. */
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { SetupError } from '../../src/index.ts';
import { setupCases } from './setup-cases.ts';

it.each(setupCases)('$when', async ({ act, says }) => {
  const thrown = await (async () => act())().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(SetupError);
  expect(thrown).toMatchObject({ message: says });
  const { option, problem, remedy } = thrown as SetupError;
  expect(`${option}: ${problem}. ${remedy}`).toBe(says);
});

/** What no input raises today: it stands between a scheme or runtime of tomorrow and a wrong signature. */
const NO_INPUT: readonly string[] = [
  // A sound key that the runtime does not import.
  'a key is none for …',
  // A first reading that does not apply to its own draft.
  'the request cannot be signed',
];

it('every one stands in a test', () => {
  const places = { SetupError: [1], problem: 'property', fault: [1] } as const;
  const unquoted = unquotedSentences('packages/core', places);
  expect(unquoted.filter((one) => !NO_INPUT.some((sentence) => one.endsWith(`: ${sentence}`)))).toEqual([]);
});
