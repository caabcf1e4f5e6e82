/** Commits batches of writes to SQLite, one transaction a batch. */
import type { DatabaseSync } from 'node:sqlite';
import type { BatchJournal } from './batch-journal.ts';
import type { Tell, Write } from './commit-queue.ts';
import type { SqliteClaims } from './sqlite-claims.ts';
import { rollback } from './sqlite-open.ts';
import { createTrial } from './sqlite-records.ts';
import { StoreError } from './store.ts';

/** Expired claims deleted with each write, so that deleting keeps up with inserting and never takes long. */
const PURGED_PER_WRITE = 2;

export interface SqliteWriter {
  /** Throws a StoreError where nothing of the batch was written. */
  commit(batch: readonly Write[]): readonly Tell[];
  /** Writes and takes back. Throws a StoreError where that cannot be done. */
  tryWrite(): void;
}

/**
 * What it makes first writes the whole batch without savepoints; if a write fails, it starts again with a savepoint for
 * each, so that only the failing ones are rejected.
 */
export function createSqliteWriter(db: DatabaseSync, parts: WriterParts): SqliteWriter {
  return new BatchWriter(db, parts);
}

export interface WriterParts {
  readonly claims: Pick<SqliteClaims, 'purge'>;
  /** Of all tables that keep something in memory beside their rows. */
  readonly journals: readonly BatchJournal[];
  readonly now: () => number;
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    savepoint: db.prepare('SAVEPOINT one_write'),
    release: db.prepare('RELEASE one_write'),
    rollbackOne: db.prepare('ROLLBACK TO one_write'),
  };
}

class BatchWriter implements SqliteWriter {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #claims: WriterParts['claims'];
  readonly #journals: readonly BatchJournal[];
  readonly #now: () => number;
  readonly #trial: () => void;

  constructor(db: DatabaseSync, { claims, journals, now }: WriterParts) {
    this.#db = db;
    this.#sql = prepareStatements(db);
    this.#claims = claims;
    this.#journals = journals;
    this.#now = now;
    this.#trial = createTrial(db);
  }

  commit(batch: readonly Write[]): readonly Tell[] {
    return orStoreError(() => this.#commit(batch));
  }

  tryWrite(): void {
    orStoreError(() =>
      this.#transaction(() => {
        this.#trial();
        return [];
      }),
    );
  }

  #commit(batch: readonly Write[]): readonly Tell[] {
    try {
      return this.#transaction(() => this.#all(batch));
    } catch (error) {
      if (!(error instanceof WriteFailed)) throw error;
      return this.#transaction(() => this.#oneByOne(batch));
    }
  }

  /** Runs `write` in a transaction that is committed, or leaves no trace. */
  #transaction(write: () => readonly Tell[]): readonly Tell[] {
    this.#sql.begin.run();
    try {
      const tells = write();
      for (const journal of this.#journals) journal.flush();
      this.#sql.commit.run();
      for (const journal of this.#journals) journal.settle();
      return tells;
    } catch (error) {
      rollback(this.#db);
      for (const journal of this.#journals) journal.undo(0);
      throw error;
    }
  }

  #all(batch: readonly Write[]): readonly Tell[] {
    const nowMs = this.#now();
    try {
      this.#claims.purge(nowMs, batch.length * PURGED_PER_WRITE);
      return batch.map((write) => write.apply(nowMs));
    } catch (error) {
      throw new WriteFailed(error);
    }
  }

  #oneByOne(batch: readonly Write[]): readonly Tell[] {
    const nowMs = this.#now();
    return batch.map((write) => this.#alone(write, nowMs));
  }

  #alone(write: Write, nowMs: number): Tell {
    const { savepoint, release, rollbackOne } = this.#sql;
    savepoint.run();
    const marks = this.#journals.map((journal) => journal.mark());
    let tell: Tell;
    try {
      tell = write.apply(nowMs);
    } catch (error) {
      tell = () => write.reject(storeError(error));
      try {
        rollbackOne.run();
      } catch {
        // SQLite gave up the whole transaction, as it does on a full disk: the whole batch is rejected.
        throw error;
      }
      for (const [at, journal] of this.#journals.entries()) journal.undo(marks[at] ?? 0);
    }
    release.run();
    return tell;
  }
}

function orStoreError<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw storeError(error);
  }
}

/** One write of a batch failed, not the batch. */
class WriteFailed extends Error {
  constructor(cause: unknown) {
    super('a write failed', { cause });
  }
}

/** SQLite’s extended result codes: https://www.sqlite.org/rescode.html */
const CONSTRAINT_UNIQUE = 2067;

/** An error of SQLite as the store’s own. */
function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isTaken = cause instanceof Error && 'errcode' in cause && cause.errcode === CONSTRAINT_UNIQUE;
  if (isTaken && reason.includes('events.id')) {
    return new StoreError('duplicate-event', 'An event with this id is kept already.', { cause });
  }
  return new StoreError('failed', `The store did not take it: ${reason}.`, { cause });
}
