/** How a language writes the steps of a program. */
import type { Atom, Computed, Derived } from './plan-parts.ts';
import type { Put, SigningPlan } from './signing-plan.ts';

/** Every member gives lines. */
export interface Syntax {
  /** Reads address, key and body. */
  open(plan: SigningPlan): readonly string[];
  /** A text that is in the environment, or made anew. */
  make(variable: 'timestamp' | 'id' | 'nonce', plan: SigningPlan): readonly string[];
  put(put: Put): readonly string[];
  derive(variable: Derived): readonly string[];
  compute(computed: Computed): readonly string[];
  message(atoms: readonly Atom[]): readonly string[];
  /** Makes `signature`, written as it is sent. */
  sign(plan: SigningPlan): readonly string[];
  /** Where the program is asked to, prints the signature and ends. */
  printOnly(text: readonly Atom[]): readonly string[];
  send(plan: SigningPlan): readonly string[];
  /** The file, with what the lines need. */
  whole(lines: readonly string[]): string;
}
