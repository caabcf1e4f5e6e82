/** The embedded store: one SQLite file, every acknowledgement after the fsync that covers it. */

import type { ClaimStore } from './claim-store.ts';
import { CommitQueue, type Tell, type Write } from './commit-queue.ts';
import { createDiskWatch, type DiskWatch } from './disk-watch.ts';
import { checkedLimit } from './event-store.ts';
import { orWithRoom, type RoomParts } from './make-room.ts';
import { checkRecord, type RecordStore } from './record-store.ts';
import type { RefusedStore } from './refused-store.ts';
import { createAuditStore, createSqliteAudit } from './sqlite-audit.ts';
import { type Checkpoints, createCheckpoints } from './sqlite-checkpoints.ts';
import { CLAIMS_PER_PAGE, createSqliteClaims, type SqliteClaims } from './sqlite-claims.ts';
import { createSqliteDeliveries } from './sqlite-deliveries.ts';
import { createDeliveryStore } from './sqlite-delivery-store.ts';
import { createSqliteErasure } from './sqlite-erasure.ts';
import { createSqliteEventSearch } from './sqlite-event-search.ts';
import { createEventStore } from './sqlite-event-store.ts';
import { createSqliteEvents } from './sqlite-events.ts';
import { createFullTextStore, createSqliteFullText } from './sqlite-full-text.ts';
import { createSqliteHealth, type SqliteHealth } from './sqlite-health.ts';
import { createSqliteIssues } from './sqlite-issues.ts';
import { openSqliteFile, type SqliteFile } from './sqlite-open.ts';
import { createSqliteRecords, RECORDS_PER_PAGE, type SqliteRecords } from './sqlite-records.ts';
import { createSqliteRefused, type SqliteRefused } from './sqlite-refused.ts';
import { createSqliteRetention } from './sqlite-retention.ts';
import { createSqliteSpace } from './sqlite-space.ts';
import { createSqliteTotals } from './sqlite-totals.ts';
import { createUpkeep } from './sqlite-upkeep.ts';
import { createSqliteVacuum } from './sqlite-vacuum.ts';
import { createSqliteWriter, type SqliteWriter } from './sqlite-writer.ts';
import { type Store, StoreError } from './store.ts';

export interface SqliteStoreOptions extends SqliteFile {
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** A clock that only goes on, in milliseconds from any start. Default that of the runtime. */
  readonly monotonicMs?: () => number;
  /** Writes that may wait for the disk; further ones are rejected. Default 10,000. */
  readonly maxQueued?: number;
  /** Told of what no caller hears: that the log could not be copied into the file. Default: nobody. */
  readonly onProblem?: (message: string, error: unknown) => void;
}

/** 512 events of 1 KB take 5 ms to commit; more would hold up the sockets and save no fsyncs to speak of. */
const MAX_BATCH = 512;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** What a write adds to a transaction besides what its caller gave. */
const CLAIM_BYTES = 64;
const RECORD_BYTES = 256;
const REFUSAL_BYTES = 256;
/** Refused requests that are removed at a time. */
const REMOVED = 16;

const ROOM_MADE =
  'the disk is full: the refused requests that were kept are deleted, so that events still find room';

/**
 * Opens the file, or creates it with mode 0600; it is this process’s alone until `close()`.
 * @throws SetupError where it cannot be opened, is not ours, was written by a newer version, or is held by another process.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { now = Date.now, monotonicMs = () => performance.now() } = options;
  const db = await openSqliteFile(options);
  const claims = createSqliteClaims(db, now());
  const totals = createSqliteTotals(db);
  const writer = createSqliteWriter(db, { claims, journals: [claims, totals], now });
  const health = createSqliteHealth(options.path, () => writer.tryWrite());
  const checkpoints = createCheckpoints(db, (error) =>
    options.onProblem?.('the store’s log could not be copied into its file; it grows until it can', error),
  );
  const path = options.path === ':memory:' ? undefined : options.path;
  const refusals = createSqliteRefused(db);
  const room = {
    removeRefused: () => refusals.removeAll(),
    emptyLog: () => checkpoints.empty(),
    onRemoved: () => options.onProblem?.(ROOM_MADE, new StoreError('failed', 'The disk is full.')),
  };
  const disk = createDiskWatch(path, room);
  const queue = openQueue(options, { writer, health, checkpoints, room, disk });
  loadInPieces(claims, queue);
  const deliveries = createSqliteDeliveries(db, totals, monotonicMs);
  const fullText = createSqliteFullText(db);
  const events = createEventStore({
    events: createSqliteEvents(db, { claims, deliveries, totals }),
    retention: createSqliteRetention(db, { deliveries, totals, fullText, monotonicMs }),
    search: createSqliteEventSearch(db),
    queue,
  });
  const refused = refusedStore({ refused: refusals, queue, now, isLow: disk.isLow });
  const upkeep = createUpkeep({
    db,
    queue,
    checkpoints,
    events,
    refused,
    path,
    vacuum: createSqliteVacuum(db),
    erasure: createSqliteErasure(db, { deliveries, fullText }),
  });
  const close = async (): Promise<void> => {
    await events.settled();
    await upkeep.stop();
    if (queue.closed) return;
    queue.close();
    db.close();
    upkeep.close();
  };
  await upkeep.resume().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    events,
    deliveries: createDeliveryStore({ db, deliveries, totals, queue, now, monotonicMs }),
    claims: claimStore(claims, queue),
    records: recordStore(createSqliteRecords(db), queue, now),
    refused,
    audit: createAuditStore(createSqliteAudit(db), queue),
    issues: createSqliteIssues(db, queue),
    fullText: createFullTextStore(fullText, queue),
    upkeep,
    fault: () => (queue.closed ? 'The store is closed.' : health.fault()),
    figures: { writes: queue, space: createSqliteSpace(db, options.path) },
    close,
  };
}

interface CommitParts {
  readonly writer: SqliteWriter;
  readonly health: SqliteHealth;
  readonly checkpoints: Checkpoints;
  readonly room: RoomParts;
  readonly disk: DiskWatch;
}

/** Where all writes wait for the next commit. */
function openQueue(
  { maxQueued = 10_000 }: SqliteStoreOptions,
  { writer, health, checkpoints, room, disk }: CommitParts,
): CommitQueue {
  const commit = (batch: readonly Write[]): readonly Tell[] => {
    try {
      health.assertPresent();
      const bytes = batch.reduce((sum, write) => sum + write.bytes, 0);
      disk.look(checkpoints.loggedBytes(bytes));
      const tells = orWithRoom(() => writer.commit(batch), room);
      health.wrote();
      checkpoints.wrote(bytes);
      return tells;
    } catch (error) {
      if (error instanceof StoreError) health.failed(error);
      throw error;
    }
  };
  return new CommitQueue({ maxQueued, maxBatch: MAX_BATCH, maxBatchBytes: MAX_BATCH_BYTES, commit });
}

