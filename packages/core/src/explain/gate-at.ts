/** A gate that judges as at another time. */
import { type Gate, rebuilt } from '../gate.ts';
import { uncountedRing } from './uncounted-ring.ts';

/** The gate with the keys that it has now, its clock at `nowMs`. It claims nothing of the other’s and counts no hits. */
export function gateAt(gate: Gate, nowMs: number): Gate {
  return rebuilt(gate, { ring: uncountedRing(gate.keys), nowMs });
}
