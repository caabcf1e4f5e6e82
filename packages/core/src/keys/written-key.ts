/** How a key was written, kept so that `explain` can say how it should have been. */
import type { KeySpec } from './key-spec.ts';

let specOf: (key: WrittenKey) => KeySpec;

/**
 * A key as its operator wrote it. Opaque: it tells how the key was read, and never the key, neither to JSON nor to an
 * inspection.
 */
export class WrittenKey {
  static {
    specOf = (key) => key.#spec;
  }

  /** What its text was read as: an encoding, the scheme’s prefix (`whsec_`), or `bytes`. */
  readonly readAs: string;
  readonly #spec: KeySpec;

  constructor(spec: KeySpec, readAs: string) {
    this.#spec = spec;
    this.readAs = readAs;
  }
}

/** The key as it was written. Holds the secret: for `explain`, which tries other ways to write it. */
export function writtenSpec(key: WrittenKey): KeySpec {
  return specOf(key);
}
