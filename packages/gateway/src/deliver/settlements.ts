/** What became of deliveries is gathered for a moment and written together: an fsync for each handful would take as long as the sending. */
import type { DeliveryStore, Settlement } from '../stores/delivery-store.ts';

export interface Settlements {
  /** @param isUrgent where another delivery waits for it. Resolves as `DeliveryStore.settle` does. */
  add(settlement: Settlement, isUrgent: boolean): Promise<boolean>;
  /** Writes what is gathered at once. */
  flush(): void;
}

/** How long they are gathered. A process that is killed meanwhile sends what it has sent once more. */
const GATHER_MS = 10;
/** As many as a commit takes without holding the loop for long. */
const MOST = 256;

interface Waiting {
  readonly settlement: Settlement;
  readonly settled: (isOurs: Promise<boolean>) => void;
}

/** Of all destinations together. */
export function createSettlements(store: Pick<DeliveryStore, 'settle'>): Settlements {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    for (const { settlement, settled } of batch) settled(store.settle(settlement));
  };
  return {
    add: (settlement, isUrgent) =>
      new Promise((resolve) => {
        waiting.push({ settlement, settled: resolve });
        if (isUrgent || waiting.length >= MOST) flush();
        else timer ??= setTimeout(flush, GATHER_MS);
      }),
    flush,
  };
}
