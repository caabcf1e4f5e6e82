/**
 * Issues in memory: each failure is counted in the line of its gate or destination and reason. Knows no store and no clock: `issues.ts` tells it
 * what happens, and when.
 */
import { createHash } from 'node:crypto';
import { DAY } from '../config/units.ts';
import type { IssueEnd, IssueState, StoredCause, StoredIssue } from '../stores/issue-store.ts';
import { healRule } from './heal-rules.ts';
import type {
  CauseSeen,
  Failures,
  IssueChange,
  IssueChanges,
  IssueListOptions,
  IssueSubject,
  OperatorChange,
} from './issue-model.ts';
import { TimeSeries } from './time-series.ts';

export interface IssueBookOptions {
  /** Further ones are counted in one issue of their own. */
  readonly maxIssues: number;
  readonly onChange: (change: IssueChange, issue: StoredIssue) => void;
}

/** Of the issue of those for which there was no room. */
export const OTHERS = 'others';
const MAX_CAUSES = 8;
const ID_CHARS = 16;
/** Each is told, and may be an event. */
const ENDED_AT_ONCE = 64;
/** How long one that is closed is remembered. */
const REMEMBER_MS: number = 30 * DAY;

type Line = { -readonly [Name in keyof Omit<StoredIssue, 'minutes' | 'hours'>]: StoredIssue[Name] } & {
  readonly series: TimeSeries;
};

export class IssueBook {
  readonly #options: IssueBookOptions;
  readonly #lines = new Map<string, Line>();
  readonly #dirty = new Set<Line>();
  readonly #gone = new Set<string>();
  /** By gate or destination, when one last went well. */
  readonly #wellMs = new Map<string, number>();
  #lastPlace = 0;

  constructor(options: IssueBookOptions, stored: readonly StoredIssue[] = []) {
    this.#options = options;
    for (const { minutes, hours, ...rest } of stored) {
      this.#lines.set(keyOf(rest), Object.assign({ series: new TimeSeries(minutes, hours) }, rest));
      this.#lastPlace = Math.max(this.#lastPlace, rest.place);
    }
  }

  /** Counts failures: opens their issue where there is none, or it had ended. */
  fail(failures: Failures, nowMs: number): void {
    const line = this.#lines.get(keyOf(failures)) ?? this.#add(failures, nowMs);
    const { count, requestId, eventId } = failures;
    const change = line.count === 0 ? 'opened' : line.state === 'closed' ? 'returned' : undefined;
    if (change === 'returned') {
      line.returns++;
      clearChange(line);
    }
    if (change !== undefined) this.#open(line, nowMs);
    line.count += count;
    line.lastMs = nowMs;
    if (requestId !== undefined) line.requestId = requestId;
    if (eventId !== undefined) line.eventId = eventId;
    line.series.add(count, nowMs);
    this.#dirty.add(line);
    if (change !== undefined) this.#options.onChange(change, storedOf(line));
  }

  /** A request of the gate, or a delivery to the destination, went well. */
  succeed(subject: Pick<IssueSubject, 'gate' | 'destination'>, nowMs: number): void {
    this.#wellMs.set(nameOf(subject), nowMs);
  }

  /** One of the failures was kept, for who wants to see it. */
  keep(subject: IssueSubject, requestId: string): void {
    const line = this.#lines.get(keyOf(subject));
    if (line === undefined) return;
    line.keptRequestId = requestId;
    this.#dirty.add(line);
  }

  /** `explain` has found why one of them failed. */
  explain(subject: IssueSubject, { finding, certainty, requestId }: CauseSeen): void {
    const line = this.#lines.get(keyOf(subject));
    if (line === undefined) return;
    const before = line.causes.find((cause) => cause.finding === finding)?.count ?? 0;
    const others = line.causes.filter((cause) => cause.finding !== finding);
    const causes: readonly StoredCause[] = [...others, { finding, certainty, count: before + 1, requestId }];
    line.causes = causes.toSorted((a, b) => b.count - a.count).slice(0, MAX_CAUSES);
    this.#dirty.add(line);
  }