/** Makes the index of claims a part at a time, so that nobody waits for the whole. */
function loadInPieces(claims: SqliteClaims, queue: CommitQueue): void {
  setImmediate(() => {
    if (!queue.closed && claims.load()) loadInPieces(claims, queue);
  });
}

function claimStore(claims: SqliteClaims, queue: CommitQueue): ClaimStore {
  return {
    find: (gate, identity, nowMs) => {
      queue.assertOpen();
      return claims.find(gate, identity, nowMs);
    },
    remember: (claim) =>
      queue.add(CLAIM_BYTES + (claim.answer?.byteLength ?? 0), (nowMs) => claims.remember(claim, nowMs)),
    release: (gate, identity) => queue.add(CLAIM_BYTES, (nowMs) => claims.release({ gate, identity }, nowMs)),
    giveUp: (gate, identity, nowMs) => queue.add(CLAIM_BYTES, () => claims.giveUp({ gate, identity }, nowMs)),
    async *list(nowMs) {
      for (let after = 0, more = true; more; ) {
        queue.assertOpen();
        const page = claims.page(after, nowMs);
        // `yield*` would await each claim twice more.
        for (const { claim } of page) yield claim;
        more = page.length === CLAIMS_PER_PAGE;
        after = page.at(-1)?.row ?? after;
      }
    },
  };
}

function recordStore(records: SqliteRecords, queue: CommitQueue, now: () => number): RecordStore {
  return {
    get: async (space, key) => {
      queue.assertOpen();
      return records.get(space, key, now());
    },
    async *list(space) {
      for (let after = 0, more = true; more; ) {
        queue.assertOpen();
        const page = records.page(space, after, now());
        for (const record of page) yield record;
        more = page.length === RECORDS_PER_PAGE;
        after = page.at(-1)?.version ?? after;
      }
    },
    put: async (write) => {
      checkRecord(write);
      return queue.add(write.bytes.byteLength + RECORD_BYTES, (nowMs) => records.put(write, nowMs));
    },
  };
}

interface RefusedParts {
  readonly refused: SqliteRefused;
  readonly queue: CommitQueue;
  readonly now: () => number;
  readonly isLow: () => boolean;
}

function refusedStore({ refused, queue, now, isLow }: RefusedParts): RefusedStore {
  return {
    keep: async (refusals, boundsOf) => {
      if (isLow()) throw new StoreError('failed', 'The disk is nearly full: refused requests are not kept.');
      const bytes = refusals.map(({ head, body }) => head.byteLength + body.byteLength + REFUSAL_BYTES);
      const all = bytes.reduce((sum, count) => sum + count, 0);
      return queue.add(all, (nowMs) => refused.keep(refusals, boundsOf, nowMs));
    },
    get: async (id) => {
      queue.assertOpen();
      return refused.get(id, now());
    },
    list: async (query = {}) => {
      const limit = checkedLimit(query.limit);
      queue.assertOpen();
      return refused.list(query, limit, now());
    },
    remove: async (ids) => {
      for (let at = 0; at < ids.length; at += REMOVED)
        await queue.add(REFUSAL_BYTES, () => refused.remove(ids.slice(at, at + REMOVED)));
    },
    sweep: async () => {
      queue.assertOpen();
      while (refused.hasEnded(now())) await queue.add(REFUSAL_BYTES, (nowMs) => refused.purge(nowMs));
    },
  };
}
