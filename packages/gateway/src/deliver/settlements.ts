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
/** More are written without waiting for the rest of that time. */
const GATHERED = 256;
/** Given to the store at once, which takes them in one commit; the next follow when it is done, so that nobody waits for all of them. */
const AT_ONCE = 128;
/** Of their answers together: bytes on their way to the disk cost as much as rows. */
const BYTES_AT_ONCE = 256 * 1024;

interface Waiting {
  readonly settlement: Settlement;
  readonly settled: (isOurs: Promise<boolean>) => void;
}

/** Of all destinations together. */
export function createSettlements(store: Pick<DeliveryStore, 'settle'>): Settlements {
  let gathered: Waiting[] = [];
  /** To be written as soon as the store has written what was before. */
  const ready: Waiting[] = [];
  let isWriting = false;
  let timer: NodeJS.Timeout | undefined;
  const writeNext = (): void => {
    isWriting = ready.length > 0;
    if (!isWriting) return;
    const batch = ready.splice(0, countAtOnce(ready));
    const results = batch.map(({ settlement, settled }) => {
      const result = store.settle(settlement);
      settled(result);
      return result;
    });
    void Promise.allSettled(results).then(writeNext);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    ready.push(...gathered);
    gathered = [];
    if (!isWriting) writeNext();
  };
  return {
    add: (settlement, isUrgent) =>
      new Promise((resolve) => {
        gathered.push({ settlement, settled: resolve });
        if (isUrgent || gathered.length >= GATHERED) flush();
        else timer ??= setTimeout(flush, GATHER_MS);
      }),
    flush,
  };
}

/** One at least. */
function countAtOnce(ready: readonly Waiting[]): number {
  let bytes = 0;
  for (const [at, { settlement }] of ready.slice(0, AT_ONCE).entries()) {
    bytes += settlement.attempt?.answer?.byteLength ?? 0;
    if (at > 0 && bytes > BYTES_AT_ONCE) return at;
  }
  return Math.min(ready.length, AT_ONCE);
}
