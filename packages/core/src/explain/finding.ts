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

/** Details that name several things are longer than a quoted text. */
const MAX_DETAIL_CHARS = 400;

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A detail as a sentence may have it, whatever a row put into it: no character that a terminal or a log acts on, and no more than a few lines of it. */
export function shownDetail(detail: string): string {
  const start = detail.length > MAX_DETAIL_CHARS ? `${detail.slice(0, MAX_DETAIL_CHARS - 1)}…` : detail;
  return start.replace(HIDDEN, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
