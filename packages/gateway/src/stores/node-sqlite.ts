/** Node’s own SQLite, without the one warning that it gives when it is loaded. */
import type * as sqlite from 'node:sqlite';

type NodeSqlite = typeof sqlite;

/**
 * Loads `node:sqlite`. On every start it announces, on Node 22 and 24, that it may change; the range of versions in package.json answers
 * that. While it is loaded this one warning is dropped; all others, and this one at any other time, are as before.
 */
export function nodeSqlite(): NodeSqlite {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).startsWith('SQLite is an experimental feature')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The version of the SQLite that Node brings, e.g. `3.51.3`. */
export function sqliteVersion(): string {
  const db = new (nodeSqlite().DatabaseSync)(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  } finally {
    db.close();
  }
}

interface VersionRange {
  readonly from: string;
  /** Not in the range. */
  readonly until: string;
}

/** https://www.sqlite.org/wal.html#walresetbug: 3.7.0 to 3.51.2, and mended in two older branches. */
const WAL_RESET_BUG: readonly VersionRange[] = [
  { from: '3.7.0', until: '3.44.6' },
  { from: '3.45.0', until: '3.50.7' },
  { from: '3.51.0', until: '3.51.3' },
];

/**
 * Whether this SQLite can lose committed writes without a word, where two connections write and one of them starts the log anew.
 * The store has one connection, and no other process can open its file, so it is safe from that with any version.
 */
export function hasWalResetBug(version: string): boolean {
  const number = numberOf(version);
  return WAL_RESET_BUG.some(({ from, until }) => number >= numberOf(from) && number < numberOf(until));
}

function numberOf(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 1_000 + patch;
}
