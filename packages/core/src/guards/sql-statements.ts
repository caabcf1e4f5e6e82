/** The guard's table and its statements, one a step. Written for PostgreSQL; what SQLite says otherwise is changed in one place. */

/** Which database the statements are for. */
export type SqlDialect = 'postgres' | 'sqlite';

/** A statement with its values, in the order of the dialect. */
export interface Statement {
  readonly text: string;
  order(values: readonly unknown[]): unknown[];
}

export interface Statements {
  readonly begin: Statement;
  readonly renew: Statement;
  readonly commit: Statement;
  readonly abort: Statement;
  readonly purge: Statement;
}

/** Now, by the database's clock, in milliseconds. */
const DATABASE_MS: Readonly<Record<SqlDialect, string>> = {
  postgres: 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)',
  sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS bigint)",
};

/** The least of two numbers. */
const LEAST: Readonly<Record<SqlDialect, string>> = { postgres: 'least', sqlite: 'min' };

/** Rows that a purge removes at a time. */
export const PURGED_AT_ONCE = 500;

export function statementsOf(dialect: SqlDialect, table: string): Statements {
  const rows = quoted(table);
  const isFree = `(c.state = 'free' OR c.until_ms <= CAST($2 AS bigint))`;
  const isCommitted = `c.state = 'committed'`;
  const unlessFree = (fresh: string, held: string): string =>
    `CASE WHEN ${isFree} THEN ${fresh} ELSE ${held} END`;
  const later = (column: string): string =>
    `CASE WHEN ${isCommitted} AND c.${column} > excluded.${column} THEN c.${column} ELSE excluded.${column} END`;
  // A row that somebody is looking at is left to the next purge.
  const skipLocked = dialect === 'postgres' ? ' FOR UPDATE SKIP LOCKED' : '';
  const statements = {
    // The row is written in any case, so that one statement both decides and tells: who reads $4 as its owner has begun.
    begin: `INSERT INTO ${rows} AS c (identity, state, until_ms, keep_until_ms, owner, attempt, answer)
VALUES ($1, 'held', $3, $5, $4, 1, NULL)
ON CONFLICT (identity) DO UPDATE SET
  state = ${unlessFree("'held'", 'c.state')},
  until_ms = ${unlessFree('excluded.until_ms', 'c.until_ms')},
  keep_until_ms = ${unlessFree('excluded.keep_until_ms', 'c.keep_until_ms')},
  owner = ${unlessFree('excluded.owner', 'c.owner')},
  attempt = ${unlessFree('c.attempt + 1', 'c.attempt')},
  answer = ${unlessFree('NULL', 'c.answer')}
RETURNING state, until_ms, owner, attempt, answer`,
    renew: `UPDATE ${rows} SET until_ms = $3, keep_until_ms = $4
WHERE identity = $1 AND state = 'held' AND owner = $2 AND until_ms < $3`,
    commit: `INSERT INTO ${rows} AS c (identity, state, until_ms, keep_until_ms, owner, attempt, answer)
VALUES ($1, 'committed', $2, $3, '', 0, $4)
ON CONFLICT (identity) DO UPDATE SET
  state = 'committed', until_ms = ${later('until_ms')}, keep_until_ms = ${later('keep_until_ms')},
  owner = '', attempt = 0, answer = excluded.answer`,
    // The attempts stay, until the row is purged.
    abort: `UPDATE ${rows} SET state = 'free', owner = '' WHERE identity = $1 AND state = 'held' AND owner = $2`,
    purge: `DELETE FROM ${rows} WHERE identity IN (
  SELECT identity FROM ${rows}
  WHERE keep_until_ms <= ${LEAST[dialect]}(CAST($1 AS bigint), ${DATABASE_MS[dialect]})
  ORDER BY keep_until_ms LIMIT ${PURGED_AT_ONCE}${skipLocked}
) RETURNING identity`,
  };
  const of = (text: string): Statement => statementIn(dialect, text);
  return {
    begin: of(statements.begin),
    renew: of(statements.renew),
    commit: of(statements.commit),
    abort: of(statements.abort),
    purge: of(statements.purge),
  };
}

/** PostgreSQL numbers its values; drivers of SQLite agree on `?` alone, each with a value of its own. */
function statementIn(dialect: SqlDialect, text: string): Statement {
  if (dialect === 'postgres') return { text, order: (values) => [...values] };
  const places = [...text.matchAll(/\$(\d)/g)].map(([, number]) => Number(number) - 1);
  return {
    text: text.replaceAll(/\$\d/g, '?'),
    order: (values) => places.map((place) => values[place]),
  };
}

/** The table and its index, as a migration's statements: they may be run again. */
export function tableStatements(table: string, dialect: SqlDialect | undefined): readonly string[] {
  const [name = '', schema] = table.split('.').reverse();
  const index = `${name}_keep_until_ms`;
  // SQLite has the schema before the index's name, PostgreSQL takes the table's.
  const isBefore = dialect === 'sqlite' && schema !== undefined;
  return [
    `CREATE TABLE IF NOT EXISTS ${quoted(table)} (
  identity char(32) PRIMARY KEY,
  state varchar(9) NOT NULL,
  until_ms bigint NOT NULL,
  keep_until_ms bigint NOT NULL,
  owner varchar(64) NOT NULL,
  attempt integer NOT NULL,
  answer text
)`,
    `CREATE INDEX IF NOT EXISTS ${quoted(isBefore ? `${schema}.${index}` : index)} ON ${quoted(isBefore ? name : table)} (keep_until_ms)`,
  ];
}

/** In quotes, a word of the language is a name too. */
function quoted(table: string): string {
  return table
    .split('.')
    .map((name) => `"${name}"`)
    .join('.');
}
