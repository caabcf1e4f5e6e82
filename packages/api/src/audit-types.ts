/** Wire types: the audit log. */

export interface AuditQuery {
  /** Entries before this one. */
  readonly before?: number | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
  /** The name of a caller. */
  readonly who?: string | undefined;
  /** The name of a route, such as `releaseClaim`. */
  readonly route?: string | undefined;
  readonly kind?: AuditKind | undefined;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntryView[];
  /** The next `before`; absent on the last page. A page of one kind may have no entry and a `next`. */
  readonly next?: number;
}

export const AUDIT_KINDS = [
  'change',
  'reveal',
  'refused',
  'left-out',
  'pruned',
  'key-changed',
  'unreadable',
] as const;

/**
 * `change`, `reveal`: somebody changed or saw something; `refused`: somebody may not; `left-out`: so many refused calls are not listed one
 * by one; `pruned`: so many old entries were removed; `key-changed`: from here on the chain is under another storeKey; `unreadable`: no entry
 * that this version knows.
 */
export type AuditKind = (typeof AUDIT_KINDS)[number];

export interface AuditEntryView {
  readonly seq: number;
  readonly kind: AuditKind;
  /** ISO 8601. Absent of an unreadable entry. */
  readonly at?: string;
  /** Absent where nobody was logged in. */
  readonly who?: AuditCallerView;
  /** The address of the caller; absent of a command that opened the store’s file. */
  readonly from?: string;
  /** The route’s name. */
  readonly route?: string;
  /** What it was done to: the parameters of the route’s path; of a log-in that was refused, the name of a user whom somebody wanted to be. */
  readonly target?: AuditValues;
  /** The other parameters; what is secret or long is left out. */
  readonly input?: AuditValues;
  /** Of a change or a reveal: what it was answered. Absent: it is under way, or the process ended meanwhile, and nobody knows whether it was done. */
  readonly status?: number;
  /** The problem’s code, where it was refused. */
  readonly code?: string;
  readonly endedAt?: string;
  /** Of `left-out` and `pruned`. */
  readonly count?: number;
}

export interface AuditCallerView {
  readonly name: string;
  readonly role: string;
  /**
   * `token`, `password`, `oidc`; `file`: a command that opened the store’s file while no gateway ran; `signal`: the gateway’s process was sent one, such as
   * SIGHUP; `program`: the one that the gateway runs in.
   */
  readonly by: string;
}

export type AuditValues = Readonly<Record<string, string | number | boolean>>;

export interface AuditVerifyInput {
  /** Heads that a log has told of: `SEQ:MAC`, comma-separated, 5,000 at most. */
  readonly heads?: string;
}

export interface AuditVerifiedView {
  /** How many entries were looked at: all, but where one is broken those before it. */
  readonly entries: number;
  /** Whether the chain is under a storeKey. If it is not, whoever can write the file can write it anew. */
  readonly isKeyed: boolean;
  /** The last entry that was looked at, as `SEQ:MAC`; absent where there is none. */
  readonly head?: string;
  /** Given heads that are older than the oldest entry: nothing can be said of them. */
  readonly headsTooOld: number;
  /** Empty where all is whole. */
  readonly findings: readonly AuditFindingView[];
}

export interface AuditFindingView {
  readonly code: string;
  /** The entry that it begins at. */
  readonly seq: number;
  readonly problem: string;
}
