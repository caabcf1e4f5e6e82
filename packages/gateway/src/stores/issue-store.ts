/** Issues: failures of one kind as one line, with how often they came. What a restart must know of them again. */

export type IssueState = 'open' | 'acknowledged' | 'closed';

export const ISSUE_STATES: readonly IssueState[] = ['open', 'acknowledged', 'closed'];

/** How one was closed: what failed works again, nothing has failed for long, or an operator said so. */
export type IssueEnd = 'healed' | 'quiet' | 'operator';

/** A cause that `explain` has found for some of the failures. */
export interface StoredCause {
  /** The hypothesis. */
  readonly finding: string;
  readonly certainty: string;
  /** How many of the explained ones. */
  readonly count: number;
  /** The last of them. */
  readonly requestId: string;
}

export interface StoredIssue {
  /** Unique. From 1 to 200 characters. */
  readonly id: string;
  /** Grows with each opening: where a list reads on. */
  readonly place: number;
  /** Of refused requests: their gate, or session. Absent where they led to none. */
  readonly gate?: string;
  /** Of failed deliveries. */
  readonly destination?: string;
  readonly reason: string;
  readonly state: IssueState;
  /** The first failure ever, the one that opened it last, the last one: milliseconds since the epoch, whole numbers. */
  readonly firstMs: number;
  readonly openedMs: number;
  readonly lastMs: number;
  /** Failures ever. */
  readonly count: number;
  /** How often it was opened again. */
  readonly returns: number;
  /** When its state was changed last by other than a failure. */
  readonly changedMs?: number;
  /** The operator who did. */
  readonly changedBy?: string;
  readonly note?: string;
  /** Where it is closed. */
  readonly end?: IssueEnd;
  /** The last that failed. */
  readonly requestId?: string;
  /** The last that failed and was kept. */
  readonly keptRequestId?: string;
  readonly eventId?: string;
  readonly causes: readonly StoredCause[];
  /** Failures by minute since the epoch, and by hour: number and count in turn, the first first; those without any are left out. */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
}

/**
 * Keeps issues. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testIssueStore` of `@countersign/gateway/testing`.
 */
export interface IssueStore {
  /** All of them, those opened last first. */
  list(): Promise<readonly StoredIssue[]>;
  /** Keeps these, all or none; each takes the place of the one with its id. */
  put(issues: readonly StoredIssue[]): Promise<void>;
  /** Deletes those with these ids. */
  remove(ids: readonly string[]): Promise<void>;
}
