/** What ends a start, as who started the gateway is told. */
import { SetupError } from '@countersign/core';
import { StoreError } from './store.ts';

/** A database may end while a gateway starts: that is no bug, and it can be started again. */
export function startFault(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.code !== 'failed') return error;
  return new SetupError(
    'store',
    `failed while the gateway was starting: ${error.message.replace(/\.$/, '')}`,
    'Start the gateway again, once the store can be reached.',
  );
}
