/** A replay guard in a table of PostgreSQL or SQLite, for several processes: `@countersign/core/guards/sql`. */
import { checkOptions, IS, type OptionRules, required, word } from '../check-options.ts';
import { isArray, memberOf, messageOf } from '../given.ts';
import type { MaybePromise } from '../model.ts';
import type { BeginResult, ReplayGuard } from '../replay.ts';
import { SetupError } from '../setup-error.ts';
import { decodeBase64, encodeBase64 } from '../text/encodings.ts';
import { ATTEMPTS_KEPT_MS, CLOCK_MARGIN_MS, type ClaimServer, type LeaseAnswer } from './claim-server.ts';
import { SHARED_RULES, type SharedGuardOptions, serverGuardOptions } from './guard-options.ts';
import { ServerGuard } from './server-guard.ts';
import {
  PURGED_AT_ONCE,
  type SqlDialect,
  type Statement,
  type Statements,
  statementsOf,
  tableStatements,
} from './sql-statements.ts';
import { within } from './within.ts';

export type { SharedGuardOptions } from './guard-options.ts';
export type { SqlDialect } from './sql-statements.ts';

/** Runs a statement: the rows, or a record that has them as `rows`. Texts, whole numbers and null are its values. */
export type SqlQuery = (
  text: string,
  values: unknown[],
) => MaybePromise<readonly unknown[] | { readonly rows: readonly unknown[] }>;

/** What `createSqlReplayGuard` takes: how statements are run, and where the claims are. */
export interface SqlReplayGuardOptions extends SharedGuardOptions {
  /** `(text, values) => pool.query(text, values)`. Each statement must be a transaction of its own. */
  readonly query: SqlQuery;
  readonly dialect: SqlDialect;
  /** A name of at most 48 lower-case letters, digits and underscores, or a schema's name, a dot and a name. Default `countersign_claims`. */
  readonly table?: string;
}

/** A guard whose claims are rows of a table; it purges itself, or is told to. */
export interface SqlReplayGuard extends ReplayGuard {
  /**
   * Removes rows that nobody needs any more, at most 500: claims that ended an hour ago by the caller's clock and the database's, and attempts
   * that came to nothing a day ago. The guard does so itself, once in 200 begins.
   * @returns how many it removed
   * @throws what `query` throws
   */
  purge(nowMs: number): Promise<number>;
}

