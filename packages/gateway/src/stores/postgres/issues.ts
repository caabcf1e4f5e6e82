/**
 * Issues in PostgreSQL. What gateways write is written one after the other: each writes about once a second, and so the order of revisions is that of
 * commits, in which the others follow.
 */
import type { FollowedIssue, IssueStore, IssueUpdate, MergedIssue, StoredIssue } from '../issue-store.ts';
import { mergeIssue, placesAfter } from '../merge-issue.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database, Row, Session } from './database.ts';
import { issueOf } from './issue-json.ts';
import type { PostgresStatesOptions } from './records.ts';

export interface PostgresIssues extends IssueStore {
  readonly follow: NonNullable<IssueStore['follow']>;
  /** Finishes what is queued, and takes nothing more. */
  close(): Promise<void>;
}

const FOLLOWED = 100;
const MAX_BATCH = 8;
/** Who writes holds it until the commit. */
const ISSUES_LOCK = 0x4373_6704;

const LIST = 'SELECT issue FROM countersign.issues ORDER BY place DESC';

const FOLLOW = `
  SELECT revision, issue FROM countersign.issues WHERE revision > $1 ORDER BY revision LIMIT ${FOLLOWED}`;

const GET = 'SELECT issue FROM countersign.issues WHERE id = ANY ($1::text[])';

const LAST_PLACE = 'SELECT max(place) AS place FROM countersign.issues';

const PUT = `
  INSERT INTO countersign.issues (id, place, state, count, issue)
  SELECT id, place, state, count, issue FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])
    AS input (id, place, state, count, issue)
  ON CONFLICT (id) DO UPDATE SET place = excluded.place, revision = excluded.revision, state = excluded.state,
    count = excluded.count, issue = excluded.issue`;

const REMOVE = `
  DELETE FROM countersign.issues USING unnest($1::text[], $2::bigint[]) AS gone (id, count)
  WHERE issues.id = gone.id AND issues.count = gone.count AND state = 'closed'`;

interface Input {
  readonly updates: readonly IssueUpdate[];
  readonly gone: readonly Pick<StoredIssue, 'id' | 'count'>[];
}

export function createPostgresIssues({
  database,
  meter,
}: Omit<PostgresStatesOptions, 'now'>): PostgresIssues {
  const queue = new BatchQueue<Input, readonly MergedIssue[]>({
    maxBatch: MAX_BATCH,
    commit: (batch) => writeAll(database, batch),
    meter,
  });
  return {
    async list() {
      return (await database.query(LIST)).map(({ issue }) => issueOf(issue));
    },
    merge: (updates) => queue.add({ updates, gone: [] }),
    async remove(gone) {
      await queue.add({ updates: [], gone });
    },
    async follow(after) {
      return (await database.query(FOLLOW, [after])).map(followedOf);
    },
    close: () => queue.close(),
  };
}

function writeAll(database: Database, batch: readonly Input[]): Promise<readonly (readonly MergedIssue[])[]> {
  return database.transaction(async (session) => {
    // A statement of its own: the next one sees what was committed while it waited.
    await session.query('SELECT pg_advisory_xact_lock($1)', [ISSUES_LOCK]);
    const merged: (readonly MergedIssue[])[] = [];
    for (const { updates, gone } of batch) {
      merged.push(updates.length > 0 ? await mergeAll(session, updates) : []);
      if (gone.length > 0)
        await session.query(REMOVE, [gone.map(({ id }) => id), gone.map(({ count }) => count)]);
    }
    return merged;
  });
}

async function mergeAll(session: Session, updates: readonly IssueUpdate[]): Promise<readonly MergedIssue[]> {
  const rows = await session.query(GET, [updates.map(({ id }) => id)]);
  const [last] = await session.query(LAST_PLACE);
  const placeOf = placesAfter(Number(last?.['place'] ?? 0));
  const issues = new Map(rows.map((row) => issueOf(row['issue'])).map((issue) => [issue.id, issue]));
  const merged = updates.map((update) => {
    const result = mergeIssue(issues.get(update.id), update, placeOf);
    if (result.issue !== undefined) issues.set(update.id, result.issue);
    return result;
  });
  const written = [...issues.values()];
  await session.query(PUT, [
    written.map(({ id }) => id),
    written.map(({ place }) => place),
    written.map(({ state }) => state),
    written.map(({ count }) => count),
    written.map((issue) => JSON.stringify(issue)),
  ]);
  return merged;
}

function followedOf({ revision, issue }: Row): FollowedIssue {
  return { revision: Number(revision), issue: issueOf(issue) };
}
