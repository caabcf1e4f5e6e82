/** What is made due here is told to the other gateways of the database. */
import type { DeliveryStore } from '../delivery-store.ts';
import type { EventStore } from '../event-store.ts';
import type { PostgresDeliveries } from './deliveries.ts';
import type { WakeChannel } from './wake-channel.ts';

/** What a gateway had taken that was killed nobody tells of. */
const SWEEP_MS = 5_000;

export interface ToldParts {
  readonly events: EventStore;
  readonly deliveries: PostgresDeliveries;
  readonly channel: Pick<WakeChannel, 'tell' | 'listen'>;
}

export function toldEvents({ events, channel }: Pick<ToldParts, 'events' | 'channel'>): EventStore {
  return {
    get: (id) => events.get(id),
    summary: (id) => events.summary(id),
    list: (query) => events.list(query),
    search: (query) => events.search(query),
    follow: (query) => events.follow(query),
    at: (place) => events.at(place),
    totals: () => events.totals(),
    drop: (options) => events.drop(options),
    async keep(event, further, deliveries) {
      const result = await events.keep(event, further, deliveries);
      if (result.kept && deliveries !== undefined)
        channel.tell(
          deliveries.filter(({ isMuted }) => isMuted !== true).map(({ destination }) => destination),
        );
      return result;
    },
  };
}

export function toldDeliveries({
  deliveries,
  channel,
}: Pick<ToldParts, 'deliveries' | 'channel'>): DeliveryStore {
  return {
    take: (options) => deliveries.take(options),
    nextDueMs: (destination) => deliveries.nextDueMs(destination),
    settle: (settlement) => deliveries.settle(settlement),
    get: (eventId, destination) => deliveries.get(eventId, destination),
    list: (query) => deliveries.list(query),
    ofEvents: (eventIds) => deliveries.ofEvents(eventIds),
    attempts: (place, limit) => deliveries.attempts(place, limit),
    totals: () => deliveries.totals(),
    countDue: (destination, beforeMs, limit) => deliveries.countDue(destination, beforeMs, limit),
    conditions: () => deliveries.conditions(),
    setCondition: (destination, condition) => deliveries.setCondition(destination, condition),
    rebase: (nowMs) => deliveries.rebase(nowMs),
    async send(eventId, delivery) {
      const isSent = await deliveries.send(eventId, delivery);
      if (isSent) channel.tell([delivery.destination]);
      return isSent;
    },
    async change(options) {
      const result = await deliveries.change(options);
      const { change, match, isDryRun = false } = options;
      // Of any destination: the others look for themselves before long.
      if (change.kind === 'redrive' && !isDryRun && result.changed > 0 && match.destination !== undefined)
        channel.tell([match.destination]);
      return result;
    },
    listen(listener) {
      const onDue = (destinations: readonly string[] | undefined): void => {
        deliveries.forgetFloors();
        listener(destinations);
      };
      const end = channel.listen(onDue);
      const sweep = setInterval(onDue, SWEEP_MS, undefined);
      sweep.unref();
      return () => {
        end();
        clearInterval(sweep);
      };
    },
  };
}
