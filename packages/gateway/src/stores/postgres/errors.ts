/** What goes wrong with PostgreSQL, as the store’s own errors. Sentences of the server may quote values: none goes on. */
import { StoreError } from '../store.ts';

/** PostgreSQL’s SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';
const PROTOCOL_VIOLATION = '08P01';
const CHECK_VIOLATION = '23514';
/** A table that is not there: of a day, another gateway has dropped it. */
export const NO_TABLE = '42P01';

/** A deadlock or a conflict of transactions: the same again succeeds. */
const TRANSIENT: ReadonlySet<string> = new Set(['40001', '40P01']);

/** What stands in front of a code of a connection that is gone, or of a server that starts or ends. */
const AWAY = /^(?:08|57P0[1-5]|ECONN|EPIPE|ETIMEDOUT|ENOENT|EAI_|ENOTFOUND|EHOST|ENETUNREACH)/;

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(codeOf(error));
}

export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === UNIQUE_VIOLATION;
}

/** Begins the names of what refuses the values under a key that was forgotten. */
export const FORGOTTEN_KEY = 'not_under_';

/** Whether it is sealed under a key that was forgotten. */
export function isForgottenKey(error: unknown): boolean {
  return (
    codeOf(error) === CHECK_VIOLATION &&
    error instanceof Error &&
    'constraint' in error &&
    String(error.constraint).startsWith(FORGOTTEN_KEY)
  );
}

/** Whether it is the connection or the whole server, and not what was asked. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== '') return AWAY.test(code);
  // The client's own errors have no code.
  return (
    error instanceof Error &&
    /^(?:Connection terminated|timeout expired|timeout exceeded|Query read timeout)/.test(error.message)
  );
}

/** PgBouncer’s answer to a setting that it was not told to pass on or to ignore, where a connection is made. */
export function isRefusedParameter(error: unknown): boolean {
  return codeOf(error) === PROTOCOL_VIOLATION;
}

/** Of a server that only reads. */
export const STANDBY: StoreError = new StoreError(
  'failed',
  'PostgreSQL takes no writes: it is a standby, or set to read only.',
);

/** Why, in a sentence that may be shown to anybody. */
export function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = codeOf(cause);
  if (isForgottenKey(cause))
    return new StoreError(
      'failed',
      'The data key of the store was replaced since this gateway was started: start it again.',
      { cause },
    );
  if (isAway(cause))
    return new StoreError('failed', `PostgreSQL cannot be reached${code && ` (${code})`}.`, { cause });
  return new StoreError('failed', `PostgreSQL did not take it${code && ` (${code})`}.`, { cause });
}
