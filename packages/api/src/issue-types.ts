/** Wire types of issues: failures of one kind as one line. */

/** `closed`: by itself, since it works again or nothing failed for long, or by an operator. A new failure opens it again. */
export type IssueStateView = 'open' | 'acknowledged' | 'closed';

export const ISSUE_STATE_WORDS: readonly IssueStateView[] = ['open', 'acknowledged', 'closed'];

/** Why some of the failures came: those that were kept and explained. */
export interface IssueCauseView {
  /** The hypothesis of `explain`. */
  readonly finding: string;
  readonly certainty: string;
  /** How many of those that were explained, which are few of many. */
  readonly count: number;
  /** The last of them: a refused request’s id. */
  readonly requestId: string;
}

/** Failed deliveries or refused requests of one reason. */
export interface IssueView {
  /** The same for the same gate or destination and reason. */
  readonly id: string;
  /** Of requests: their gate, or session. Absent where they led to none. */
  readonly gate?: string;
  /** Of deliveries: attempts to deliver to it are what is counted. */
  readonly destination?: string;
  /** Of the table of refusals, or the code of an attempt. `others`: what there was no room for. */
  readonly reason: string;
  /** What to do; of requests only. */
  readonly remedy?: string;
  readonly state: IssueStateView;
  /** The first failure ever. */
  readonly firstAt: string;
  /** The failure that opened it last. */
  readonly openedAt: string;
  /** The last failure, to the second. */
  readonly lastAt: string;
  /** Failures ever. */
  readonly count: number;
  /** How often it was opened again. */
  readonly returns: number;
  /** When it was acknowledged, opened by hand or closed. */
  readonly changedAt?: string;
  /** The operator who did; absent: it ended by itself. */
  readonly changedBy?: string;
  readonly note?: string;
  /** Where it is closed: it works again, nothing failed for long, or an operator said so. */
  readonly ended?: 'healed' | 'quiet' | 'operator';
  /** The last request that failed: its log line has this id. */
  readonly requestId?: string;
  /** The last of those that were kept: `refusedRequest` shows it, as long as it is there. */
  readonly keptRequestId?: string;
  /** The event whose delivery failed last. */
  readonly event?: string;
  /** The most frequent first, at most eight. */
  readonly causes: readonly IssueCauseView[];
  /** Failures in each of the last 60 minutes, and of the last 48 hours; the current one last. */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
}

/** Those opened last first. */
export interface IssuePage {
  readonly issues: readonly IssueView[];
  /** Give it as `before` to read on; absent on the last page. */
  readonly next?: number;
}

export interface IssueQuery {
  readonly state?: IssueStateView | undefined;
  /** A gate’s, or a session’s. */
  readonly gate?: string | undefined;
  readonly destination?: string | undefined;
  readonly reason?: string | undefined;
  /** Where to read on: the `next` of the page before. */
  readonly before?: number | undefined;
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined;
}

export interface IssueParams {
  readonly id: string;
}

export type IssueChangeWord = 'acknowledge' | 'reopen' | 'close';

export const ISSUE_CHANGE_WORDS: readonly IssueChangeWord[] = ['acknowledge', 'reopen', 'close'];

export interface IssueChangeInput {
  readonly change: IssueChangeWord;
  /** For whoever looks at it next; up to 500 characters. */
  readonly note?: string | undefined;
}

/** An issue that was opened, came back, ended or was changed by an operator. */
export interface LiveIssueView {
  readonly time: string;
  /** Absent where it is of deliveries, or of requests that led to no gate. */
  readonly gate?: string;
  readonly issue: {
    readonly id: string;
    readonly change: 'opened' | 'returned' | 'closed' | 'acknowledged' | 'reopened';
    readonly destination?: string;
    readonly reason: string;
    readonly state: IssueStateView;
    /** Failures ever. */
    readonly count: number;
  };
}
