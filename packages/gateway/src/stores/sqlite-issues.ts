/** Issues in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { isObject } from '@countersign/core/internal/is-object';
import type { CommitQueue } from './commit-queue.ts';
import {
  ISSUE_STATES,
  type IssueEnd,
  type IssueStore,
  type IssueUpdate,
  type MergedIssue,
  type StoredCause,
  type StoredIssue,
} from './issue-store.ts';
import { mergeIssue, placesAfter } from './merge-issue.ts';
import type { Row } from './sqlite-row.ts';
import { StoreError } from './store.ts';

/** A row with its series. */
const ISSUE_BYTES = 2_048;
const ENDS: readonly IssueEnd[] = ['healed', 'quiet', 'operator'];

export function createSqliteIssues(db: DatabaseSync, queue: CommitQueue): IssueStore {
  const sql = prepareStatements(db);
  let lastPlace = wholeOf(sql.lastPlace.get()?.['place'] ?? 0);
  const merge = (updates: readonly IssueUpdate[]): readonly MergedIssue[] => {
    const placeOf = placesAfter(lastPlace);
    return updates.map((update) => {
      const row = sql.get.get(update.id);
      const merged = mergeIssue(row && issueOf(row), update, placeOf);
      if (merged.issue !== undefined) {
        sql.put.run(...valuesOf(merged.issue));
        lastPlace = Math.max(lastPlace, merged.issue.place);
      }
      return merged;
    });
  };
  return {
    list: async () => {
      queue.assertOpen();
      return sql.list.all().map(issueOf);
    },
    merge: (updates) => queue.add(ISSUE_BYTES * updates.length, () => merge(updates)),
    remove: (issues) =>
      queue.add(ISSUE_BYTES, () => {
        for (const { id, count } of issues) sql.remove.run(id, count);
      }),
  };
}

function prepareStatements(db: DatabaseSync) {
  return {
    list: db.prepare('SELECT * FROM issues ORDER BY place DESC'),
    lastPlace: db.prepare('SELECT max(place) AS place FROM issues'),
    get: db.prepare('SELECT * FROM issues WHERE id = ?'),
    put: db.prepare(`
      INSERT OR REPLACE INTO issues (id, place, gate, destination, reason, state, first_ms, opened_ms, last_ms, count, returns,
        changed_ms, changed_by, note, ending, request_id, kept_request_id, event_id, causes, minutes, hours)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    remove: db.prepare("DELETE FROM issues WHERE id = ? AND count = ? AND state = 'closed'"),
  };
}

/** In the order of the statement. */
function valuesOf(issue: StoredIssue): readonly (string | number | null)[] {
  const { changedMs = null, changedBy = null, note = null, end = null } = issue;
  const { requestId = null, keptRequestId = null, eventId = null } = issue;
  return [
    issue.id,
    issue.place,
    issue.gate ?? null,
    issue.destination ?? null,
    issue.reason,
    issue.state,
    issue.firstMs,
    issue.openedMs,
    issue.lastMs,
    issue.count,
    issue.returns,
    changedMs,
    changedBy,
    note,
    end,
    requestId,
    keptRequestId,
    eventId,
    JSON.stringify(issue.causes),
    JSON.stringify(issue.minutes),
    JSON.stringify(issue.hours),
  ];
}

function issueOf(row: Row): StoredIssue {
  const text = (name: string): string | undefined => {
    const value = row[name];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string): number => wholeOf(row[name]);
  const gate = text('gate');
  const destination = text('destination');
  const changedBy = text('changed_by');
  const note = text('note');
  const end = ENDS.find((word) => word === text('ending'));
  const requestId = text('request_id');
  const keptRequestId = text('kept_request_id');
  const eventId = text('event_id');
  return {
    id: text('id') ?? damaged(),
    place: number('place'),
    ...(gate !== undefined && { gate }),
    ...(destination !== undefined && { destination }),
    reason: text('reason') ?? damaged(),
    state: ISSUE_STATES.find((word) => word === text('state')) ?? damaged(),
    firstMs: number('first_ms'),
    openedMs: number('opened_ms'),
    lastMs: number('last_ms'),
    count: number('count'),
    returns: number('returns'),
    ...(row['changed_ms'] !== null && { changedMs: number('changed_ms') }),
    ...(changedBy !== undefined && { changedBy }),
    ...(note !== undefined && { note }),
    ...(end !== undefined && { end }),
    ...(requestId !== undefined && { requestId }),
    ...(keptRequestId !== undefined && { keptRequestId }),
    ...(eventId !== undefined && { eventId }),
    causes: listOf(text('causes')).map(causeOf),
    minutes: listOf(text('minutes')).map(wholeOf),
    hours: listOf(text('hours')).map(wholeOf),
  };
}

function causeOf(value: unknown): StoredCause {
  if (!isObject(value)) return damaged();
  const { finding, certainty, count, requestId } = value;
  if (typeof finding !== 'string' || typeof certainty !== 'string' || typeof requestId !== 'string')
    return damaged();
  return { finding, certainty, count: wholeOf(count), requestId };
}

function listOf(text: string | undefined): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (Array.isArray(value)) return value;
  } catch {
    // As what is no list.
  }
  return damaged();
}

function wholeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : damaged();
}

function damaged(): never {
  throw new StoreError('damaged', 'An issue is damaged in the store.');
}
