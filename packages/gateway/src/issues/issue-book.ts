/**
 * Issues in memory: each failure is counted in the line of its gate or destination and reason. What is known of a line is as the store has it,
 * with what all gateways have said; what this one has not yet handed to the store is added to it. Knows no store and no clock: `issues.ts` tells
 * it what happens, and when.
 */
import { DAY } from '../config/units.ts';
import type {
  IssueChange,
  IssueEnd,
  IssueState,
  IssueUpdate,
  MergedIssue,
  StoredIssue,
} from '../stores/issue-store.ts';
import { mergeIssue } from '../stores/merge-issue.ts';
import { healRule } from './heal-rules.ts';
import { IssueDrafts } from './issue-drafts.ts';
import { identityOf, keyOf, nameOf, OTHERS_KEY } from './issue-identity.ts';
import type {
  CauseSeen,
  Failures,
  IssueChanges,
  IssueListOptions,
  IssueSubject,
  OperatorChange,
} from './issue-model.ts';

export interface IssueBookOptions {
  /** Further ones are counted in one issue of their own. */
  readonly maxIssues: number;
  /** Told of what has become of an issue by what was said here, once the store has it. */
  readonly onChange: (change: IssueChange, issue: StoredIssue) => void;
}

/** Each is told, and may be an event. */
const ENDED_AT_ONCE = 64;
/** How long one that is closed is remembered. */
const REMEMBER_MS: number = 30 * DAY;

interface Sending {
  readonly updates: ReadonlyMap<string, readonly IssueUpdate[]>;
  readonly gone: ReadonlyMap<string, Gone>;
}

type Gone = IssueChanges['gone'][number];

/** All by `keyOf`. */
export class IssueBook {
  readonly #options: IssueBookOptions;
  /** As the store has them. */
  readonly #stored = new Map<string, StoredIssue>();
  /** With what is on its way to the store, and what is not yet. */
  readonly #lines = new Map<string, StoredIssue>();
  readonly #drafts = new Map<string, IssueDrafts>();
  /** Whose line is another than before. */
  readonly #stale = new Set<string>();
  #sending: Sending | undefined;
  readonly #gone = new Map<string, Gone>();
  /** By gate or destination, when one last went well. */
  readonly #wellMs = new Map<string, number>();
  #lastPlace = 0;

  constructor(options: IssueBookOptions, stored: readonly StoredIssue[] = []) {
    this.#options = options;
    this.see(stored);
  }

