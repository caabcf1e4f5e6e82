/** What the deliveries tell of themselves at a scrape. */
import { MINUTE } from '../config/units.ts';
import type { AttemptCount, DeliveryFigures, DestinationFigures } from '../metrics/delivery-figures.ts';
import type { DeliveryStore } from '../stores/delivery-store.ts';
import type { OpenDelivery } from './open-delivery.ts';

export interface FiguresParts {
  readonly open: ReadonlyMap<string, OpenDelivery>;
  readonly deliveries: Pick<DeliveryStore, 'totals' | 'nextDueMs'>;
  readonly now: () => number;
}

const OVERDUE_MS = MINUTE;
/** Counted up to that: more says no more. */
const MOST = 1_000;

export function deliveryFigures({ open, deliveries, now }: FiguresParts): DeliveryFigures {
  const ofDestination = async (
    name: string,
    { health, pump }: OpenDelivery,
    counts: ReadonlyMap<string, number>,
  ): Promise<DestinationFigures> => {
    const nowMs = now();
    const nextMs = await deliveries.nextDueMs(name);
    const { state, isMuted } = health.condition;
    const waiting = (counts.get(`${name} waiting`) ?? 0) + (counts.get(`${name} behind`) ?? 0);
    return {
      name,
      state,
      isMuted,
      waiting: Math.max(0, waiting - pump.inFlight),
      leased: pump.inFlight,
      overdue: await pump.overdue(nowMs - OVERDUE_MS, MOST),
      oldestDueAgeMs: nextMs === undefined ? 0 : Math.max(0, nowMs - nextMs),
      dead: counts.get(`${name} dead`) ?? 0,
    };
  };
  return {
    destinations: async () => {
      if (open.size === 0) return [];
      const totals = await deliveries.totals();
      const counts = new Map(
        totals.map(({ destination, state, number }) => [`${destination} ${state}`, number]),
      );
      return Promise.all([...open].map(([name, delivery]) => ofDestination(name, delivery, counts)));
    },
    attempts: () =>
      [...open].flatMap(([destination, { counts }]) =>
        [...counts].map(([result, count]): AttemptCount => ({ destination, result, count })),
      ),
  };
}
