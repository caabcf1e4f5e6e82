/** How a kept request was refused is handed on to whoever explains it, in the words of this version. */
import { expect, it } from 'vitest';
import { refusedBefore } from '../../src/refused/refused-before.ts';

it.each([
  [
    'as it was said',
    { reason: 'replayed', step: 'replay', message: 'it came before' },
    { reason: 'replayed', step: 'replay', message: 'it came before' },
  ],
  [
    'by its reason, where no words were kept',
    { reason: 'signature-mismatch', step: 'compare' },
    {
      reason: 'signature-mismatch',
      step: 'compare',
      message: 'the gateway refused it for signature-mismatch',
    },
  ],
  [
    'not at all, where another version had another reason',
    { reason: 'stale-news', step: 'fresh' },
    undefined,
  ],
  ['not at all, where another version had another step', { reason: 'replayed', step: 'remember' }, undefined],
])('%s', (_, kept, refused) => {
  expect(refusedBefore(kept)).toEqual(refused);
});
