/** The embedded store: one SQLite file, every acknowledgement after the fsync that covers it. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import {
  type Claim,
  checkedLimit,
  checkRecord,
  checkSecret,
  type EventQuery,
  type EventSummary,
  type Forwarded,
  type KeepResult,
  type KeptEvent,
  type Store,
  StoreError,
  type WithheldHeaders,
} from '../store.ts';
import { CommitQueue } from './commit-queue.ts';
import { createCheckpoints } from './sqlite-checkpoints.ts';
import { identityOfHex } from './sqlite-claims.ts';
import { openSqliteFile, type SqliteFile } from './sqlite-open.ts';
import { createSqliteRecords, RECORDS_PER_PAGE } from './sqlite-records.ts';
import { createSqliteSecrets } from './sqlite-secrets.ts';
import { createSqliteWriter, type Write } from './sqlite-writer.ts';

export interface SqliteStoreOptions extends SqliteFile {
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Writes that may wait for the disk; further ones are rejected. Default 10,000. */
  readonly maxQueued?: number;
  /** Told of what no caller hears: that the log could not be copied into the file. Default: nobody. */
  readonly onProblem?: (message: string, error: unknown) => void;
}

/** 512 events of 1 KB take 5 ms to commit; more would hold up the sockets and save no fsyncs to speak of. */
const MAX_BATCH = 512;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const CLAIMS_PER_PAGE = 1_000;

