/** What a gate was built of, kept so that `explain` can judge a request as a gate would that is built a little otherwise. */
import type { Gate } from './gate.ts';
import type { KeySpec } from './keys.ts';
import type { Scheme } from './scheme.ts';

/** What is otherwise in the other gate; the rest stays. */
export interface OtherParts {
  readonly scheme?: Scheme;
  /** In place of the gate's keys, whatever these are. */
  readonly keys?: readonly KeySpec[];
  /** What its clock shows, in milliseconds since the epoch. */
  readonly nowMs?: number;
}

/** @throws SetupError where no gate can be built so */
type Rebuild = (other: OtherParts) => Gate;

let rebuildOf: (parts: GateParts) => Rebuild;

/** Opaque: shows nothing, neither to JSON nor to an inspection. */
export class GateParts {
  static {
    rebuildOf = (parts) => parts.#rebuild;
  }

  readonly #rebuild: Rebuild;

  constructor(rebuild: Rebuild) {
    this.#rebuild = rebuild;
  }
}

/** The same gate but for these parts. It claims nothing of its own and counts no hits of the first. @throws SetupError where there can be none */
export function rebuilt({ parts }: Gate, other: OtherParts): Gate {
  return rebuildOf(parts)(other);
}
