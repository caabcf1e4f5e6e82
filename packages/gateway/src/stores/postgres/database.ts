/** Connections to PostgreSQL. Statements are never named: PgBouncer in transaction mode carries them. */
import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient, PoolConfig, QueryResultRow } from 'pg';
import type { PostgresAddress } from '../../config/postgres-address.ts';
import { StoreError } from '../store.ts';
import { APPLICATION } from './application.ts';
import { connectionOf } from './connection.ts';
import { isAway, isRefusedParameter, isTransient, isUniqueViolation, storeError } from './errors.ts';
import { withRetry } from './retry.ts';
import { assertConfirmed, watchCommits } from './unconfirmed.ts';

export interface DatabaseOptions {
  /** As a text `postgres://…`. May hold a password: it is in no message. */
  readonly address: string | PostgresAddress;
  /** At most so many at once. Default 10. */
  readonly maxConnections?: number;
  /** For how long a connection and an answer are waited for. Default 5 and 35 seconds. */
  readonly timeoutMs?: number;
  /** Statements may take as long as they take, but for the wait for a lock. Default false. */
  readonly isUnlimited?: boolean;
  /** Told of a connection that was lost while nobody used it. Default: nobody. */
  readonly onProblem?: (message: string, error: unknown) => void;
}

export type Row = QueryResultRow;

export type Value = string | number | bigint | boolean | Uint8Array | null | readonly unknown[];

/** Runs statements. */
export interface Session {
  /** @throws StoreError, but for one of `isUniqueViolation` and `isTransient`, which its caller judges */
  query(text: string, values?: readonly Value[]): Promise<readonly Row[]>;
}

export interface Database extends Session {
  /**
   * Runs `work` in a transaction that is committed, or leaves no trace; again, where it met another transaction.
   * `work` may be called several times.
   */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  readonly closed: boolean;
  /** From now on every statement is rejected with that fault, and none reaches the server. */
  retire(fault: StoreError): void;
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
/** Of what the server itself ends after `timeoutMs`. */
const LATE_MS = 500;
/** Of a statement that keeps others out: those wait behind it. */
const LOCK_MS = 2_000;
const IDLE_MS = 30_000;

/** Connects with the first statement. @throws TypeError for a text that is no address; the system's error for a file of authorities that cannot be read */
export async function connectDatabase({
  address,
  maxConnections = 10,
  isUnlimited = false,
  timeoutMs,
  onProblem,
}: DatabaseOptions): Promise<Database> {
  const { default: pg } = await import('pg');
  // Tells the connections of one gateway from those of another.
  const applicationName = `${APPLICATION}${randomBytes(4).toString('hex')}`;
  const open = (settings: PoolConfig): Pool => {
    const pool = new pg.Pool({
      ...settings,
      max: maxConnections,
      connectionTimeoutMillis: timeoutMs ?? CONNECT_MS,
      idleTimeoutMillis: IDLE_MS,
      ...(!isUnlimited && { query_timeout: timeoutMs === undefined ? ANSWER_MS : timeoutMs + LATE_MS }),
      keepAlive: true,
      application_name: applicationName,
      // Numbers of the schema are within 2^53.
      types: {
        getTypeParser: (oid, format) =>
          oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
      },
    });
    // Without a listener the loss of an idle connection would end the process.
    pool.on('error', (error) => onProblem?.('a connection to PostgreSQL was lost', storeError(error)));
    // Nor may that of one that is in use, between two of its statements: the next of them is rejected.
    pool.on('connect', (client) => {
      client.on('error', () => {});
      watchCommits(client);
    });
    return pool;
  };
  const place = connectionOf(address);
  const bounded = open({
    ...place,
    ...(isUnlimited ? { lock_timeout: LOCK_MS } : { statement_timeout: timeoutMs ?? STATEMENT_MS }),
  });
  return new PooledDatabase(bounded, () => open(place));
}

class PooledDatabase implements Database {
  #pool: Pool;
  readonly #openUnbounded: () => Pool;
  #isUnbounded = false;
  #closing: Promise<void> | undefined;
  #fault: StoreError | undefined;

  /** @param openUnbounded without what the server bounds, which PgBouncer refuses to be told; the client's bound on a statement holds then */
  constructor(pool: Pool, openUnbounded: () => Pool) {
    this.#pool = pool;
    this.#openUnbounded = openUnbounded;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  retire(fault: StoreError): void {
    this.#fault = fault;
  }

  assertOpen(): void {
    if (this.closed) throw new StoreError('closed', 'The store is closed.');
    if (this.#fault !== undefined) throw this.#fault;
  }

  async query(text: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    this.assertOpen();
    const client = await this.#connect();
    let isLost = false;
    try {
      const { rows } = await client.query(text, [...values]);
      assertConfirmed(client);
      return rows;
    } catch (error) {
      isLost = isAway(error);
      throw ownError(error);
    } finally {
      client.release(isLost);
    }
  }

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return withRetry(() => {
      this.assertOpen();
      return this.#once(work);
    });
  }

  async #once<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    const session = sessionOf(client);
    try {
      await session.query('BEGIN');
      const result = await work(session);
      await commit(client);
      client.release();
      return result;
    } catch (error) {
      client.release(!(await isRolledBack(client, error)));
      throw error;
    }
  }

  async #connect(): Promise<PoolClient> {
    const pool = this.#pool;
    try {
      return await pool.connect();
    } catch (error) {
      if (!isRefusedParameter(error) || (this.#isUnbounded && pool === this.#pool)) throw storeError(error);
    }
    this.assertOpen();
    if (!this.#isUnbounded) {
      this.#isUnbounded = true;
      this.#pool = this.#openUnbounded();
      // It has no connection: none was taken.
      await pool.end();
    }
    return this.#pool.connect().catch((error: unknown) => {
      throw storeError(error);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }
}

/** A transaction in which a statement has failed is rolled back by COMMIT, without an error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT').catch((error: unknown) => {
    throw ownError(error);
  });
  assertConfirmed(client);
  if (command !== 'COMMIT') throw new StoreError('failed', 'PostgreSQL rolled the transaction back.');
}

/** A connection that cannot roll back is not used again; one that does not answer is not asked. */
async function isRolledBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (isAway(error) || (error instanceof StoreError && isAway(error.cause))) return false;
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

function sessionOf(client: PoolClient): Session {
  return {
    async query(text, values = []) {
      try {
        return (await client.query(text, [...values])).rows;
      } catch (error) {
        throw ownError(error);
      }
    },
  };
}

function ownError(error: unknown): unknown {
  return isTransient(error) || isUniqueViolation(error) ? error : storeError(error);
}
