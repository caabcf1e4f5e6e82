/**
 * How what one gateway has to say of an issue is added to what is known of it. Counts add up, and of a state the store's order decides, so that
 * gateways that share a store need not know of one another.
 */
import type {
  IssueChange,
  IssueFailures,
  IssueState,
  IssueStateChange,
  IssueUpdate,
  MergedIssue,
  StoredCause,
  StoredIssue,
} from './issue-store.ts';

export const SERIES_MINUTES = 60;
export const SERIES_HOURS = 48;
const MAX_CAUSES = 8;

/** @param placeOf where it stands; asked if the update opens it */
export function mergeIssue(
  stored: StoredIssue | undefined,
  update: IssueUpdate,
  placeOf: (update: IssueUpdate) => number,
): MergedIssue {
  const changes: { change: IssueChange; issue: StoredIssue }[] = [];
  const { failures, change } = update;
  let issue = stored;
  if (failures !== undefined) {
    const opening = openingOf(stored, failures);
    issue = withFailures(stored, { update, failures, opening, placeOf });
    if (opening !== undefined) changes.push({ change: opening, issue });
  }
  if (issue === undefined) return { issue, changes };
  issue = withDetails(issue, update);
  if (change !== undefined && isOf(issue, change)) {
    issue = withState(issue, change, () => placeOf(update));
    changes.push({ change: CHANGES[change.state], issue });
  }
  return { issue, changes };
}

const CHANGES: Readonly<Record<IssueState, IssueChange>> = {
  acknowledged: 'acknowledged',
  open: 'reopened',
  closed: 'closed',
};

function openingOf(
  stored: StoredIssue | undefined,
  { lastMs, afterMs }: IssueFailures,
): 'opened' | 'returned' | undefined {
  if (stored === undefined) return 'opened';
  if (stored.state !== 'closed') return undefined;
  const { changedMs = Number.NEGATIVE_INFINITY } = stored;
  // Of an end that another gateway has seen only the clocks tell.
  return lastMs > changedMs || (afterMs !== undefined && afterMs >= changedMs) ? 'returned' : undefined;
}

interface Failing {
  readonly update: IssueUpdate;
  readonly failures: IssueFailures;
  readonly opening: 'opened' | 'returned' | undefined;
  readonly placeOf: (update: IssueUpdate) => number;
}

function withFailures(
  stored: StoredIssue | undefined,
  { update, failures, opening, placeOf }: Failing,
): StoredIssue {
  const { gate, destination } = update;
  const { firstMs, lastMs, count, minutes, hours } = failures;
  const before: StoredIssue = stored ?? {
    id: update.id,
    place: placeOf(update),
    ...(gate !== undefined && { gate }),
    ...(destination !== undefined && { destination }),
    reason: update.reason,
    state: 'open',
    firstMs,
    openedMs: firstMs,
    lastMs,
    count: 0,
    returns: 0,
    causes: [],
    minutes: [],
    hours: [],
  };
  const base = opening === 'returned' ? returned(before, failures, placeOf(update)) : before;
  const isLast = lastMs >= base.lastMs;
  const requestId = isLast ? (failures.requestId ?? base.requestId) : (base.requestId ?? failures.requestId);
  const eventId = isLast ? (failures.eventId ?? base.eventId) : (base.eventId ?? failures.eventId);
  return Object.assign(
    {},
    base,
    {
      firstMs: Math.min(base.firstMs, firstMs),
      lastMs: Math.max(base.lastMs, lastMs),
      count: base.count + count,
      minutes: addSeries(base.minutes, minutes, SERIES_MINUTES),
      hours: addSeries(base.hours, hours, SERIES_HOURS),
    },
    requestId !== undefined && { requestId },
    eventId !== undefined && { eventId },
  );
}

function returned(
  issue: StoredIssue,
  { firstMs, lastMs, afterMs }: IssueFailures,
  place: number,
): StoredIssue {
  const { changedMs = Number.NEGATIVE_INFINITY } = issue;
  // Where some of them came before its end, by another gateway's clock, the last did not.
  const openedMs = afterMs !== undefined || firstMs > changedMs ? firstMs : lastMs;
  return Object.assign(withoutChange(issue), {
    place,
    state: 'open' as const,
    openedMs,
    returns: issue.returns + 1,
  });
}

function withDetails(issue: StoredIssue, { keptRequestId, causes }: IssueUpdate): StoredIssue {
  if (keptRequestId === undefined && causes.length === 0) return issue;
  return Object.assign(
    {},
    issue,
    { causes: causes.reduce(addCause, issue.causes) },
    keptRequestId !== undefined && { keptRequestId },
  );
}

/** Where issues stand that are opened after the last place of a store: where their gateway has shown them, unless another stands there. */
export function placesAfter(last: number): (update: IssueUpdate) => number {
  const taken = new Set<number>();
  return ({ place = 0 }) => {
    const free = place > last && !taken.has(place) ? place : Math.max(last, ...taken) + 1;
    taken.add(free);
    return free;
  };
}

/** The causes that were found most often. */
export function addCause(causes: readonly StoredCause[], cause: StoredCause): readonly StoredCause[] {
  const before = causes.find(({ finding }) => finding === cause.finding)?.count ?? 0;
  const others = causes.filter(({ finding }) => finding !== cause.finding);
  const added = Object.assign({}, cause, { count: before + cause.count });
  return [...others, added].toSorted((a, b) => b.count - a.count).slice(0, MAX_CAUSES);
}

/** Whether the change is one of this issue, as it has become meanwhile. */
function isOf({ state, count }: StoredIssue, change: IssueStateChange): boolean {
  if (change.state === 'acknowledged') return state !== 'closed';
  if (change.state === 'open' || change.end === 'operator') return true;
  return state !== 'closed' && count === change.count;
}

function withState(
  issue: StoredIssue,
  { state, changedMs, changedBy, note, end }: IssueStateChange,
  placeOf: () => number,
): StoredIssue {
  return Object.assign(
    withoutChange(issue),
    { state, changedMs },
    state === 'open' && issue.state === 'closed' && { place: placeOf(), openedMs: changedMs },
    changedBy !== undefined && { changedBy },
    note !== undefined && { note },
    end !== undefined && { end },
  );
}

/** A copy. */
function withoutChange(issue: StoredIssue): StoredIssue {
  const { changedMs: _ms, changedBy: _by, note: _note, end: _end, ...rest } = issue;
  return rest;
}

/** Adds numbers and counts to others. Of more than `most` spans the oldest go; what is ahead of all is of a clock that was set back. */
function addSeries(pairs: readonly number[], added: readonly number[], most: number): readonly number[] {
  const counts = new Map<number, number>();
  for (const list of [pairs, added])
    for (let at = 0; at + 1 < list.length; at += 2) {
      const span = list[at] ?? 0;
      counts.set(span, (counts.get(span) ?? 0) + (list[at + 1] ?? 0));
    }
  const lastAdded = added.at(-2) ?? Number.POSITIVE_INFINITY;
  const last = Math.max(...[...counts.keys()].filter((span) => span < lastAdded + most));
  return [...counts]
    .filter(([span]) => span <= last && span > last - most)
    .sort(([a], [b]) => a - b)
    .flat();
}
