/** Opens the store of the configuration. */

import type { Config } from './config/config.ts';
import type { StartParts } from './gates-and-sessions.ts';
import { CLOSE_MS, closedBy, type Lifecycle } from './lifecycle.ts';
import type { Log } from './log/log.ts';
import { openStore } from './stores/open-store.ts';
import type { Store } from './stores/store.ts';

const HELD = 'another process holds the store; it is waited for as long as a stop may take';
const AWAY = 'the PostgreSQL of the store does not answer; it is waited for as long as a stop may take';

/** A gateway that is being replaced may drain first; then the file is let go. */
export async function openConfiguredStore(
  { store: address, limits }: Pick<Config, 'store' | 'limits'>,
  clocks: Pick<StartParts, 'now' | 'monotonicMs'>,
  log: Pick<Log, 'info' | 'error'>,
  lifecycle: Lifecycle,
): Promise<Store> {
  const store = await openStore(address, {
    ...clocks,
    waitMs: limits.drainTimeoutMs + CLOSE_MS,
    onWait: () => log.info({}, address.kind === 'postgres' ? AWAY : HELD),
    onProblem: (message, error) => log.error({ error }, message),
  });
  lifecycle.add(
    'the store',
    closedBy(() => store.close()),
  );
  return store;
}