  /** Closes what has been quiet for long, and gives those that may have healed, some at a time; forgets what was closed long ago. */
  look(nowMs: number): readonly StoredIssue[] {
    const healing: StoredIssue[] = [];
    let ended = 0;
    for (const line of this.#lines.values()) {
      if (healing.length + ended >= ENDED_AT_ONCE) break;
      const quietMs = nowMs - line.lastMs;
      if (line.state === 'closed') {
        if (nowMs - Math.max(line.lastMs, line.changedMs ?? 0) >= REMEMBER_MS) this.#forget(line);
        continue;
      }
      const { healedAfterMs, quietAfterMs } = healRule(line);
      if (quietMs >= quietAfterMs) {
        this.#end(line, 'quiet', nowMs);
        ended++;
      } else if (healedAfterMs !== undefined && quietMs >= healedAfterMs && this.#isWellSince(line))
        healing.push(storedOf(line));
    }
    return healing;
  }

  /** One that `look` gave works again: ends it, unless it has failed since. */
  heal({ id, count }: Pick<StoredIssue, 'id' | 'count'>, nowMs: number): void {
    const line = this.#byId(id);
    if (line?.count === count && line.state !== 'closed') this.#end(line, 'healed', nowMs);
  }

  /** Undefined where there is no such issue, or it is closed and cannot be acknowledged. */
  change(id: string, { change, by, note, nowMs }: OperatorChange): StoredIssue | undefined {
    const line = this.#byId(id);
    if (line === undefined || (change === 'acknowledge' && line.state === 'closed')) return undefined;
    clearChange(line);
    if (change === 'reopen' && line.state === 'closed') this.#open(line, nowMs);
    line.state = STATES[change];
    line.changedMs = nowMs;
    line.changedBy = by;
    if (note !== undefined) line.note = note;
    if (change === 'close') line.end = 'operator';
    this.#dirty.add(line);
    const issue = storedOf(line);
    this.#options.onChange(CHANGES[change], issue);
    return issue;
  }

  get(id: string): StoredIssue | undefined {
    const line = this.#byId(id);
    return line && storedOf(line);
  }

  /** Those opened last first. */
  list({ state, gate, destination, reason, before, limit }: IssueListOptions): readonly StoredIssue[] {
    return [...this.#lines.values()]
      .filter(
        (line) =>
          line.place < (before ?? Number.MAX_SAFE_INTEGER) &&
          (state ?? line.state) === line.state &&
          (gate ?? line.gate) === line.gate &&
          (destination ?? line.destination) === line.destination &&
          (reason ?? line.reason) === line.reason,
      )
      .sort((a, b) => b.place - a.place)
      .slice(0, limit)
      .map(storedOf);
  }

  count(): Readonly<Record<IssueState, number>> {
    const counts = { open: 0, acknowledged: 0, closed: 0 };
    for (const { state } of this.#lines.values()) counts[state]++;
    return counts;
  }

  /** Some of what has changed since it was taken, and the ids of those that are gone. Undefined: nothing. */
  takeChanges(atMost: number): IssueChanges | undefined {
    if (this.#dirty.size + this.#gone.size === 0) return undefined;
    const lines = [...this.#dirty].slice(0, atMost);
    const gone = [...this.#gone];
    for (const line of lines) this.#dirty.delete(line);
    this.#gone.clear();
    return { changed: lines.map(storedOf), gone };
  }

  /** What was taken could not be stored. */
  putBack({ changed, gone }: IssueChanges): void {
    for (const issue of changed) {
      const line = this.#lines.get(keyOf(issue));
      if (line !== undefined) this.#dirty.add(line);
    }
    for (const id of gone) if (this.#byId(id) === undefined) this.#gone.add(id);
  }

  #byId(id: string): Line | undefined {
    for (const line of this.#lines.values()) if (line.id === id) return line;
    return undefined;
  }

  #add({ gate, destination, reason }: Failures, nowMs: number): Line {
    const subject = this.#hasRoom()
      ? { ...(gate !== undefined && { gate }), ...(destination !== undefined && { destination }), reason }
      : { reason: OTHERS };
    const key = keyOf(subject);
    const others = this.#lines.get(key);
    if (others !== undefined) return others;
    const line: Line = {
      id: createHash('sha256').update(key).digest('hex').slice(0, ID_CHARS),
      ...subject,
      place: 0,
      state: 'open',
      firstMs: nowMs,
      openedMs: nowMs,
      lastMs: nowMs,
      count: 0,
      returns: 0,
      causes: [],
      series: new TimeSeries(),
    };
    this.#lines.set(key, line);
    this.#gone.delete(line.id);
    return line;
  }

  /** Of those that are closed the one that failed last so long ago makes room. */
  #hasRoom(): boolean {
    // One is for the others.
    if (this.#lines.size < this.#options.maxIssues - 1) return true;
    let oldest: Line | undefined;
    for (const line of this.#lines.values())
      if (line.state === 'closed' && (oldest === undefined || line.lastMs < oldest.lastMs)) oldest = line;
    if (oldest !== undefined) this.#forget(oldest);
    return oldest !== undefined;
  }

  #open(line: Line, nowMs: number): void {
    line.place = ++this.#lastPlace;
    line.state = 'open';
    line.openedMs = nowMs;
  }

  #end(line: Line, end: Exclude<IssueEnd, 'operator'>, nowMs: number): void {
    clearChange(line);
    line.state = 'closed';
    line.end = end;
    line.changedMs = nowMs;
    this.#dirty.add(line);
    this.#options.onChange('closed', storedOf(line));
  }

  #forget(line: Line): void {
    this.#lines.delete(keyOf(line));
    this.#dirty.delete(line);
    this.#gone.add(line.id);
  }

  #isWellSince(line: Line): boolean {
    return (this.#wellMs.get(nameOf(line)) ?? Number.NEGATIVE_INFINITY) > line.lastMs;
  }
}

const STATES: Readonly<Record<OperatorChange['change'], IssueState>> = {
  acknowledge: 'acknowledged',
  reopen: 'open',
  close: 'closed',
};

const CHANGES: Readonly<Record<OperatorChange['change'], IssueChange>> = {
  acknowledge: 'acknowledged',
  reopen: 'reopened',
  close: 'closed',
};

/** What its id is made of, the same at every start. */
function keyOf({ gate = '', destination = '', reason }: IssueSubject): string {
  return JSON.stringify([gate, destination, reason]);
}

function clearChange(line: Line): void {
  for (const name of ['changedMs', 'changedBy', 'note', 'end'] as const) delete line[name];
}

function nameOf({ gate, destination }: Pick<IssueSubject, 'gate' | 'destination'>): string {
  return destination === undefined ? `gate ${gate ?? ''}` : `destination ${destination}`;
}

function storedOf({ series, ...rest }: Line): StoredIssue {
  return { ...rest, minutes: series.minutes, hours: series.hours };
}
