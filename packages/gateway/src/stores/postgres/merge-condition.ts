/** A destination’s condition that two gateways change at once: each changes what it means to, and leaves the rest as the other has set it. */
import type { DestinationCondition } from '../delivery-store.ts';

export interface ConditionChange {
  /** What the gateway took it for, and what it makes of that. */
  readonly from: DestinationCondition;
  readonly to: DestinationCondition;
  /** As it is kept: another gateway may have changed it since. */
  readonly stored: DestinationCondition;
}

type Said = Pick<DestinationCondition, 'state' | 'reason' | 'sinceMs' | 'drainPerSecond'>;
type Failing = Pick<
  DestinationCondition,
  'failingSinceMs' | 'failingForMs' | 'failingPercent' | 'toldFailingSinceMs'
>;

export function mergedCondition({ from, to, stored }: ConditionChange): DestinationCondition {
  const said = isSame(saidOf(from), saidOf(to)) ? saidOf(stored) : saidOf(to);
  const failing = isSame(failingOf(from), failingOf(to)) ? failingOf(stored) : bothFailing(to, stored);
  return { ...said, isMuted: from.isMuted === to.isMuted ? stored.isMuted : to.isMuted, ...failing };
}

function saidOf({ state, reason, sinceMs, drainPerSecond }: DestinationCondition): Said {
  return {
    state,
    ...(reason !== undefined && { reason }),
    sinceMs,
    ...(drainPerSecond !== undefined && { drainPerSecond }),
  };
}

function failingOf(condition: DestinationCondition): Failing {
  const { failingSinceMs, failingForMs, failingPercent, toldFailingSinceMs } = condition;
  return {
    ...(failingSinceMs !== undefined && { failingSinceMs }),
    ...(failingForMs !== undefined && { failingForMs }),
    ...(failingPercent !== undefined && { failingPercent }),
    ...(toldFailingSinceMs !== undefined && { toldFailingSinceMs }),
  };
}

/** It fails since the first of both failures, and an operator was told what either told. Where one has delivered, it fails no more. */
function bothFailing(to: DestinationCondition, stored: DestinationCondition): Failing {
  if (to.failingSinceMs === undefined || stored.failingSinceMs === undefined) return failingOf(to);
  return failingOf({
    ...to,
    failingSinceMs: Math.min(to.failingSinceMs, stored.failingSinceMs),
    ...larger('failingForMs', to, stored),
    ...larger('failingPercent', to, stored),
    ...(stored.toldFailingSinceMs !== undefined && { toldFailingSinceMs: stored.toldFailingSinceMs }),
  });
}

function larger(
  name: 'failingForMs' | 'failingPercent',
  first: DestinationCondition,
  second: DestinationCondition,
): Partial<DestinationCondition> {
  const largest = Math.max(first[name] ?? -1, second[name] ?? -1);
  return largest < 0 ? {} : { [name]: largest };
}

function isSame(first: object, second: object): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