/**
 * Opens the file, or creates it with mode 0600; it is this process’s alone until `close()`.
 * @throws SetupError where it cannot be opened, is not ours, was written by a newer version, or is held by another process.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const db = await openSqliteFile(options);
  const checkpoints = createCheckpoints(db, (error) =>
    options.onProblem?.('the store’s log could not be copied into its file; it grows until it can', error),
  );
  const writer = createSqliteWriter(db, options.now ?? Date.now);
  const queue = new CommitQueue<Write, KeepResult>({
    maxQueued: options.maxQueued ?? 10_000,
    maxBatch: MAX_BATCH,
    maxBatchBytes: MAX_BATCH_BYTES,
    bytesOf,
    commit: (batch) => {
      const outcomes = writer.commit(batch);
      checkpoints.wrote(batch.reduce((bytes, write) => bytes + bytesOf(write), 0));
      return outcomes;
    },
  });
  const reader = createReader(db);
  const secrets = createSqliteSecrets(db);
  const records = createSqliteRecords(db, options.now ?? Date.now);
  const open = (): void => {
    if (queue.closed) throw new StoreError('closed', 'The store is closed.');
  };
  return {
    keep: (event) => queue.add({ kind: 'keep', event }),
    remember: async (claim) => {
      await queue.add({ kind: 'remember', claim });
    },
    release: async (gate, identity) => {
      open();
      return writer.release({ gate, identity });
    },
    async *claims(nowMs) {
      for (let after = 0, more = true; more; ) {
        open();
        const page = reader.claims(after, nowMs);
        // `yield*` would await each claim twice more.
        for (const claim of page.claims) yield claim;
        more = page.claims.length === CLAIMS_PER_PAGE;
        after = page.lastRow;
      }
    },
    event: async (id) => {
      open();
      return reader.event(id);
    },
    events: async (query = {}) => {
      const limit = checkedLimit(query.limit);
      open();
      return reader.events(query, limit);
    },
    secret: async (name) => {
      open();
      return secrets.get(name);
    },
    putSecret: async (name, sealed) => {
      checkSecret(name, sealed);
      open();
      secrets.put(name, sealed);
      checkpoints.wrote(sealed.byteLength);
    },
    record: async (space, key) => {
      open();
      return records.get(space, key);
    },
    async *records(space) {
      for (let after = 0, more = true; more; ) {
        open();
        const page = records.page(space, after);
        for (const record of page) yield record;
        more = page.length === RECORDS_PER_PAGE;
        after = page.at(-1)?.version ?? after;
      }
    },
    putRecord: async (write) => {
      checkRecord(write);
      open();
      const version = records.put(write);
      checkpoints.wrote(write.bytes.byteLength);
      return version;
    },
    close: async () => {
      if (queue.closed) return;
      queue.close();
      db.close();
    },
  };
}

function bytesOf(write: Write): number {
  return write.kind === 'keep' ? write.event.body.byteLength + 1_024 : 64;
}

type Row = Record<string, SQLOutputValue>;

function createReader(db: DatabaseSync): {
  claims(afterRow: number, nowMs: number): { readonly claims: readonly Claim[]; readonly lastRow: number };
  event(id: string): KeptEvent | undefined;
  events(query: EventQuery, limit: number): readonly EventSummary[];
} {
  const claims = db.prepare(`
    SELECT row, gate, hex(identity) AS identity, until_ms FROM claims
    WHERE row > ? AND until_ms > ? ORDER BY row LIMIT ${CLAIMS_PER_PAGE}`);
  const event = db.prepare('SELECT * FROM events WHERE id = ?');
  const list = (where: string): ReturnType<DatabaseSync['prepare']> =>
    db.prepare(`
      SELECT id, gate, provider, key_id, received_ms, method, url, length(body) AS body_bytes
      FROM events ${where} ORDER BY id DESC LIMIT ?`);
  const all = list('');
  const before = list('WHERE id < ?');
  const ofGate = list('WHERE gate = ?');
  const ofGateBefore = list('WHERE gate = ? AND id < ?');
  return {
    claims: (afterRow, nowMs) => {
      const rows = claims.all(afterRow, nowMs);
      return {
        claims: rows.map((row) => ({
          gate: text(row['gate']),
          identity: identityOfHex(row['identity']),
          untilMs: Number(row['until_ms']),
        })),
        lastRow: Number(rows.at(-1)?.['row'] ?? afterRow),
      };
    },
    event: (id) => {
      const row = event.get(id);
      return row === undefined ? undefined : eventOf(row);
    },
    events: (query, limit) => {
      const rows =
        query.gate === undefined
          ? query.before === undefined
            ? all.all(limit)
            : before.all(query.before, limit)
          : query.before === undefined
            ? ofGate.all(query.gate, limit)
            : ofGateBefore.all(query.gate, query.before, limit);
      return rows.map((row) => ({ ...headOf(row), bodyBytes: Number(row['body_bytes']) }));
    },
  };
}

function headOf(row: Row): Omit<EventSummary, 'bodyBytes'> {
  return {
    id: text(row['id']),
    gate: text(row['gate']),
    provider: text(row['provider']),
    keyId: text(row['key_id']),
    receivedMs: Number(row['received_ms']),
    method: text(row['method']),
    url: text(row['url']),
  };
}

function eventOf(row: Row): KeptEvent {
  const identity = row['identity'];
  return {
    ...headOf(row),
    headers: texts(row['headers']),
    body: bytes(row['body']),
    ...(identity instanceof Uint8Array
      ? { claim: { identity, untilMs: Number(row['claim_until_ms']) } }
      : undefined),
    ...(typeof row['withheld'] === 'string' && { withheld: withheldOf(row) }),
    ...(typeof row['forwarded'] === 'string' && { forwarded: forwardedOf(row['forwarded']) }),
  };
}

function withheldOf({ withheld, sealed }: Row): WithheldHeaders {
  return { names: texts(withheld), ...(sealed instanceof Uint8Array && { sealed }) };
}

function forwardedOf(json: string): Forwarded {
  const { scheme, host }: Forwarded = JSON.parse(json);
  return { ...(scheme !== undefined && { scheme }), ...(host !== undefined && { host }) };
}

function texts(value: SQLOutputValue | undefined): readonly string[] {
  const list: unknown = JSON.parse(text(value));
  if (Array.isArray(list)) return list.map(String);
  throw new StoreError('failed', 'An event’s headers are damaged in the store.');
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new StoreError('failed', 'A text is damaged in the store.');
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('failed', 'Bytes are damaged in the store.');
}
