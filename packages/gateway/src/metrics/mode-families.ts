/** Figures of gates that do not just enforce one proof. */
import type { Family } from './exposition.ts';
import type { VerdictCounts } from './verdict-counts.ts';

export interface ModeFigures {
  readonly monitors: () => boolean;
  /** Undefined where the gate takes one proof. */
  readonly acceptedByProof: ReadonlyMap<string, number> | undefined;
  readonly shadow: ShadowFigures | undefined;
}

export interface ShadowFigures {
  /** By how the two verdicts stand to each other. */
  readonly counts: Readonly<Record<string, number>>;
  readonly dropped: number;
}

interface ModedGate {
  readonly name: string;
  readonly counts: VerdictCounts;
  readonly modes: ModeFigures | undefined;
}

export function modeFamilies(gates: readonly ModedGate[]): readonly Family[] {
  return [
    {
      name: 'countersign_gate_monitors',
      type: 'gauge',
      help: 'Whether the gate monitors now (1), so that what it refuses is let through with a label and nothing is protected, or enforces (0).',
      samples: gates.map(({ name, modes }) => ({
        labels: { gate: name },
        value: modes?.monitors() === true ? 1 : 0,
      })),
    },
    {
      name: 'countersign_let_through_total',
      type: 'counter',
      help: 'Requests that a gate which monitors has refused and let through, by reason: what it would refuse if it enforced.',
      samples: gates.flatMap(({ name, counts }) =>
        [...counts.letThrough].map(([reason, value]) => ({ labels: { gate: name, reason }, value })),
      ),
    },
    {
      name: 'countersign_accepted_by_proof_total',
      type: 'counter',
      help: 'Requests accepted at a gate that takes several proofs (accept), by the proof that let them in.',
      samples: gates.flatMap(({ name, modes }) =>
        [...(modes?.acceptedByProof ?? [])].map(([proof, value]) => ({
          labels: { gate: name, proof },
          value,
        })),
      ),
    },
    {
      name: 'countersign_shadow_requests_total',
      type: 'counter',
      help: 'Requests that the shadow proof was held against, by how its verdict and the gate’s stand to each other: both-accept, both-refuse, only-first, only-shadow; dropped: it was not, for too many came at once.',
      samples: gates.flatMap(({ name, modes }) =>
        modes?.shadow === undefined
          ? []
          : Object.entries({ ...modes.shadow.counts, dropped: modes.shadow.dropped }).map(
              ([result, value]) => ({ labels: { gate: name, result }, value }),
            ),
      ),
    },
  ];
}
