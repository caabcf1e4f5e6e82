/** Figures of the server where gateways share claims and rate limits. */
import type { Family } from './exposition.ts';
import type { Histogram } from './histogram.ts';

export interface ClaimsServerFigures {
  readonly isUp: () => boolean;
  /** How long its answers took. */
  readonly waits: Histogram;
  /** Since the start, by gates that accept then: requests that were accepted while it could not be asked. */
  readonly unchecked: ReadonlyMap<string, number>;
}

/** @param figures undefined where claims are not shared */
export function claimsServerFamilies(figures: ClaimsServerFigures | undefined): readonly Family[] {
  if (figures === undefined) return [];
  const { isUp, waits, unchecked } = figures;
  return [
    {
      name: 'countersign_claims_server_up',
      type: 'gauge',
      help: 'Whether the server where gateways share claims (Redis, or the PostgreSQL of the store) answers: 1, or 0 while it does not.',
      samples: [{ labels: {}, value: isUp() ? 1 : 0 }],
    },
    {
      name: 'countersign_claims_server_duration_seconds',
      type: 'histogram',
      help: 'Time of one step there: claims that are begun or committed, a request that is counted.',
      samples: [{ labels: {}, value: waits }],
    },
    {
      name: 'countersign_claims_unchecked_total',
      type: 'counter',
      help: 'Requests accepted while it could not be asked whether they came before (replay.whenUnavailable: accept).',
      samples: [...unchecked].map(([gate, value]) => ({ labels: { gate }, value })),
    },
  ];
}
