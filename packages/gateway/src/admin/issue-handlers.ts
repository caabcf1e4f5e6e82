/** What the routes of issues do. */
import type { InputOf, IssueApi, IssuePage, IssueView } from '@countersign/api';
import { isRefusalReason, REFUSALS } from '@countersign/core';
import { HOUR, MINUTE } from '../config/units.ts';
import type { Issues } from '../issues/issues.ts';
import { countsUntil } from '../issues/time-series.ts';
import type { StoredIssue } from '../stores/issue-store.ts';
import { SERIES_HOURS, SERIES_MINUTES } from '../stores/merge-issue.ts';
import type { EventParts, Handlers } from './admin-parts.ts';
import { changedMeanwhile, etagOf, type IfMatch, TaggedReply } from './etag.ts';
import { isoTime } from './iso-time.ts';
import { Problem } from './problem.ts';
import { unknownDestination } from './unknown-destination.ts';
import { unknownGate } from './unknown-gate.ts';

type OpenIssues = Pick<Issues, 'list' | 'get' | 'change'>;

const DEFAULT_LIMIT = 50;

export function createIssueHandlers(parts: EventParts, issues: OpenIssues): Handlers<IssueApi> {
  const show = (issue: StoredIssue): TaggedReply<IssueView> =>
    new TaggedReply(issueView(issue, parts.now()), tagOf(issue));
  return {
    issues: (input) => listIssues(parts, issues, input),
    issue: ({ id }) => {
      const issue = issues.get(id);
      return issue === undefined ? noSuchIssue() : show(issue);
    },
    changeIssue: async (input, { name: by }, ifMatch) => {
      const issue = await changeIssue({ parts, issues, by, ifMatch }, input);
      return issue instanceof Problem ? issue : show(issue);
    },
  };
}

async function listIssues(
  parts: EventParts,
  issues: OpenIssues,
  { limit = DEFAULT_LIMIT, ...filter }: InputOf<IssueApi['issues']>,
): Promise<IssuePage | Problem> {
  const more = issues.list({ ...filter, limit: limit + 1 });
  if (more.length === 0) {
    const problem =
      unknownGate(filter.gate, parts.keepers()) ?? (await unknownDestination(parts, filter.destination));
    // What has failed is there for a while when its gate has left the configuration.
    if (problem !== undefined && issues.list({ ...filter, ...ANY, limit: 1 }).length === 0) return problem;
  }
  const page = more.slice(0, limit);
  const last = page.at(-1);
  return {
    issues: page.map((issue) => issueView(issue, parts.now())),
    ...(last !== undefined && more.length > limit && { next: last.place }),
  };
}

const ANY = { state: undefined, reason: undefined, before: undefined };

interface ChangeParts {
  readonly parts: EventParts;
  readonly issues: OpenIssues;
  /** Who changes it. */
  readonly by: string;
  readonly ifMatch: IfMatch | undefined;
}

async function changeIssue(
  { parts, issues, by, ifMatch }: ChangeParts,
  { id, change, note }: InputOf<IssueApi['changeIssue']>,
): Promise<StoredIssue | Problem> {
  const issue = issues.get(id);
  if (issue === undefined) return noSuchIssue();
  const problem = changedMeanwhile(ifMatch, tagOf(issue));
  if (problem !== undefined) return problem;
  const changed = await issues.change(id, { change, by, note });
  if (changed === undefined)
    return new Problem('issue-closed', 'a closed issue is not acknowledged: reopen it first');
  parts.log.info({ issue: id, change, by }, 'an issue was changed');
  return changed;
}

function noSuchIssue(): Problem {
  return new Problem(
    'no-such-issue',
    'there is no such issue; those that were closed are forgotten after 30 days',
  );
}

/** Of what an operator decides by: that more have failed changes nothing of it. */
function tagOf({ id, openedMs, state, changedMs, changedBy, note }: StoredIssue): string {
  return etagOf([id, openedMs, state, changedMs, changedBy, note]);
}

function issueView(issue: StoredIssue, nowMs: number): IssueView {
  const { id, gate, destination, reason, state, count, returns, changedBy, note, end } = issue;
  const { changedMs, requestId, keptRequestId, eventId, causes } = issue;
  return {
    id,
    ...(gate !== undefined && { gate }),
    ...(destination !== undefined && { destination }),
    reason,
    ...(destination === undefined && isRefusalReason(reason) && { remedy: REFUSALS[reason].remedy }),
    state,
    firstAt: isoTime(issue.firstMs),
    openedAt: isoTime(issue.openedMs),
    lastAt: isoTime(issue.lastMs),
    count,
    returns,
    ...(changedMs !== undefined && { changedAt: isoTime(changedMs) }),
    ...(changedBy !== undefined && { changedBy }),
    ...(note !== undefined && { note }),
    ...(end !== undefined && { ended: end }),
    ...(requestId !== undefined && { requestId }),
    ...(keptRequestId !== undefined && { keptRequestId }),
    ...(eventId !== undefined && { event: eventId }),
    causes,
    minutes: countsUntil(nowMs, { pairs: issue.minutes, spanMs: MINUTE, length: SERIES_MINUTES }),
    hours: countsUntil(nowMs, { pairs: issue.hours, spanMs: HOUR, length: SERIES_HOURS }),
  };
}
