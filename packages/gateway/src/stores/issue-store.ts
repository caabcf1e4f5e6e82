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

/** What becomes of an issue: it opens, opens again since it failed after its end, ends, or an operator has seen it or opens it again. */
export type IssueChange = 'opened' | 'returned' | 'closed' | 'acknowledged' | 'reopened';

/** Failures that are to be counted. */
export interface IssueFailures extends Pick<StoredIssue, 'firstMs' | 'lastMs' | 'requestId' | 'eventId'> {
  readonly count: number;
  /** As those of an issue. */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** When an end was that they are known to have come after, whatever the clocks of gateways say. */
  readonly afterMs?: number;
}

/** How its state is changed by other than a failure. */
export interface IssueStateChange extends Pick<StoredIssue, 'changedBy' | 'note' | 'end'> {
  readonly state: IssueState;
  readonly changedMs: number;
  /** Failures that were known then. An end that no operator has said is none where there are others. */
  readonly count: number;
}

/** What one gateway has to say of an issue: its failures, then what was kept and explained of them, then a change of its state. */
export interface IssueUpdate
  extends Pick<StoredIssue, 'id' | 'gate' | 'destination' | 'reason' | 'keptRequestId' | 'causes'> {
  /** Where it stands if it is opened by this, unless there is one as high. */
  readonly place?: number;
  readonly failures?: IssueFailures;
  readonly change?: IssueStateChange;
}

/** What an update has made of an issue. */
export interface MergedIssue {
  /** Undefined where there is none, and the update tells of no failure. */
  readonly issue: StoredIssue | undefined;
  /** What has become of it by this update, with the issue as it was then. */
  readonly changes: readonly { readonly change: IssueChange; readonly issue: StoredIssue }[];
}

/** An issue and its place in the order of writes. */
export interface FollowedIssue {
  readonly revision: number;
  readonly issue: StoredIssue;
}

/**
 * Keeps issues. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testIssueStore` of `@countersign/gateway/testing`.
 */
export interface IssueStore {
  /** All of them, those opened last first. */
  list(): Promise<readonly StoredIssue[]>;
  /** Adds what a gateway has to say to what is kept, as `mergeIssue` does; all or none. Gives what has become of each, in order. */
  merge(updates: readonly IssueUpdate[]): Promise<readonly MergedIssue[]>;
  /** Deletes those of these that are closed and have not failed more often. */
  remove(issues: readonly Pick<StoredIssue, 'id' | 'count'>[]): Promise<void>;
  /** Issues that were written after a revision, the first first, each once, at most 100. Absent where one gateway alone writes. */
  readonly follow?: (after: number) => Promise<readonly FollowedIssue[]>;
}
