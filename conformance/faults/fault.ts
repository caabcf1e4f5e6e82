/** A fault that is put back into a copy of the sources. */

export interface Edit {
  /** Below packages/core/src. */
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
}

export interface Fault {
  readonly id: string;
  /** What anybody could do. */
  readonly summary: string;
  readonly edits: readonly Edit[];
  /** Words of the cells that are searched. */
  readonly only: string;
  /** How many are tried: fewer where each takes long. */
  readonly mutations?: number;
  /** What must be said of it. */
  readonly finding: RegExp;
}
