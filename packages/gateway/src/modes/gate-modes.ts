/** What a gate is beyond one that enforces one proof: whether it monitors, which proofs it takes, what is verified in its shadow. */
import type { Gate, Refused } from '@countersign/core';
import type { OldProofSenders } from './old-proof-senders.ts';
import type { SeveralProofs } from './several-proofs.ts';
import type { Shadow } from './shadow.ts';

export interface GateModes {
  /** Whether what it refuses is let through now. */
  monitors(): boolean;
  /** Whether it lets this through now: what breaks a bound or the grammar of HTTP never passes. */
  letsThrough(refused: Refused): boolean;
  /** Undefined: the gate's own proof alone. */
  readonly several: SeveralProofs | undefined;
  /** Who still uses the older ones. */
  readonly senders: OldProofSenders;
  /** Requests accepted since the start, by the label of the proof that let them in. */
  readonly acceptedByProof: Map<string, number>;
  /** Undefined: nothing is verified beside. */
  readonly shadow: Shadow | undefined;
  /** Every core gate that looks at its requests: its own first, its shadow's last. */
  readonly coreGates: readonly Gate[];
  /** Those of them, the gate's own apart, that go by the gate's keys: what is changed of these is changed there too. */
  readonly sharingKeys: readonly Gate[];
}

/**
 * The gate's own core gate, as those see it who hand its requests on: the headers of each of its proofs are the proof's, so that none is
 * passed on or kept as any other header would be.
 */
export function withAllProofs(coreGate: Gate, { coreGates }: Pick<GateModes, 'coreGates'>): Gate {
  const namesOf = (role: keyof Gate['scheme']['headers']): readonly string[] => [
    ...new Set(coreGates.flatMap(({ scheme }) => scheme.headers[role])),
  ];
  const headers: Gate['scheme']['headers'] = {
    proof: namesOf('proof'),
    token: namesOf('token'),
    covered: namesOf('covered'),
    bound: namesOf('bound'),
  };
  return { ...coreGate, scheme: { ...coreGate.scheme, headers } };
}
