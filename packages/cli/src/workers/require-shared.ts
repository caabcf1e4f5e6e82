/** Whether several processes can serve a configuration: what one has taken, none of the others may take again. */
import { SetupError } from '@countersign/core';
import type { Config } from '@countersign/gateway';

/** @throws SetupError for a store that only one process can have, unless nothing has to be in it */
export function requireShared({ store, claims, ...config }: Config): void {
  if (store.kind === 'postgres') return;
  if (store.kind === 'memory' && claims !== undefined && needsNoStore(config)) return;
  throw new SetupError(
    'store',
    store.kind === 'memory'
      ? 'is in memory, and each worker would have one of its own: what one has taken, another would take again'
      : 'is a SQLite file, which one process has for itself',
    'Set store: postgres://USER:PASSWORD@HOST/DATABASE, or leave out --workers. Where nothing is kept, workers can share claims in Redis instead: store ":memory:", claims, listen.admin off, and neither sessions nor gates that keep.',
  );
}

/** What an operator changes at run time is in the store, as are events, refused requests and the records of sessions. */
function needsNoStore({ listen, gates, sessions }: Pick<Config, 'listen' | 'gates' | 'sessions'>): boolean {
  return (
    !listen.admin &&
    sessions.length === 0 &&
    gates.every(({ outcome, keepRefused }) => outcome.kind !== 'keep' && keepRefused === undefined)
  );
}
