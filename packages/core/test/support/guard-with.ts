/** A replay guard in memory of which some calls do something else. */
import { MemoryReplayGuard, type ReplayGuard } from '../../src/index.ts';

export function guardWith(calls: Partial<ReplayGuard>): ReplayGuard {
  const guard = new MemoryReplayGuard();
  return {
    begin: (...parameters) => guard.begin(...parameters),
    renew: (...parameters) => guard.renew(...parameters),
    commit: (...parameters) => guard.commit(...parameters),
    abort: (...parameters) => guard.abort(...parameters),
    ...calls,
  };
}
