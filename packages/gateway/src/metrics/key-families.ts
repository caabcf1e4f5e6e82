/** Figures of keys: how many a gate has, when each was used and when it ends. Keys that a gate fetches are their publisher's, and not here. */
import type { KeyState } from '@countersign/core';
import type { Family, Sample } from './exposition.ts';

export interface KeyFigures {
  /** As the configuration names the gate. */
  readonly gate: string;
  readonly id: string;
  readonly state: KeyState;
  /** Whether it proves requests now, by its state and the times of its validity. */
  readonly isUsable: boolean;
  /** Requests that it proved at this gateway since its start. */
  readonly hits: number;
  /** Since the last one, at any gateway on the store. Undefined: none. */
  readonly unusedMs: number | undefined;
  /** When it ends, in milliseconds since the epoch. Undefined: never. */
  readonly untilMs: number | undefined;
}

const STATES: readonly KeyState[] = ['active', 'next', 'retiring', 'revoked'];

/** @param gates all that have keys of their own, also those that have none at present */
export function keyFamilies(gates: readonly string[], keys: readonly KeyFigures[]): readonly Family[] {
  const ofKeys = (figureOf: (key: KeyFigures) => number | undefined): readonly Sample<number>[] =>
    keys.flatMap((key) => {
      const value = figureOf(key);
      return value === undefined ? [] : [{ labels: { gate: key.gate, key: key.id }, value }];
    });
  const byGate = new Map<string, KeyFigures[]>(gates.map((gate) => [gate, []]));
  for (const key of keys) byGate.get(key.gate)?.push(key);
  const count = (gate: string, isCounted: (key: KeyFigures) => boolean): number =>
    (byGate.get(gate) ?? []).filter(isCounted).length;
  return [
    {
      name: 'countersign_keys',
      type: 'gauge',
      help: 'Keys of a gate by the state that they are set to.',
      samples: gates.flatMap((gate) =>
        STATES.map((state) => ({
          labels: { gate, state },
          value: count(gate, (key) => key.state === state),
        })),
      ),
    },
    {
      name: 'countersign_keys_usable',
      type: 'gauge',
      help: 'Keys that prove requests at a gate now: neither revoked nor outside their validity. At 0 the gate refuses everything.',
      samples: gates.map((gate) => ({ labels: { gate }, value: count(gate, ({ isUsable }) => isUsable) })),
    },
    {
      name: 'countersign_key_requests_total',
      type: 'counter',
      help: 'Requests that each key proved at this gateway since its start.',
      samples: ofKeys(({ hits }) => hits),
    },
    {
      name: 'countersign_key_unused_seconds',
      type: 'gauge',
      help: 'Time since a key last proved a request, at any gateway on the store; absent for one that never did.',
      samples: ofKeys(({ unusedMs }) => (unusedMs === undefined ? undefined : Math.max(0, unusedMs) / 1000)),
    },
    {
      name: 'countersign_key_until_timestamp_seconds',
      type: 'gauge',
      help: 'When a key ends, in seconds since the epoch; absent for one without an end.',
      samples: ofKeys(({ untilMs }) => (untilMs === undefined ? undefined : untilMs / 1000)),
    },
  ];
}
