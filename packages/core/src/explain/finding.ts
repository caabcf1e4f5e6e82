/** What `explain` found out, for the operator. */

/**
 * How sure a finding is. `proved`: changed so, the request is proved by the gate’s keys. `likely`: the request or the key has the shape of
 * that mistake, and of no other. `possible`: one of several that would look like it.
 */
export type Certainty = 'proved' | 'likely' | 'possible';

/** Holds no secret and no signature. */
export interface Finding {
  /** The hypothesis: of two at once `first+second`. */
  readonly id: string;
  readonly certainty: Certainty;
  /** What happened. */
  readonly sentence: string;
  /** What to do. */
  readonly mend: string;
}
