/** What is read of a store: each list, from its end and from its middle, and each total. */
import { type FilledStore, PAGE } from './filled-store.ts';

export interface Reading {
  readonly name: string;
  /** Reads once. @throws Error where it does not give what it must */
  readonly read: () => Promise<void>;
}

/** @param filled with at least some thousand events, all that is due to `sent` delivered */
export async function readingsOf({ store, size, expected }: FilledStore): Promise<readonly Reading[]> {
  const { events, deliveries } = store;
  const middle = Math.floor(size / 2);
  const [middleEvent] = await events.follow({ after: middle, limit: 1 });
  const middleId = middleEvent?.id ?? '';
  const last = (await deliveries.list({ limit: 1 })).deliveries[0]?.place ?? 0;
  const before = Math.floor(last / 2);
  const [sent] = (await deliveries.list({ destination: 'sent', before, limit: 1 })).deliveries;
  if (sent === undefined) throw new Error('nothing was delivered');
  const listed = (name: string, query: Parameters<typeof events.list>[0]): Reading => ({
    name: `events: ${name}`,
    read: async () => assertPage(name, await events.list({ ...query, limit: PAGE })),
  });
  const delivered = (name: string, query: Parameters<typeof deliveries.list>[0]): Reading => ({
    name: `deliveries: ${name}`,
    read: async () => assertPage(name, (await deliveries.list({ ...query, limit: PAGE })).deliveries),
  });
  return [
    listed('newest first', {}),
    listed('from the middle', { before: middleId }),
    listed('of a gate', { gate: 'odd' }),
    listed('of a gate, from the middle', { gate: 'odd', before: middleId }),
    listed('of a rare gate', { gate: 'rare' }),
    listed('unmatched', { isUnmatched: true }),
    listed('unmatched, of a gate, from the middle', { isUnmatched: true, gate: 'even', before: middleId }),
    {
      name: 'events: follow',
      read: async () => assertPage('follow', await events.follow({ after: middle, limit: PAGE })),
    },
    {
      name: 'events: follow a gate',
      read: async () =>
        assertPage('follow a gate', await events.follow({ after: middle, gate: 'odd', limit: PAGE })),
    },
    {
      name: 'events: one, whole',
      read: async () => {
        if ((await events.get(middleId))?.id !== middleId) throw new Error('the event is not there');
      },
    },
    delivered('newest first', {}),
    delivered('of a destination', { destination: 'waits' }),
    delivered('of a destination, from the middle', { destination: 'waits', before }),
    delivered('of a state', { state: 'delivered' }),
    delivered('of a destination and a state', { destination: 'sent', state: 'delivered' }),
    delivered('of a gate', { gate: 'odd' }),
    {
      name: 'deliveries: of an event',
      read: async () => {
        const { deliveries: page } = await deliveries.list({ eventId: sent.eventId });
        if (page.length !== 1) throw new Error('an event has not the one delivery that was made');
      },
    },
    {
      name: 'attempts of a delivery',
      read: async () => {
        if ((await deliveries.attempts(sent.place, 10)).length !== 1)
          throw new Error('a delivery has not one attempt');
      },
    },
    {
      name: 'deliveries: when the next is due',
      read: async () => {
        if ((await deliveries.nextDueMs('waits')) === undefined) throw new Error('nothing is due');
      },
    },
    {
      name: 'deliveries: how many are due, up to a page',
      read: async () => {
        if ((await deliveries.countDue('waits', Date.now(), PAGE)) !== PAGE)
          throw new Error('not all are due');
      },
    },
    {
      name: 'totals of events',
      read: async () => {
        for (const { gate, number } of await events.totals())
          if (number !== expected.events.get(gate)) throw new Error(`${gate} has ${number} events`);
      },
    },
    {
      name: 'totals of deliveries',
      read: async () => {
        for (const { state, destination, number } of await deliveries.totals()) {
          const all = state === 'delivered' ? expected.delivered : expected.waiting;
          if (number !== all) throw new Error(`${destination} has ${number} deliveries that are ${state}`);
        }
      },
    },
  ];
}

function assertPage(name: string, rows: readonly unknown[]): void {
  if (rows.length !== PAGE) throw new Error(`${name}: ${rows.length} rows, not ${PAGE}`);
}
