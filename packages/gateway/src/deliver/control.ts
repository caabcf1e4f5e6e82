/** What an operator does with the destinations at work. */
import { SetupError } from '@countersign/core';
import type { DestinationConfig } from '../config/delivery-config.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { DeliveryControl, Preview } from './delivery-control.ts';
import type { OpenDelivery } from './open-delivery.ts';

export interface ControlParts {
  /** By name. */
  readonly open: ReadonlyMap<string, OpenDelivery>;
  readonly now: () => number;
  readonly wake: (names: readonly string[]) => void;
  readonly preview: (event: KeptEvent, config: DestinationConfig) => Promise<Preview>;
}

export function createDeliveryControl({ open, now, wake, preview }: ControlParts): DeliveryControl {
  const named = (name: string): OpenDelivery => {
    const destination = open.get(name);
    if (destination === undefined)
      throw new SetupError(
        'destination',
        `no destination is called ${name}`,
        'Name one of the configuration.',
      );
    return destination;
  };
  return {
    list: () => [...open.values()].map(({ status }) => status),
    has: (name) => open.has(name),
    pause: (name) => named(name).health.set({ state: 'paused', reason: 'paused-by-operator' }, now()),
    resume: (name, drainPerSecond) => named(name).resume(drainPerSecond),
    mute: (name, isMuted) => named(name).health.set({ isMuted }, now()),
    wake: (name) => wake(name === undefined ? [...open.keys()] : [name]),
    preview: (event, name) => preview(event, named(name).config),
  };
}
