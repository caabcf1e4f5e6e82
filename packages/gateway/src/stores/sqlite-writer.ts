/** Writes batches of events and claims to SQLite, one transaction a batch. */
import type { DatabaseSync } from 'node:sqlite';
import { type Claim, type KeepResult, type KeptEvent, StoreError } from '../store.ts';
import type { Outcome } from './commit-queue.ts';
import { createSqliteClaims, type SqliteClaims } from './sqlite-claims.ts';
import { rollback } from './sqlite-open.ts';

export type Write =
  | { readonly kind: 'keep'; readonly event: KeptEvent }
  | { readonly kind: 'remember'; readonly claim: Claim };

/** Expired claims deleted with each write, so that deleting keeps up with inserting and never takes long. */
const PURGED_PER_WRITE = 2;

const KEPT: KeepResult = { kept: true };

export interface SqliteWriter {
  commit(batch: readonly Write[]): readonly Outcome<KeepResult>[];
  /** Frees a claim, in a transaction of its own. False where nobody holds it. @throws StoreError */
  release(claim: Pick<Claim, 'gate' | 'identity'>): boolean;
}

/**
 * `commit` first writes the whole batch without savepoints; if a write
 * fails, it starts again with a savepoint for each, so that only the failing ones are rejected.
 */
export function createSqliteWriter(db: DatabaseSync, now: () => number): SqliteWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const savepoint = db.prepare('SAVEPOINT one_write');
  const release = db.prepare('RELEASE one_write');
  const rollbackOne = db.prepare('ROLLBACK TO one_write');
  const claims = createSqliteClaims(db);
  const apply = createApply(db, claims);

  /** Runs `write` in a transaction that is committed, or leaves no trace. */
  function transaction<T>(write: () => T): T {
    begin.run();
    try {
      const result = write();
      commit.run();
      claims.settle();
      return result;
    } catch (error) {
      rollback(db);
      claims.undo(0);
      throw error;
    }
  }

  function all(batch: readonly Write[]): readonly Outcome<KeepResult>[] {
    const nowMs = now();
    try {
      claims.purge(nowMs, batch.length * PURGED_PER_WRITE);
      return batch.map((write) => ({ ok: true, value: apply(write, nowMs) }));
    } catch (error) {
      throw new WriteFailed(error);
    }
  }

  function oneByOne(batch: readonly Write[]): readonly Outcome<KeepResult>[] {
    const nowMs = now();
    return batch.map((write) => {
      savepoint.run();
      const mark = claims.mark();
      let outcome: Outcome<KeepResult>;
      try {
        outcome = { ok: true, value: apply(write, nowMs) };
      } catch (error) {
        outcome = { ok: false, error: storeError(error) };
        try {
          rollbackOne.run();
        } catch {
          // SQLite gave up the whole transaction, as it does on a full disk: the whole batch is rejected.
          throw error;
        }
        claims.undo(mark);
      }
      release.run();
      return outcome;
    });
  }

  return {
    commit: (batch) => {
      try {
        try {
          return transaction(() => all(batch));
        } catch (error) {
          if (!(error instanceof WriteFailed)) throw error;
          return transaction(() => oneByOne(batch));
        }
      } catch (error) {
        throw storeError(error);
      }
    },
    release: (claim) => {
      try {
        return transaction(() => claims.release(claim, now()));
      } catch (error) {
        throw storeError(error);
      }
    },
  };
}

/** One write of a batch failed, not the batch. */
class WriteFailed extends Error {
  constructor(cause: unknown) {
    super('a write failed', { cause });
  }
}

function createApply(db: DatabaseSync, claims: SqliteClaims): (write: Write, nowMs: number) => KeepResult {
  const insertEvent = db.prepare(`
    INSERT INTO events
      (id, gate, provider, key_id, received_ms, method, url, identity, claim_until_ms, headers, body, withheld, sealed,
       forwarded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (write, nowMs) => {
    if (write.kind === 'remember') {
      claims.remember(write.claim, nowMs);
      return KEPT;
    }
    const { event } = write;
    const { claim } = event;
    if (claim !== undefined) {
      const holder = claims.take({ gate: event.gate, ...claim }, event.id, nowMs);
      if (holder !== undefined) {
        return holder.eventId === undefined ? { kept: false } : { kept: false, repeatOf: holder.eventId };
      }
    }
    insertEvent.run(
      event.id,
      event.gate,
      event.provider,
      event.keyId,
      event.receivedMs,
      event.method,
      event.url,
      claim?.identity ?? null,
      claim?.untilMs ?? null,
      JSON.stringify(event.headers),
      event.body,
      event.withheld === undefined ? null : JSON.stringify(event.withheld.names),
      event.withheld?.sealed ?? null,
      event.forwarded === undefined ? null : JSON.stringify(event.forwarded),
    );
    return KEPT;
  };
}

/** SQLite’s extended result codes: https://www.sqlite.org/rescode.html */
const CONSTRAINT_PRIMARYKEY = 1555;

/** An error of SQLite as the store’s own. */
export function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Error && 'errcode' in cause && cause.errcode === CONSTRAINT_PRIMARYKEY) {
    return new StoreError('duplicate-event', 'An event with this id is kept already.', { cause });
  }
  return new StoreError('failed', `The store did not take it: ${reason}.`, { cause });
}
