/** What a server of claims does for a guard: four steps, each of them atomic there. */
import type { BeginResult } from '../replay.ts';

/** A lease as it is asked for. Times are the caller's, in whole milliseconds. */
export interface LeaseRequest {
  /** Names this lease and no other: only who has it can renew or abort. The same again is the same question, sent anew. */
  readonly owner: string;
  readonly nowMs: number;
  readonly untilMs: number;
}

/** The end of a claim, as it is asked for. */
export interface CommitRequest {
  readonly untilMs: number;
  /** The caller's clock, as well as it is known: `commit` of a guard is not given it. */
  readonly nowMs: number;
  readonly answer: Uint8Array | undefined;
}

/** What a server answers; it rejects where it cannot. */
export type LeaseAnswer = Exclude<BeginResult, { readonly state: 'unavailable' }>;

/** Each step is given the claim's identity in 32 hexadecimal digits. */
export interface ClaimServer {
  begin(identity: string, lease: LeaseRequest): Promise<LeaseAnswer>;
  /** Lengthens a lease that this owner holds, and changes nothing else. */
  renew(identity: string, lease: LeaseRequest): Promise<void>;
  /** Holds whoever has a lease, with the later of two ends and the later answer. */
  commit(identity: string, commit: CommitRequest): Promise<void>;
  /** Frees a lease that this owner holds, and changes nothing else. */
  abort(identity: string, owner: string): Promise<void>;
}

/** How long a server remembers, beyond its lease, that a claim was begun and came to nothing: attempts are counted. */
export const ATTEMPTS_KEPT_MS: number = 24 * 60 * 60 * 1000;

/** How long a server holds a committed claim beyond its end: clocks of gates differ, and a clock may be set back. A lease bears less. */
export const CLOCK_MARGIN_MS: number = 60 * 60 * 1000;
