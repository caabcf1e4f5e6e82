/**
 * Whether a gateway could start with a store, without opening it as one: a running gateway has it, and looking must change nothing.
 * Not for the process that holds it: POSIX lets go of a process's locks on a file when that process closes any descriptor of it.
 */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from '@countersign/core';
import type { StoreConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import { isPlainOverNetwork, shownPostgres } from '../config/postgres-address.ts';
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

/** What was found without changing anything. */
export interface StoreInspection {
  /** What keeps a gateway from starting with it; undefined where nothing does. */
  readonly problem: StoreProblem | undefined;
  readonly warnings: readonly ConfigWarning[];
}

/** Looks whether a gateway could start with a store. A file, or a schema, that is not there yet is made at start. */
export async function inspectStore(store: StoreConfig): Promise<StoreInspection> {
  const risk = storeWarning(store);
  const warnings = risk === undefined ? [] : [risk];
  if (store.kind === 'memory') return { problem: undefined, warnings };
  if (store.kind === 'sqlite') return { problem: fileProblem(store.file), warnings };
  const { headOfDatabase } = await import('./postgres/open-database.ts');
  try {
    const head = await headOfDatabase(store.address);
    if (head.kind === 'away')
      return {
        problem: undefined,
        warnings: [...warnings, configWarning('store', 'store-away', head.fault.problem)],
      };
    if (head.kind === 'empty') return { problem: head.fault, warnings };
    const problem = head.isServed ? undefined : newerSchema(head.version);
    return { problem, warnings };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const { problem, remedy } = error;
    return { problem: { problem, remedy }, warnings };
  }
}

function newerSchema(version: number): StoreProblem {
  return {
    problem: `was brought to version ${version} of its schema by a newer gateway, and this one cannot work with it`,
    remedy: 'Run that version or a newer one, or restore a dump from before it.',
  };
}

/** What keeps a gateway from starting with a file; undefined where nothing does. */
export function fileProblem(file: string): StoreProblem | undefined {
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
  if (store.kind === 'sqlite' && hasWalResetBug(version))
    return configWarning('store', 'sqlite-loses-writes', version);
  if (store.kind === 'postgres' && isPlainOverNetwork(store.address))
    return configWarning('store', 'plain-database', shownPostgres(store.address));
  return undefined;
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
