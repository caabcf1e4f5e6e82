/** Wake-ups of delayed deliveries as jobs of pg-boss: written with the delay, taken by whichever gateway is there when it ends (ADR 84). */
import type { Db, JobInsert, PgBoss } from 'pg-boss';
import type { PostgresAddress } from '../../config/postgres-address.ts';
import { connectionOf } from './connection.ts';
import type { Database, Session, Value } from './database.ts';
import type { DelayedDelivery, DelayedJobs } from './delayed-jobs.ts';
import { storeError } from './errors.ts';

export interface BossJobs extends DelayedJobs {
  /** Ends the jobs that are due, and tells of them first. @returns how many */
  work(): Promise<number>;
  /** Settles when no job is in hand. */
  close(): Promise<void>;
}

export interface BossJobsOptions {
  /** `postgres://…`. May hold a password: it is in no message. */
  readonly address: string | PostgresAddress;
  readonly database: Database;
  /** Something is due at these destinations. */
  readonly onDue: (destinations: readonly string[]) => void;
  /** A wake-up may be late: deliveries are looked for without them too. */
  readonly onProblem: (message: string, error: unknown) => void;
  readonly now: () => number;
}

/** What is put off for less is waited for by who put it off, and looked for by all others in less than that. */
const LEAST_DELAY_MS = 2_000;
const QUEUE = 'due-deliveries';
const SCHEMA = 'countersign_jobs';
const POLL_MS = 1_000;
const JOBS_AT_ONCE = 256;
/** Of the two clocks, of whoever wrote a job and whoever takes it. */
const CLOCK_GRACE_S = 60;
/** A job is active within a transaction only; these count for one that a person has made active. */
const HEARTBEAT_S = 10;
const EXPIRE_S = 240;
const MONITOR_S = 15;
/** Nobody asks what has ended. */
const DELETE_AFTER_S = 60;
/** Longer than any schedule of attempts. */
const KEPT_S = 400 * 86_400;
/** Priorities are 32 bits: seconds since 2025. */
const FIRST_S = Date.UTC(2025, 0) / 1_000;

/** Makes the schema where there is none. Without it deliveries are made as well: whoever calls goes on. */
export async function openBossJobs(options: BossJobsOptions): Promise<BossJobs> {
  const { PgBoss: Boss } = await import('pg-boss');
  const boss = new Boss({
    ...connectionOf(options.address),
    schema: SCHEMA,
    application_name: 'countersign',
    max: 2,
    schedule: false,
    monitorIntervalSeconds: MONITOR_S,
    openTelemetry: { enabled: false },
  });
  boss.on('error', (error) => options.onProblem('the delayed jobs met an error', storeError(error)));
  try {
    await boss.start();
    await boss.createQueue(QUEUE, {
      heartbeatSeconds: HEARTBEAT_S,
      expireInSeconds: EXPIRE_S,
      deleteAfterSeconds: DELETE_AFTER_S,
      retentionSeconds: KEPT_S,
    });
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw storeError(error);
  }
  return new Jobs(boss, options);
}

interface DueJob {
  readonly destination: string;
}

class Jobs implements BossJobs {
  readonly #boss: PgBoss;
  readonly #options: BossJobsOptions;
  readonly #timer: NodeJS.Timeout;
  #working: Promise<unknown> | undefined;
  #isFailing = false;

  constructor(boss: PgBoss, options: BossJobsOptions) {
    this.#boss = boss;
    this.#options = options;
    this.#timer = setInterval(() => this.#workAlone(), POLL_MS);
    this.#timer.unref();
  }

  isWritten(delayed: readonly DelayedDelivery[], nowMs: number): boolean {
    return delayed.some(({ dueMs }) => dueMs - nowMs >= LEAST_DELAY_MS);
  }

  /** One for a destination and a second: of a thousand that failed together it may be ten. */
  async write(session: Session, delayed: readonly DelayedDelivery[], nowMs: number): Promise<void> {
    const jobs = new Map<string, JobInsert<DueJob>>();
    for (const { destination, dueMs } of delayed) {
      if (dueMs - nowMs < LEAST_DELAY_MS) continue;
      const dueS = Math.ceil(dueMs / 1_000);
      jobs.set(JSON.stringify([destination, dueS]), {
        data: { destination },
        startAfter: new Date(dueS * 1_000),
        priority: priorityAt(dueS),
      });
    }
    if (jobs.size > 0) await this.#boss.insert(QUEUE, [...jobs.values()], { db: dbOf(session) });
  }

  async work(): Promise<number> {
    let worked = 0;
    for (;;) {
      const taken = await this.#options.database.transaction((session) => this.#workOn(session));
      worked += taken;
      if (taken < JOBS_AT_ONCE) return worked;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
    await this.#boss.stop({ graceful: false });
  }

  async #workOn(session: Session): Promise<number> {
    const db = dbOf(session);
    const jobs = await this.#boss.fetch<DueJob>(QUEUE, {
      batchSize: JOBS_AT_ONCE,
      // By the index, past all that is delayed: by its start alone each of them would be looked at.
      minPriority: priorityAt(this.#options.now() / 1_000 + CLOCK_GRACE_S),
      db,
    });
    if (jobs.length === 0) return 0;
    // Before the commit: a gateway that ends in between leaves them to another.
    this.#options.onDue([...new Set(jobs.map(({ data }) => data.destination))]);
    await this.#boss.complete(
      QUEUE,
      jobs.map(({ id }) => id),
      null,
      { db },
    );
    return jobs.length;
  }

  #workAlone(): void {
    this.#working ??= this.work()
      .then(
        () => {
          this.#isFailing = false;
        },
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.#working = undefined;
      });
  }

  /** Told once until they are read again: they are asked for each second. */
  #failed(error: unknown): void {
    if (!this.#isFailing) this.#options.onProblem('delayed jobs could not be read', error);
    this.#isFailing = true;
  }
}

/** The first due has the highest. */
function priorityAt(seconds: number): number {
  return FIRST_S - Math.ceil(seconds);
}

function dbOf(session: Session): Db {
  return {
    executeSql: async (text, values = []) => ({
      rows: [...(await session.query(text, values.map(parameterOf)))],
    }),
  };
}

function parameterOf(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array || Array.isArray(value)) return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
