/** Opens what keeps refused requests: in the store where it is a file and there is a key to seal with, else in memory. */
import type { Config } from '../config/config.ts';
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createSealedRefusals } from '../sealed/sealed-refusals.ts';
import type { Store } from '../stores/store.ts';
import type { RefusalFindings } from './refusal-findings.ts';
import { createRefusedApart } from './refused-apart.ts';
import { openRefusedRequests, type RefusedRequests } from './refused-requests.ts';

export interface OpenRefusedOptions {
  readonly config: Config;
  readonly store: Store;
  readonly sealer: Sealer | undefined;
  readonly now: () => number;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly findings: RefusalFindings;
}

/** What keeps in memory says so in the log, where the store would outlive it. */
export async function openRefused(options: OpenRefusedOptions): Promise<RefusedRequests> {
  const { config, store, sealer, now, log, lifecycle, findings } = options;
  const isFile = config.store.kind !== 'memory';
  const isStored = isFile && sealer !== undefined;
  // Whatever the gates keep now: a reload may change that, and nothing goes into the file in the clear.
  const apart =
    isFile && !isStored
      ? createRefusedApart({
          earlier: store.refused,
          now,
          lifecycle,
          onOpen: () => log.info({}, IN_MEMORY_ONLY),
        })
      : undefined;
  const requests = await openRefusedRequests({
    gates: config.gates,
    refusals: createSealedRefusals(apart ?? store.refused, sealer),
    apart,
    isStored,
    now,
    log,
    findings,
  });
  lifecycle.add(
    'the refused requests',
    closedBy(() => requests.close()),
  );
  return requests;
}

const IN_MEMORY_ONLY =
  'refused requests are kept in memory only, and are gone when the gateway stops: the store takes them encrypted, and there is no storeKey';
