/** A disk without room: no fault of the configuration, and mended outside of it. */
import { SetupError } from '@countersign/core';

/** https://www.sqlite.org/rescode.html#full */
const FULL = 13;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const POSTGRES_FULL = '53100';

/** The store’s disk has no room for what was to be done. */
export class StoreFullError extends SetupError {
  readonly isFull = true;

  constructor(problem: string, remedy: string) {
    super('store', problem, remedy);
  }
}

/** By its member, so that it holds between two copies of this package. */
export function isStoreFull(error: unknown): boolean {
  return error instanceof SetupError && 'isFull' in error;
}

/** Whether SQLite, PostgreSQL or the system had no room, also where somebody has told of it in other words. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isStoreFull(error)) return true;
  const isFull =
    ('errcode' in error && (Number(error.errcode) & 0xff) === FULL) ||
    ('code' in error && (error.code === 'ENOSPC' || error.code === POSTGRES_FULL));
  return isFull || isDiskFull(error.cause);
}