  /** Takes over what the store has of issues, where other gateways write there as well. Not while something is on its way to it. */
  see(stored: readonly StoredIssue[]): void {
    for (const issue of stored) {
      const key = keyOf(issue);
      this.#lastPlace = Math.max(this.#lastPlace, issue.place);
      if (this.#gone.get(key)?.count === issue.count) continue;
      if (this.#line(key) === undefined && !this.#hasRoom(this.#options.maxIssues)) continue;
      this.#gone.delete(key);
      this.#stored.set(key, issue);
      this.#stale.add(key);
    }
  }

  /** Counts failures: opens their issue where there is none, or it had ended. */
  fail(failures: Failures, nowMs: number): void {
    const key = this.#keyWithRoom(failures);
    const drafts = this.#draftsOf(key, failures);
    if (drafts.isFailing) drafts.fail(failures, nowMs);
    else {
      const line = this.#line(key);
      const afterMs = line?.state === 'closed' ? line.changedMs : undefined;
      const isOpening = line === undefined || line.state === 'closed';
      drafts.fail(failures, nowMs, isOpening ? { place: ++this.#lastPlace, afterMs } : {});
    }
    this.#stale.add(key);
  }

  /** A request of the gate, or a delivery to the destination, went well. */
  succeed(subject: Pick<IssueSubject, 'gate' | 'destination'>, nowMs: number): void {
    this.#wellMs.set(nameOf(subject), nowMs);
  }

  /** One of the failures was kept, for who wants to see it. */
  keep(subject: IssueSubject, requestId: string): void {
    const key = keyOf(subject);
    if (this.#line(key) === undefined) return;
    this.#draftsOf(key, subject).keep(requestId);
    this.#stale.add(key);
  }

  /** `explain` has found why one of them failed. */
  explain(subject: IssueSubject, { finding, certainty, requestId }: CauseSeen): void {
    const key = keyOf(subject);
    if (this.#line(key) === undefined) return;
    this.#draftsOf(key, subject).explain({ finding, certainty, count: 1, requestId });
    this.#stale.add(key);
  }

  /** Closes what has been quiet for long, and gives those that may have healed, some at a time; forgets what was closed long ago. */
  look(nowMs: number): readonly StoredIssue[] {
    const healing: StoredIssue[] = [];
    let ended = 0;
    for (const [key, line] of this.#all()) {
      if (healing.length + ended >= ENDED_AT_ONCE) break;
      const quietMs = nowMs - line.lastMs;
      if (line.state === 'closed') {
        if (nowMs - Math.max(line.lastMs, line.changedMs ?? 0) >= REMEMBER_MS && this.#isStored(key))
          this.#forget(key, line);
        continue;
      }
      const { healedAfterMs, quietAfterMs } = healRule(line);
      if (quietMs >= quietAfterMs) {
        this.#end(line, 'quiet', nowMs);
        ended++;
      } else if (healedAfterMs !== undefined && quietMs >= healedAfterMs && this.#isWellSince(line))
        healing.push(line);
    }
    return healing;
  }

  /** One that `look` gave works again: ends it, unless it has failed since. */
  heal({ id, count }: Pick<StoredIssue, 'id' | 'count'>, nowMs: number): void {
    const line = this.get(id);
    if (line?.count === count && line.state !== 'closed') this.#end(line, 'healed', nowMs);
  }

  /** Undefined where there is no such issue, or it is closed and cannot be acknowledged. */
  change(id: string, { change, by, note, nowMs }: OperatorChange): StoredIssue | undefined {
    const line = this.get(id);
    if (line === undefined || (change === 'acknowledge' && line.state === 'closed')) return undefined;
    const key = keyOf(line);
    this.#draftsOf(key, line).change(
      {
        state: STATES[change],
        changedMs: nowMs,
        changedBy: by,
        ...(note !== undefined && { note }),
        ...(change === 'close' && { end: 'operator' }),
        count: line.count,
      },
      change === 'reopen' && line.state === 'closed' ? ++this.#lastPlace : undefined,
    );
    this.#stale.add(key);
    return this.#line(key);
  }

  get(id: string): StoredIssue | undefined {
    for (const [, line] of this.#all()) if (line.id === id) return line;
    return undefined;
  }

  /** Those opened last first. */
  list({ state, gate, destination, reason, before, limit }: IssueListOptions): readonly StoredIssue[] {
    return [...this.#all().values()]
      .filter(
        (line) =>
          line.place < (before ?? Number.MAX_SAFE_INTEGER) &&
          (state ?? line.state) === line.state &&
          (gate ?? line.gate) === line.gate &&
          (destination ?? line.destination) === line.destination &&
          (reason ?? line.reason) === line.reason,
      )
      .sort((a, b) => b.place - a.place)
      .slice(0, limit);
  }

  count(): Readonly<Record<IssueState, number>> {
    const counts = { open: 0, acknowledged: 0, closed: 0 };
    for (const { state } of this.#all().values()) counts[state]++;
    return counts;
  }

  /** What was said of some issues since it was taken, and those that are gone; the same again until `settle`. Undefined: nothing. */
  takeChanges(atMost: number): IssueChanges | undefined {
    if (this.#sending === undefined && this.#drafts.size + this.#gone.size > 0) {
      const drafts = [...this.#drafts].slice(0, atMost);
      for (const [key] of drafts) this.#drafts.delete(key);
      this.#sending = {
        updates: new Map(drafts.map(([key, each]) => [key, each.updates()])),
        gone: new Map(this.#gone),
      };
    }
    if (this.#sending === undefined) return undefined;
    const { updates, gone } = this.#sending;
    return { updates: [...updates.values()].flat(), gone: [...gone.values()] };
  }

  /** What was taken is in the store. @param merged what has become of each update */
  settle(merged: readonly MergedIssue[]): void {
    if (this.#sending === undefined) return;
    const { updates, gone } = this.#sending;
    this.#sending = undefined;
    for (const [key, issue] of gone) if (this.#gone.get(key) === issue) this.#gone.delete(key);
    const keys = [...updates].flatMap(([key, each]) => each.map(() => key));
    for (const [at, key] of keys.entries()) {
      const issue = merged[at]?.issue;
      if (issue === undefined) this.#stored.delete(key);
      else {
        this.#stored.set(key, issue);
        this.#lastPlace = Math.max(this.#lastPlace, issue.place);
      }
      this.#stale.add(key);
    }
    for (const { changes } of merged)
      for (const { change, issue } of changes) this.#options.onChange(change, issue);
  }

  #line(key: string): StoredIssue | undefined {
    if (!this.#stale.delete(key)) return this.#lines.get(key);
    const sending = this.#sending?.updates.get(key) ?? [];
    const waiting = this.#drafts.get(key)?.updates() ?? [];
    let line = this.#stored.get(key);
    for (const update of [...sending, ...waiting])
      line = mergeIssue(line, update, ({ place }) => place ?? this.#lastPlace + 1).issue;
    if (line === undefined) this.#lines.delete(key);
    else this.#lines.set(key, line);
    return line;
  }

  #all(): ReadonlyMap<string, StoredIssue> {
    for (const key of this.#stale) this.#line(key);
    return this.#lines;
  }

  #draftsOf(key: string, subject: IssueSubject): IssueDrafts {
    const drafts = this.#drafts.get(key) ?? new IssueDrafts(identityOf(key, subject));
    this.#drafts.set(key, drafts);
    return drafts;
  }

  /** Of a subject, or of the others where there is no room for one more. */
  #keyWithRoom(subject: IssueSubject): string {
    const key = keyOf(subject);
    if (this.#drafts.has(key) || this.#line(key) !== undefined) return key;
    // One is for the others.
    if (!this.#hasRoom(this.#options.maxIssues - 1)) return OTHERS_KEY;
    this.#gone.delete(key);
    return key;
  }

  /** Of those that are closed the one that failed last so long ago makes room. */
  #hasRoom(most: number): boolean {
    const lines = this.#all();
    if (lines.size < most) return true;
    let oldest: readonly [string, StoredIssue] | undefined;
    for (const [key, line] of lines)
      if (
        line.state === 'closed' &&
        this.#isStored(key) &&
        line.lastMs < (oldest?.[1].lastMs ?? Number.POSITIVE_INFINITY)
      )
        oldest = [key, line];
    if (oldest !== undefined) this.#forget(...oldest);
    return oldest !== undefined;
  }

  /** Whether the store has all that was said of it. */
  #isStored(key: string): boolean {
    return !this.#drafts.has(key) && this.#sending?.updates.has(key) !== true;
  }

  #end(line: StoredIssue, end: Exclude<IssueEnd, 'operator'>, nowMs: number): void {
    const key = keyOf(line);
    this.#draftsOf(key, line).change({ state: 'closed', changedMs: nowMs, end, count: line.count });
    this.#stale.add(key);
  }

  #forget(key: string, { id, count }: StoredIssue): void {
    this.#stored.delete(key);
    this.#lines.delete(key);
    this.#gone.set(key, { id, count });
  }

  #isWellSince(line: StoredIssue): boolean {
    return (this.#wellMs.get(nameOf(line)) ?? Number.NEGATIVE_INFINITY) > line.lastMs;
  }
}

const STATES: Readonly<Record<OperatorChange['change'], IssueState>> = {
  acknowledge: 'acknowledged',
  reopen: 'open',
  close: 'closed',
};
