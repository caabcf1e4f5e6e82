/** Opens the store of the configuration. */

import type { Config } from './config/config.ts';
import type { StartParts } from './gates-and-sessions.ts';
import { CLOSE_MS, closedBy, type Lifecycle } from './lifecycle.ts';
import type { Log } from './log/log.ts';
import { openStore } from './stores/open-store.ts';
import type { Store } from './stores/store.ts';

/** A gateway that is being replaced may drain first; then the file is let go. */
export async function openConfiguredStore(
  { store: address, limits }: Config,
  clocks: Pick<StartParts, 'now' | 'monotonicMs'>,
  log: Log,
  lifecycle: Lifecycle,
): Promise<Store> {
  const store = await openStore(address, {
    ...clocks,
    waitMs: limits.drainTimeoutMs + CLOSE_MS,
    onWait: () =>
      log.info({}, 'another process holds the store; it is waited for as long as a stop may take'),
    onProblem: (message, error) => log.error({ error }, message),
  });
  lifecycle.add(
    'the store',
    closedBy(() => store.close()),
  );
  return store;
}
