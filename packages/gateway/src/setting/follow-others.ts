/** What other gateways on the store change, while this one runs. */
import { counted } from '@countersign/core/internal/amounts';
import { refreshKeys } from '../gates/refresh-keys.ts';
import type { CommonParts } from '../gates-and-sessions.ts';
import { closedBy } from '../lifecycle.ts';
import type { Setting } from './setting.ts';
import { BEHIND_MS, followStore, type StoreFollower } from './store-follower.ts';

/** Begins to follow, until the gateway stops. */
export function followOthers(
  { store: { records }, deliveries, monotonicMs, log, lifecycle }: CommonParts,
  { gates }: Pick<Setting, 'gates'>,
): StoreFollower {
  const look = async (): Promise<void> => {
    // What cannot be read of one keeps nobody from the other.
    const looks = [refreshKeys({ records, gates, log }), deliveries.refresh()];
    const failed = (await Promise.allSettled(looks)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
  const follower = followStore({ records, look, monotonicMs, log });
  lifecycle.add(
    'what other gateways change',
    closedBy(() => follower.close()),
  );
  return follower;
}

/** For whoever asks how the gateway is: it works, and may go by what does not count any more. Undefined: it does not. */
export function behindText({ behindMs }: StoreFollower): string | undefined {
  if (behindMs < BEHIND_MS) return undefined;
  const seconds = counted(Math.floor(behindMs / 1_000), 'second');
  return `what other gateways change of keys and destinations has not been read from the store for ${seconds}`;
}
