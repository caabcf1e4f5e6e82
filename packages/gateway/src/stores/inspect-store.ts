/**
 * Whether a gateway could start with a store, without opening it as one: a running gateway holds it, and looking must change nothing.
 * Not for the process that holds it: POSIX lets go of a process's locks on a file when that process closes any descriptor of it.
 */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoreConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import {
  foreignFileProblem,
  NAME_ANOTHER_FILE,
  NAME_WRITABLE_FILE,
  type StoreProblem,
} from './foreign-file.ts';
import { hasWalResetBug, sqliteVersion } from './node-sqlite.ts';

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const SCHEMA_COOKIE_AT = 40;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

/** What keeps a gateway from starting with it; undefined where nothing does. A file that is not there yet is made at start. */
export function storeProblem(store: StoreConfig): StoreProblem | undefined {
  if (store.kind === 'memory') return undefined;
  const { file } = store;
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    // The log stands beside the file.
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
    if (stats === undefined) return undefined;
    if (!stats.isFile()) return { problem: `${file} is not a file`, remedy: NAME_ANOTHER_FILE };
    accessSync(file, constants.R_OK | constants.W_OK);
    return stats.size === 0 ? undefined : headerProblem(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    return {
      problem: `${file} cannot be opened or created (${String(code)})`,
      remedy: NAME_WRITABLE_FILE,
    };
  }
}

/** What an operator should know of the store; undefined where there is nothing. @param version of SQLite; default: of Node’s. */
export function storeWarning(
  store: StoreConfig,
  version: string = sqliteVersion(),
): ConfigWarning | undefined {
  if (store.kind === 'memory' || !hasWalResetBug(version)) return undefined;
  return configWarning('store', 'sqlite-loses-writes', version);
}

function headerProblem(file: string): StoreProblem | undefined {
  const header = readHeader(file);
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    return { problem: `${file} is not a database`, remedy: NAME_ANOTHER_FILE };
  }
  return foreignFileProblem(file, {
    applicationId: header.readUInt32BE(APPLICATION_ID_AT),
    version: header.readUInt32BE(USER_VERSION_AT),
    isNew: header.readUInt32BE(SCHEMA_COOKIE_AT) === 0,
  });
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  return header;
}
