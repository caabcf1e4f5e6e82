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
  const ageOfNext = async (name: string): Promise<number> => {
    const nextMs = await deliveries.nextDueMs(name);
    return nextMs === undefined ? 0 : Math.max(0, now() - nextMs);
  };
  const ofDestination = async (
    name: string,
    { health, pump }: OpenDelivery,
    counts: ReadonlyMap<string, number>,
  ): Promise<DestinationFigures> => {
    const nowMs = now();
    const oldestDueAgeMs = await ageOfNext(name);
    const { state, isMuted } = health.condition;
    const waiting = waitingOf(name, counts);
    return {
      name,
      state,
      isMuted,
      waiting: Math.max(0, waiting - pump.inFlight),
      leased: pump.inFlight,
      overdue: await pump.overdue(nowMs - OVERDUE_MS, MOST),
      oldestDueAgeMs,
      dead: counts.get(`${name} dead`) ?? 0,
    };
  };
  /** What is left of one that the configuration does not have any more. */
  const ofRemoved = async (
    name: string,
    counts: ReadonlyMap<string, number>,
  ): Promise<DestinationFigures> => ({
    name,
    state: undefined,
    isMuted: false,
    waiting: waitingOf(name, counts),
    leased: 0,
    overdue: 0,
    oldestDueAgeMs: await ageOfNext(name),
    dead: counts.get(`${name} dead`) ?? 0,
  });
  return {
    destinations: async () => {
      const totals = await deliveries.totals();
      const counts = new Map(
        totals.map(({ destination, state, number }) => [`${destination} ${state}`, number]),
      );
      const names = totals.filter(({ number }) => number > 0).map(({ destination }) => destination);
      const removed = [...new Set(names)].filter((name) => !open.has(name));
      return Promise.all([
        ...[...open].map(([name, delivery]) => ofDestination(name, delivery, counts)),
        ...removed.map((name) => ofRemoved(name, counts)),
      ]);
    },
    attempts: () =>
      [...open].flatMap(([destination, { counts }]) =>
        [...counts].map(([result, count]): AttemptCount => ({ destination, result, count })),
      ),
  };
}

function waitingOf(name: string, counts: ReadonlyMap<string, number>): number {
  return (counts.get(`${name} waiting`) ?? 0) + (counts.get(`${name} behind`) ?? 0);
}
