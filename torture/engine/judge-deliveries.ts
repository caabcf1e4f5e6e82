/** Holds what a destination got against what the senders were told. */
import type { Faults } from './fault.ts';
import type { Ledger } from './ledger.ts';
import type { Delivered, Sink } from './sink.ts';

export interface DeliveryJudge {
  /** Judges each delivery as it comes. */
  readonly take: (delivered: Delivered) => void;
  /** How many acknowledged requests no destination has. */
  missing(sink: Pick<Sink, 'taken'>): number;
  /** Adds a fault for each of them. */
  judgeMissing(sink: Pick<Sink, 'taken'>): void;
  readonly deliveries: number;
}

export function createDeliveryJudge(ledger: Ledger, faults: Faults): DeliveryJudge {
  const ids = new Map<number, string>();
  let deliveries = 0;
  const missing = ({ taken }: Pick<Sink, 'taken'>): readonly number[] =>
    [...ledger.entries.values()]
      .filter(({ n, standing }) => standing === 'acknowledged' && !taken.has(n))
      .map(({ n }) => n);
  return {
    take({ n, eventId, bodyDigest, hasCredentials }) {
      deliveries++;
      if (hasCredentials)
        faults.add('secret-shown', `request ${n} is delivered with its sender’s credentials`);
      const entry = ledger.entries.get(n);
      if (entry === undefined || entry.isForged) {
        faults.add(
          'delivered-wrongly',
          `request ${n} was ${entry ? 'forged' : 'never sent'}, and is delivered`,
        );
        return;
      }
      if (entry.bodyDigest !== bodyDigest) {
        faults.add(
          'delivered-altered',
          `request ${n}: the body that is delivered is not the one that was sent`,
        );
      }
      const id = ids.get(n);
      if (id !== undefined && id !== eventId) {
        faults.add('unstable-id', `request ${n} is delivered as event ${id} and as event ${eventId}`);
      }
      ids.set(n, eventId);
    },
    missing: (sink) => missing(sink).length,
    judgeMissing(sink) {
      for (const n of missing(sink)) {
        faults.add('not-delivered', `request ${n} was acknowledged, and the destination never took it`);
      }
    },
    get deliveries() {
      return deliveries;
    },
  };
}
