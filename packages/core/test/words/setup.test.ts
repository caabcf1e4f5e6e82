/** Each sentence of a SetupError beside what raises it: the option, what is wrong with it, what to do. */
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { SetupError } from '../../src/index.ts';
import { adapterCases } from './adapter-cases.ts';
import { sigV4Setups } from './aws-sigv4-cases.ts';
import { boundKeySetups } from './bound-key-cases.ts';
import { certificateSetups } from './certificate-cases.ts';
import { eventCases } from './event-cases.ts';
import { handshakeSetups } from './handshake-cases.ts';
import { presignedSetups } from './presigned-cases.ts';
import { setupCases } from './setup-cases.ts';
import { tokenSetups } from './token-setup-cases.ts';

it.each([
  ...setupCases,
  ...handshakeSetups,
  ...tokenSetups,
  ...boundKeySetups,
  ...sigV4Setups,
  ...presignedSetups,
  ...certificateSetups,
  ...adapterCases,
  ...eventCases,
])('$when', async ({ act, says }) => {
  const thrown = await (async () => act())().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(SetupError);
  expect(thrown).toMatchObject({ message: says });
  const { option, problem, remedy } = thrown as SetupError;
  expect(`${option}: ${problem}. ${remedy}`).toBe(says);
});

it('every one stands in a test', () => {
  const places = { SetupError: [1], problem: 'property', fault: [1] } as const;
  expect(unquotedSentences('packages/core', places)).toEqual([]);
});
