/** Connections to PostgreSQL. Statements are never named: PgBouncer in transaction mode carries them. */
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { StoreError } from '../store.ts';
import { isTransient, isUniqueViolation, storeError } from './errors.ts';
import { withRetry } from './retry.ts';

export interface DatabaseOptions {
  /** `postgres://…`. May hold a password: it is in no message. */
  readonly address: string;
  /** At most so many at once. Default 10. */
  readonly maxConnections?: number;
  /** Statements may take as long as they take, but for the wait for a lock. Default false. */
  readonly isUnlimited?: boolean;
  /** Told of a connection that was lost while nobody used it. Default: nobody. */
  readonly onProblem?: (message: string, error: unknown) => void;
}

export type Row = QueryResultRow;

export type Value = string | number | bigint | boolean | Uint8Array | null | readonly unknown[];

/** Runs statements. */
export interface Session {
  /** @throws StoreError, but for one of `isTaken` and `isTransient`, which its caller judges */
  query(text: string, values?: readonly Value[]): Promise<readonly Row[]>;
}

export interface Database extends Session {
  /**
   * Runs `work` in a transaction that is committed, or leaves no trace; again, where it met another transaction.
   * `work` may be called several times.
   */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  readonly closed: boolean;
  /** @throws StoreError where nothing more is taken */
  assertOpen(): void;
  /** Lets running statements end. May be called twice. */
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;
/** A statement of a store takes milliseconds; what takes longer waits for a lock that does not come. */
const STATEMENT_MS = 30_000;
/** The server may be gone without a word: then nothing comes back. */
const ANSWER_MS = STATEMENT_MS + 5_000;
/** Of a statement that keeps others out: those wait behind it. */
const LOCK_MS = 2_000;
const IDLE_MS = 30_000;

export async function connectDatabase({
  address,
  maxConnections = 10,
  isUnlimited = false,
  onProblem,
}: DatabaseOptions): Promise<Database> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: address,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    ...(isUnlimited
      ? { lock_timeout: LOCK_MS }
      : { statement_timeout: STATEMENT_MS, query_timeout: ANSWER_MS }),
    keepAlive: true,
    application_name: 'countersign',
    // Numbers of the schema are within 2^53.
    types: {
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) => onProblem?.('a connection to PostgreSQL was lost', storeError(error)));
  // Nor may that of one that is in use, between two of its statements: the next of them is rejected.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PooledDatabase(pool);
}

class PooledDatabase implements Database {
  readonly #pool: Pool;
  #closing: Promise<void> | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  assertOpen(): void {
    if (this.closed) throw new StoreError('closed', 'The store is closed.');
  }

  async query(text: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    this.assertOpen();
    return run(() => this.#pool.query(text, [...values]));
  }

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return withRetry(() => {
      this.assertOpen();
      return this.#once(work);
    });
  }

  async #once<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw storeError(error);
    });
    const session = sessionOf(client);
    try {
      await session.query('BEGIN');
      const result = await work(session);
      await session.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // A connection that cannot roll back is not used again.
      const failed = await client.query('ROLLBACK').then(
        () => undefined,
        (failure: unknown) => failure,
      );
      client.release(failed !== undefined);
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }
}

function sessionOf(client: PoolClient): Session {
  return { query: (text, values = []) => run(() => client.query(text, [...values])) };
}

async function run(ask: () => Promise<{ readonly rows: readonly Row[] }>): Promise<readonly Row[]> {
  try {
    return (await ask()).rows;
  } catch (error) {
    if (isTransient(error) || isUniqueViolation(error)) throw error;
    throw storeError(error);
  }
}
