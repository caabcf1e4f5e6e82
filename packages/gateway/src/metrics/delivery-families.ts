/** Figures of deliveries, by destination. */
import type { MaybePromise } from '@countersign/core';
import { DESTINATION_STATES, type DeliveryFigures, type DestinationFigures } from './delivery-figures.ts';
import type { Family, Sample } from './exposition.ts';

/** Where the store cannot be read there is none of its figures, and all others are shown. */
export async function deliveryFamilies(figures: DeliveryFigures): Promise<readonly Family[]> {
  const read = await orUndefined(() => figures.destinations());
  const attempts = (await orUndefined(() => figures.attempts())) ?? [];
  const destinations = read ?? [];
  const overdue = destinations.reduce((sum, destination) => sum + destination.overdue, 0);
  const gauge = (name: string, help: string, figureOf: (figures: DestinationFigures) => number): Family => ({
    name: `countersign_${name}`,
    type: 'gauge',
    help,
    samples: destinations.map((destination) => ({
      labels: { destination: destination.name },
      value: figureOf(destination),
    })),
  });
  return [
    {
      name: 'countersign_deliveries_overdue',
      type: 'gauge',
      help: 'Deliveries that have been due for more than 60 seconds, to destinations that take them, and that nobody has taken up. Always 0; anything else is a fault of the gateway.',
      samples: read === undefined ? [] : [{ labels: {}, value: overdue }],
    },
    gauge(
      'deliveries_waiting',
      'Deliveries that wait for their time or their turn.',
      ({ waiting }) => waiting,
    ),
    gauge('deliveries_leased', 'Deliveries on their way now.', ({ leased }) => leased),
    gauge(
      'deliveries_dead',
      'Deliveries that are dead: no attempt follows until somebody redrives them.',
      ({ dead }) => dead,
    ),
    gauge(
      'deliveries_due_age_seconds',
      'How long the first of the deliveries that are due has been so; 0 where none is.',
      ({ oldestDueAgeMs }) => oldestDueAgeMs / 1000,
    ),
    {
      name: 'countersign_destination_state',
      type: 'gauge',
      help: 'Whether a destination takes deliveries: 1 for the state that it is in, 0 for the others; muted, where new events are noted and not sent, may be 1 beside any of them.',
      samples: destinations.flatMap(({ name, state: current, isMuted }) =>
        current === undefined
          ? []
          : [
              ...DESTINATION_STATES.map((state) => stateSample(name, state, state === current)),
              stateSample(name, 'muted', isMuted),
            ],
      ),
    },
    {
      name: 'countersign_delivery_attempts_total',
      type: 'counter',
      help: 'Attempts to deliver, by destination and result.',
      samples: attempts.map(({ destination, result, count }) => ({
        labels: { destination, result },
        value: count,
      })),
    },
  ];
}

function stateSample(destination: string, state: string, holds: boolean): Sample<number> {
  return { labels: { destination, state }, value: holds ? 1 : 0 };
}

async function orUndefined<T>(read: () => MaybePromise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
