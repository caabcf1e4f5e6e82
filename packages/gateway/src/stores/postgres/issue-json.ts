/** An issue as it stands in PostgreSQL: the JSON of a `StoredIssue`. */
import { isObject } from '@countersign/core/internal/is-object';
import { ISSUE_STATES, type IssueEnd, type StoredCause, type StoredIssue } from '../issue-store.ts';
import { StoreError } from '../store.ts';

const ENDS: readonly IssueEnd[] = ['healed', 'quiet', 'operator'];

/** @throws StoreError where it is none */
export function issueOf(json: unknown): StoredIssue {
  const object = objectOf(json);
  const { gate, destination, changedMs, changedBy, note, end, requestId, keptRequestId, eventId } = object;
  return {
    id: textOf(object['id']),
    place: wholeOf(object['place']),
    ...(gate !== undefined && { gate: textOf(gate) }),
    ...(destination !== undefined && { destination: textOf(destination) }),
    reason: textOf(object['reason']),
    state: ISSUE_STATES.find((word) => word === object['state']) ?? damaged(),
    firstMs: wholeOf(object['firstMs']),
    openedMs: wholeOf(object['openedMs']),
    lastMs: wholeOf(object['lastMs']),
    count: wholeOf(object['count']),
    returns: wholeOf(object['returns']),
    ...(changedMs !== undefined && { changedMs: wholeOf(changedMs) }),
    ...(changedBy !== undefined && { changedBy: textOf(changedBy) }),
    ...(note !== undefined && { note: textOf(note) }),
    ...(end !== undefined && { end: ENDS.find((word) => word === end) ?? damaged() }),
    ...(requestId !== undefined && { requestId: textOf(requestId) }),
    ...(keptRequestId !== undefined && { keptRequestId: textOf(keptRequestId) }),
    ...(eventId !== undefined && { eventId: textOf(eventId) }),
    causes: listOf(object['causes']).map(causeOf),
    minutes: listOf(object['minutes']).map(wholeOf),
    hours: listOf(object['hours']).map(wholeOf),
  };
}

function causeOf(value: unknown): StoredCause {
  if (!isObject(value)) return damaged();
  const { finding, certainty, count, requestId } = value;
  return {
    finding: textOf(finding),
    certainty: textOf(certainty),
    count: wholeOf(count),
    requestId: textOf(requestId),
  };
}

function objectOf(json: unknown): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = typeof json === 'string' ? JSON.parse(json) : undefined;
    if (isObject(value)) return value;
  } catch {
    // As what is no object.
  }
  return damaged();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : damaged();
}

function wholeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : damaged();
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : damaged();
}

function damaged(): never {
  throw new StoreError('damaged', 'An issue is damaged in the store.');
}
