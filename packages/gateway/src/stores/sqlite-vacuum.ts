/** Gives what is free of a SQLite file back to the disk, a few pages at a time. */
import type { DatabaseSync } from 'node:sqlite';

export interface SqliteVacuum {
  /** Whether free pages are given back at all. */
  readonly canShrink: boolean;
  /** Within a transaction: a step, in a millisecond. @returns whether there is more to give back */
  shrink(): boolean;
}

/** Moved in a step. */
const STEP_PAGES = 16;
/** So much stays free, since it is soon needed again: 4 MB of a new file, or a sixteenth of it. */
const LEAST_FREE_PAGES = 256;
const FREE_PART = 1 / 16;
/** https://www.sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;

/** A file that an older build has made gives nothing back until it is migrated: its free pages are used again. */
export function createSqliteVacuum(db: DatabaseSync): SqliteVacuum {
  const numberOf = (name: string): (() => number) => {
    const statement = db.prepare(`PRAGMA ${name}`);
    return () => Number(statement.get()?.[name]);
  };
  const canShrink = numberOf('auto_vacuum')() === INCREMENTAL;
  const freePages = numberOf('freelist_count');
  const pages = numberOf('page_count');
  const step = db.prepare(`PRAGMA incremental_vacuum(${STEP_PAGES})`);
  const surplus = (): number => freePages() - Math.max(LEAST_FREE_PAGES, pages() * FREE_PART);
  return {
    canShrink,
    shrink: () => {
      if (!canShrink || surplus() < STEP_PAGES) return false;
      step.all();
      return surplus() >= STEP_PAGES;
    },
  };
}
