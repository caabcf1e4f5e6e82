/** Opens what keeps refused requests: in the store where it is a file and there is a key to seal with, else in memory. */
import type { Config } from '../config/config.ts';
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createSealedRefusals } from '../sealed/sealed-refusals.ts';
import { openStore } from '../stores/open-store.ts';
import type { Store } from '../stores/store.ts';
import type { RefusalFindings } from './refusal-findings.ts';
import { createRefusedRequests, type RefusedRequests } from './refused-requests.ts';

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
  const isStored = config.store.kind !== 'memory' && sealer !== undefined;
  const isFile = config.store.kind !== 'memory' && config.gates.some(({ keepRefused }) => keepRefused);
  const isApart = isFile && !isStored;
  if (isApart)
    log.info(
      {},
      'refused requests are kept in memory only, and are gone when the gateway stops: the store takes them encrypted, and there is no storeKey',
    );
  const { refused } = isApart ? await openApart(options) : store;
  const refusals = createSealedRefusals(refused, isStored ? sealer : undefined);
  const requests = createRefusedRequests({ gates: config.gates, refusals, isStored, now, log, findings });
  lifecycle.add(
    'the refused requests',
    closedBy(() => requests.close()),
  );
  return requests;
}

/** A store of their own. */
async function openApart({ now, lifecycle }: OpenRefusedOptions): Promise<Store> {
  const store = await openStore(':memory:', { now });
  lifecycle.add(
    'the refused requests in memory',
    closedBy(() => store.close()),
  );
  return store;
}
