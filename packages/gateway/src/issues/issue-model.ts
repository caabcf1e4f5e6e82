/** What issues are told, asked and changed with. */
import type { IssueState, IssueUpdate, StoredIssue } from '../stores/issue-store.ts';

/** What tells one issue from another. Only words of tables and names of the configuration: nothing that a stranger writes makes another. */
export interface IssueSubject {
  readonly gate?: string;
  readonly destination?: string;
  readonly reason: string;
}

/** Failures of one kind that came together. */
export interface Failures extends IssueSubject {
  readonly count: number;
  readonly requestId?: string;
  readonly eventId?: string;
}

export interface CauseSeen {
  readonly finding: string;
  readonly certainty: string;
  readonly requestId: string;
}

/** What an operator does. */
export interface OperatorChange {
  readonly change: 'acknowledge' | 'reopen' | 'close';
  readonly by: string;
  readonly note?: string | undefined;
  readonly nowMs: number;
}

/** Which issues. What is absent is not asked for. */
export interface IssueListOptions {
  readonly state?: IssueState | undefined;
  readonly gate?: string | undefined;
  readonly destination?: string | undefined;
  readonly reason?: string | undefined;
  /** Only those before the one at this place, which need not exist any more. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** What a store must be told. */
export interface IssueChanges {
  readonly updates: readonly IssueUpdate[];
  /** Those that are forgotten, as they were then. */
  readonly gone: readonly Pick<StoredIssue, 'id' | 'count'>[];
}