/** Short enough for the index's name, of which PostgreSQL takes 63 characters. */
const TABLE_NAME = /^(?:[a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,47}$/;
const DEFAULT_TABLE = 'countersign_claims';

const TABLE_RULE = {
  expected:
    'a name of at most 48 lower-case letters, digits and underscores, after a schema’s and a dot where it is in one',
  isValid: (value: unknown): boolean => typeof value === 'string' && TABLE_NAME.test(value),
};

const RULES: OptionRules<SqlReplayGuardOptions> = {
  ...SHARED_RULES,
  query: required(IS.function),
  dialect: required(word('postgres', 'sqlite')),
  table: TABLE_RULE,
};

/** At a steady rate a purge finds two or three times as many rows as have come since the last. */
const BEGINS_A_PURGE: number = PURGED_AT_ONCE / 2.5;

/**
 * The statements that make the table, to be run once by a migration of yours; they may be run again.
 * @param table as the guard's option `table`
 * @param dialect needed where the table is in a schema
 * @throws SetupError for another name or dialect, and for a schema without a dialect.
 *
 * @example for (const statement of sqlReplayTable()) await pool.query(statement);
 */
export function sqlReplayTable(table: string = DEFAULT_TABLE, dialect?: SqlDialect): readonly string[] {
  checkOptions<{ readonly table: string; readonly dialect: SqlDialect | undefined }>(
    { table, dialect },
    { table: TABLE_RULE, dialect: word('postgres', 'sqlite') },
  );
  if (dialect === undefined && table.includes('.')) {
    throw new SetupError(
      'dialect',
      'it is missing, and the table is in a schema: its index is made otherwise in SQLite',
      `Give sqlReplayTable('${table}', 'postgres'), or 'sqlite'.`,
    );
  }
  return tableStatements(table, dialect);
}

/**
 * A guard whose claims are rows of a table of PostgreSQL (9.5 and later) or SQLite (3.35 and later). Each step is one statement, so it holds for any number of
 * processes.
 *
 * - Times are the callers', and their clocks must be kept together: a gate that is two thirds of `leaseMs` ahead of another (40 s by default) runs
 *   a request that runs there. A claim that is committed bears an hour. The database's own clock only ever keeps a row for longer.
 * - Where the database does not answer, `begin` says `unavailable`: the sender hears 503 and tries again.
 * - It has no bound on claims, and so gives none up: `freshUntilMs` is not needed.
 *
 * @example createSqlReplayGuard({ dialect: 'postgres', query: (text, values) => pool.query(text, values) });
 * @throws SetupError for an unknown option, one of the wrong kind, and one that is missing.
 */
export function createSqlReplayGuard(options: SqlReplayGuardOptions): SqlReplayGuard {
  checkOptions<SqlReplayGuardOptions>(options, RULES);
  const { query, dialect, table = DEFAULT_TABLE } = options;
  const settings = serverGuardOptions(options);
  const statements = statementsOf(dialect, table);
  const run = async ({ text, order }: Statement, values: readonly unknown[]): Promise<readonly unknown[]> =>
    rowsOf(await query(text, order(values)));
  return new PurgingGuard(createSqlServer(statements, run), settings, async (nowMs) => {
    const purged = await run(statements.purge, [Math.floor(nowMs)]);
    return purged.length;
  });
}

/** Purges beside every so many begins, one purge at a time. */
class PurgingGuard extends ServerGuard implements SqlReplayGuard {
  readonly #purge: (nowMs: number) => Promise<number>;
  readonly #settings: Required<SharedGuardOptions>;
  #begins = 0;
  #isPurging = false;

  constructor(
    server: ClaimServer,
    settings: Required<SharedGuardOptions>,
    purge: (nowMs: number) => Promise<number>,
  ) {
    super(server, settings);
    this.#settings = settings;
    this.#purge = purge;
  }

  override begin(identity: Uint8Array, nowMs: number, leaseMs: number): Promise<BeginResult> {
    const begun = super.begin(identity, nowMs, leaseMs);
    if (++this.#begins >= BEGINS_A_PURGE && !this.#isPurging) {
      this.#begins = 0;
      this.#isPurging = true;
      // Beside the request, which does not wait for it.
      begun
        .then(() => this.purge(nowMs))
        .catch((error: unknown) => this.#settings.report(`claims were not purged: ${messageOf(error)}`))
        .finally(() => (this.#isPurging = false));
    }
    return begun;
  }

  purge(nowMs: number): Promise<number> {
    return within(this.#settings.timeoutMs, () => this.#purge(nowMs));
  }
}

function createSqlServer(
  statements: Statements,
  run: (statement: Statement, values: readonly unknown[]) => Promise<readonly unknown[]>,
): ClaimServer {
  return {
    async begin(identity, { nowMs, untilMs, owner }) {
      const values = [identity, nowMs, untilMs, owner, untilMs + ATTEMPTS_KEPT_MS];
      const [row] = await run(statements.begin, values);
      return leaseAnswer(row, owner, nowMs);
    },
    async renew(identity, { untilMs, owner }) {
      await run(statements.renew, [identity, owner, untilMs, untilMs + ATTEMPTS_KEPT_MS]);
    },
    async commit(identity, { untilMs, answer }) {
      const text = answer === undefined ? null : encodeBase64(answer);
      await run(statements.commit, [identity, untilMs, untilMs + CLOCK_MARGIN_MS, text]);
    },
    async abort(identity, owner) {
      await run(statements.abort, [identity, owner]);
    },
  };
}

/** @throws Error for a row that the statement does not return */
function leaseAnswer(row: unknown, owner: string, nowMs: number): LeaseAnswer {
  const state = memberOf(row, 'state');
  if (state === 'held') {
    return memberOf(row, 'owner') === owner
      ? { state: 'begun', attempt: Number(memberOf(row, 'attempt')) }
      : { state: 'in-flight', retryAfterMs: Number(memberOf(row, 'until_ms')) - nowMs };
  }
  if (state !== 'committed') throw new Error('query returned no row of the claim');
  const text = memberOf(row, 'answer');
  const answer = typeof text === 'string' ? decodeBase64(text) : undefined;
  return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
}

function rowsOf(result: unknown): readonly unknown[] {
  const rows = isArray(result) ? result : memberOf(result, 'rows');
  return isArray(rows) ? rows : [];
}
