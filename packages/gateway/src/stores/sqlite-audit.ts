/** The audit log in SQLite. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type {
  AuditCut,
  AuditHead,
  AuditListOptions,
  AuditReader,
  AuditSeal,
  AuditStore,
  ListedAuditEntry,
  StoredAuditEntry,
} from './audit-store.ts';
import type { CommitQueue } from './commit-queue.ts';
import { checkedLimit } from './event-store.ts';
import type { Row } from './sqlite-row.ts';
import { StoreError } from './store.ts';

export interface SqliteAudit {
  head(): AuditHead | undefined;
  list(query: AuditListOptions, limit: number): readonly ListedAuditEntry[];
  follow(after: number, limit: number): readonly StoredAuditEntry[];
  lastPruning(): StoredAuditEntry | undefined;
  /** Within a transaction. */
  append(entry: string, seal: AuditSeal): AuditHead;
  /** Within a transaction. */
  prune(beforeMs: number, entryOf: (cut: AuditCut) => string, seal: AuditSeal): number;
}

/** Removed at a time: a millisecond, and with the others that share the commit a few. */
const PRUNED = 100;
const NO_MAC = new Uint8Array(32);
/** What an entry adds to a transaction besides its text: its indexes. */
const ENTRY_BYTES = 256;

export function createSqliteAudit(db: DatabaseSync): SqliteAudit {
  return new AuditTable(db);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  const list = (where: string) =>
    db.prepare(`
      SELECT seq, key_id, mac, entry, (SELECT entry FROM audit AS ending WHERE ending.ends = audit.seq) AS ended
      FROM audit WHERE seq < ? ${where} AND ends IS NULL ORDER BY seq DESC LIMIT ?`);
  return {
    head: db.prepare('SELECT seq, key_id, mac FROM audit ORDER BY seq DESC LIMIT 1'),
    insert: db.prepare('INSERT INTO audit (seq, key_id, mac, entry) VALUES (?, ?, ?, ?)'),
    follow: db.prepare('SELECT seq, key_id, mac, entry FROM audit WHERE seq > ? ORDER BY seq LIMIT ?'),
    lastPruning: db.prepare(
      `SELECT seq, key_id, mac, entry FROM audit WHERE kind = 'pruned' ORDER BY seq DESC LIMIT 1`,
    ),
    oldest: db.prepare(`SELECT seq, mac, at_ms FROM audit ORDER BY seq LIMIT ${PRUNED}`),
    remove: db.prepare('DELETE FROM audit WHERE seq <= ?'),
    all: list(''),
    ofWho: list('AND who = ?'),
    ofRoute: list('AND route = ?'),
    ofBoth: list('AND who = ? AND route = ?'),
  };
}

class AuditTable implements SqliteAudit {
  readonly #sql: Statements;

  constructor(db: DatabaseSync) {
    this.#sql = prepareStatements(db);
  }

  head(): AuditHead | undefined {
    const row = this.#sql.head.get();
    return row && headOf(row);
  }

  list(
    { before = Number.MAX_SAFE_INTEGER, who, route }: AuditListOptions,
    limit: number,
  ): readonly ListedAuditEntry[] {
    const { all, ofWho, ofRoute, ofBoth } = this.#sql;
    const rows =
      who === undefined
        ? route === undefined
          ? all.all(before, limit)
          : ofRoute.all(before, route, limit)
        : route === undefined
          ? ofWho.all(before, who, limit)
          : ofBoth.all(before, who, route, limit);
    return rows.map((row) => {
      const { ended } = row;
      return { ...entryOf(row), ended: typeof ended === 'string' ? ended : undefined };
    });
  }

  follow(after: number, limit: number): readonly StoredAuditEntry[] {
    return this.#sql.follow.all(after, limit).map(entryOf);
  }

  lastPruning(): StoredAuditEntry | undefined {
    const row = this.#sql.lastPruning.get();
    return row && entryOf(row);
  }

  append(entry: string, seal: AuditSeal): AuditHead {
    const last = this.head();
    if (last === undefined || last.keyId === seal.keyId) return this.#insert(last, entry, seal);
    return this.#insert(this.#insert(last, seal.changeFrom(last.keyId), seal), entry, seal);
  }

  #insert(last: AuditHead | undefined, entry: string, seal: AuditSeal): AuditHead {
    const seq = (last?.seq ?? 0) + 1;
    const mac = seal.macOf({ seq, previous: last?.mac ?? NO_MAC, entry });
    this.#sql.insert.run(seq, seal.keyId, mac, entry);
    return { seq, keyId: seal.keyId, mac };
  }

  prune(beforeMs: number, entryOf: (cut: AuditCut) => string, seal: AuditSeal): number {
    const oldest = this.#sql.oldest.all();
    const kept = oldest.findIndex(({ at_ms: atMs }) => typeof atMs !== 'number' || atMs >= beforeMs);
    const count = kept < 0 ? oldest.length : kept;
    const last = oldest[count - 1];
    if (last === undefined) return 0;
    const cut = { through: Number(last['seq']), mac: bytesOf(last['mac']), count };
    // Before they go: what tells of it covers the last of all, which may be among them.
    this.append(entryOf(cut), seal);
    this.#sql.remove.run(cut.through);
    return count;
  }
}

/** What is read of the table, of a store that may be closed. */
export function auditReader(audit: SqliteAudit, assertOpen: () => void): AuditReader {
  return {
    head: async () => {
      assertOpen();
      return audit.head();
    },
    list: async (options = {}) => {
      const limit = checkedLimit(options.limit);
      assertOpen();
      return audit.list(options, limit);
    },
    follow: async (after, limit) => {
      checkedLimit(limit);
      assertOpen();
      return audit.follow(after, limit);
    },
    lastPruning: async () => {
      assertOpen();
      return audit.lastPruning();
    },
  };
}

export function createAuditStore(audit: SqliteAudit, queue: CommitQueue): AuditStore {
  return {
    ...auditReader(audit, () => queue.assertOpen()),
    append: (entry, seal) => queue.add(entry.length + ENTRY_BYTES, () => audit.append(entry, seal)),
    prune: (beforeMs, entryOf, seal) =>
      queue.add(PRUNED * ENTRY_BYTES, () => audit.prune(beforeMs, entryOf, seal)),
  };
}

function headOf(row: Row): AuditHead {
  return { seq: Number(row['seq']), keyId: String(row['key_id']), mac: bytesOf(row['mac']) };
}

function entryOf(row: Row): StoredAuditEntry {
  return { ...headOf(row), entry: String(row['entry']) };
}

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('damaged', 'An entry of the audit log is damaged in the store.');
}
