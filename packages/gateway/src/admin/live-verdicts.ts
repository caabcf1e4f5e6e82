/** What becomes of each request and each attempt to deliver: the records that the log's lines are made of, what is found out of refused ones, and attempts as they end. */
import type { LiveAttemptView, LiveIssueView } from '@countersign/api';
import type { Deliveries } from '../deliver/deliveries.ts';
import type { EndedAttempt } from '../deliver/open-delivery.ts';
import type { RequestLog } from '../http/request-log.ts';
import type { Issues } from '../issues/issues.ts';
import type { Masks } from '../keeping/masks.ts';
import type { LiveSource } from '../metrics/siblings.ts';
import type { RefusalFindings } from '../refused/refusal-findings.ts';
import type { IssueChange, StoredIssue } from '../stores/issue-store.ts';

export interface LiveSources {
  readonly issues: Pick<Issues, 'listen'>;
  readonly requestLog: Pick<RequestLog, 'listen'>;
  readonly findings: Pick<RefusalFindings, 'listen'>;
  readonly deliveries: Pick<Deliveries, 'listen'>;
  readonly masks: Pick<Masks, 'attempt'>;
  readonly now: () => number;
}

export function liveSource(sources: LiveSources): LiveSource {
  const { requestLog, findings, deliveries, issues, masks, now } = sources;
  const time = (): string => new Date(now()).toISOString();
  return (push) => {
    const ends = [
      requestLog.listen((record) => push({ time: time(), ...record })),
      findings.listen((finding) => push({ time: time(), ...finding })),
      deliveries.listen((ended) => {
        const view = attemptView(ended, masks);
        if (view !== undefined) push({ time: time(), ...view });
      }),
      issues.listen((change, issue) => push({ time: time(), ...liveIssue(change, issue) })),
    ];
    return () => {
      for (const end of ends) end();
    };
  };
}

/** All of them, as one. */
export function joinedSources(...sources: readonly LiveSource[]): LiveSource {
  return (push, lose) => {
    const ends = sources.map((source) => source(push, lose));
    return () => {
      for (const end of ends) end();
    };
  };
}

function liveIssue(
  change: IssueChange,
  { id, gate, destination, reason, state, count }: StoredIssue,
): Omit<LiveIssueView, 'time'> {
  const whose = destination === undefined ? {} : { destination };
  return { ...(gate !== undefined && { gate }), issue: { id, change, ...whose, reason, state, count } };
}

/** Undefined for one that was given back untried. */
function attemptView(
  { destination, due, settlement }: EndedAttempt,
  masks: Pick<Masks, 'attempt'>,
): Omit<LiveAttemptView, 'time'> | undefined {
  const { state, dueMs } = settlement;
  if (settlement.attempt === undefined) return undefined;
  const { id: event, gate, type } = due.event;
  const attempt = masks.attempt({ number: due.attempts + 1, ...settlement.attempt }, gate);
  const { number, code, status, problem, tookMs } = attempt;
  return {
    gate,
    delivery: {
      event,
      ...(type !== undefined && { type }),
      destination,
      attempt: number,
      code,
      ...(status !== undefined && { status }),
      ...(problem !== undefined && { problem }),
      tookMs: Math.round(tookMs),
      state,
      ...(dueMs !== undefined && { dueAt: new Date(dueMs).toISOString() }),
    },
  };
}
