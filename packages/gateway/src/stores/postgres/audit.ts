/** The audit log in PostgreSQL: one chain of all gateways, so what they append is appended one after the other. */
import { isObject } from '@countersign/core/internal/is-object';
import type {
  AuditCut,
  AuditHead,
  AuditListOptions,
  AuditSeal,
  AuditStore,
  ListedAuditEntry,
  StoredAuditEntry,
} from '../audit-store.ts';
import { checkedLimit } from '../event-store.ts';
import { StoreError } from '../store.ts';
import { headOf, inChain, readHead, refuseEndedKeys } from './audit-chain.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database, Row, Session } from './database.ts';
import { createParameters } from './parameters.ts';
import type { PostgresStatesOptions } from './records.ts';
import { indexable } from './text.ts';

export interface PostgresAudit extends AuditStore {
  /** Finishes what is queued, and takes nothing more. */
  close(): Promise<void>;
}

interface Append {
  readonly entry: string;
  readonly seal: AuditSeal;
}

interface Pruning {
  readonly beforeMs: number;
  readonly entryOf: (cut: AuditCut) => string;
  readonly seal: AuditSeal;
}

const MAX_BATCH = 256;
const MAX_BATCH_BYTES = 1024 * 1024;
/** Removed at a time. */
const PRUNED = 100;
const NO_MAC: Uint8Array = new Uint8Array(32);
const INSERT = `
  INSERT INTO countersign.audit (seq, key_id, mac, entry, kind, at_ms, ends, who, route)
  SELECT seq, key_id, decode(mac, 'hex'), entry, kind, at_ms, ends, who, route
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[])
    AS input (seq, key_id, mac, entry, kind, at_ms, ends, who, route)`;

const FOLLOW = 'SELECT seq, key_id, mac, entry FROM countersign.audit WHERE seq > $1 ORDER BY seq LIMIT $2';

const LAST_PRUNING = `
  SELECT seq, key_id, mac, entry FROM countersign.audit WHERE kind = 'pruned' ORDER BY seq DESC LIMIT 1`;

const OLDEST = `SELECT seq, mac, at_ms FROM countersign.audit ORDER BY seq LIMIT ${PRUNED}`;

export function createPostgresAudit({ database, meter }: Omit<PostgresStatesOptions, 'now'>): PostgresAudit {
  const appending = new BatchQueue<Append, AuditHead>({
    maxBatch: MAX_BATCH,
    maxBatchBytes: MAX_BATCH_BYTES,
    bytesOf: ({ entry }) => entry.length,
    commit: (batch) => inChain(database, (session) => appendAll(session, batch)),
    meter,
  });
  const pruning = new BatchQueue<Pruning, number>({
    maxBatch: 1,
    commit: (batch) =>
      inChain(database, async (session) => {
        const counts: number[] = [];
        for (const each of batch) counts.push(await prune(session, each));
        return counts;
      }),
    meter,
  });
  return {
    head: () => readHead(database),
    async list(options = {}) {
      return list(database, options, checkedLimit(options.limit));
    },
    async follow(after, limit) {
      return (await database.query(FOLLOW, [after, checkedLimit(limit)])).map(entryOf);
    },
    async lastPruning() {
      const [row] = await database.query(LAST_PRUNING);
      return row && entryOf(row);
    },
    append: (entry, seal) => appending.add({ entry, seal }),
    prune: (beforeMs, entryOf, seal) => pruning.add({ beforeMs, entryOf, seal }),
    async close() {
      await Promise.all([appending.close(), pruning.close()]);
    },
  };
}

async function appendAll(session: Session, appends: readonly Append[]): Promise<readonly AuditHead[]> {
  await refuseEndedKeys(
    session,
    appends.map(({ seal }) => seal.keyId),
  );
  let last = await readHead(session);
  const entries: StoredAuditEntry[] = [];
  const add = (entry: string, seal: AuditSeal): AuditHead => {
    const seq = (last?.seq ?? 0) + 1;
    const mac = seal.macOf({ seq, previous: last?.mac ?? NO_MAC, entry });
    last = { seq, keyId: seal.keyId, mac };
    entries.push({ seq, keyId: seal.keyId, mac, entry });
    return last;
  };
  const heads = appends.map(({ entry, seal }) => {
    if (last !== undefined && last.keyId !== seal.keyId) add(seal.changeFrom(last.keyId), seal);
    return add(entry, seal);
  });
  const shown = entries.map(({ entry }) => shownOf(entry));
  await session.query(INSERT, [
    entries.map(({ seq }) => seq),
    entries.map(({ keyId }) => keyId),
    entries.map(({ mac }) => Buffer.from(mac).toString('hex')),
    entries.map(({ entry }) => entry),
    shown.map(({ kind }) => kind),
    shown.map(({ atMs }) => atMs),
    shown.map(({ ends }) => ends),
    shown.map(({ who }) => who),
    shown.map(({ route }) => route),
  ]);
  return heads;
}

async function prune(session: Session, { beforeMs, entryOf, seal }: Pruning): Promise<number> {
  const oldest = await session.query(OLDEST);
  const kept = oldest.findIndex(({ at_ms: atMs }) => typeof atMs !== 'number' || atMs >= beforeMs);
  const count = kept < 0 ? oldest.length : kept;
  const last = oldest[count - 1];
  if (last === undefined) return 0;
  const cut = { through: Number(last['seq']), mac: bytesOf(last['mac']), count };
  // Before they go: what tells of it covers the last of all, which may be among them.
  await appendAll(session, [{ entry: entryOf(cut), seal }]);
  await session.query('DELETE FROM countersign.audit WHERE seq <= $1', [cut.through]);
  return count;
}

async function list(
  database: Database,
  { before = Number.MAX_SAFE_INTEGER, who, route }: AuditListOptions,
  limit: number,
): Promise<readonly ListedAuditEntry[]> {
  const { add, values } = createParameters();
  const ofWho = who === undefined ? '' : `AND who = ${add(indexable(who))}`;
  const ofRoute = route === undefined ? '' : `AND route = ${add(indexable(route))}`;
  const rows = await database.query(
    `SELECT seq, key_id, mac, entry,
      (SELECT entry FROM countersign.audit AS ending WHERE ending.ends = audit.seq ORDER BY seq LIMIT 1) AS ended
    FROM countersign.audit WHERE seq < ${add(before)} ${ofWho} ${ofRoute} AND ends IS NULL ORDER BY seq DESC LIMIT ${add(limit)}`,
    values,
  );
  return rows.map((row) => {
    const { ended } = row;
    return { ...entryOf(row), ended: typeof ended === 'string' ? ended : undefined };
  });
}

export interface ShownEntry {
  readonly kind: string | null;
  readonly atMs: number | null;
  readonly ends: number | null;
  readonly who: string | null;
  readonly route: string | null;
}

/** What lists go by; nothing where the entry is no JSON. */
export function shownOf(entry: string): ShownEntry {
  const { kind, at, ends, who, route } = objectOf(entry);
  return {
    kind: textOf(kind),
    atMs: wholeOf(at),
    ends: wholeOf(ends),
    who: isObject(who) ? textOf(who['name']) : null,
    route: textOf(route),
  };
}

function objectOf(entry: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(entry);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? indexable(value) : null;
}

function wholeOf(value: unknown): number | null {
  const whole = typeof value === 'number' ? Math.trunc(value) : Number.NaN;
  return Number.isSafeInteger(whole) ? whole : null;
}

function entryOf(row: Row): StoredAuditEntry {
  return { ...headOf(row), entry: String(row['entry']) };
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('damaged', 'An entry of the audit log is damaged in the store.');
}
