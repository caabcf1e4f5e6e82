/** What an operator does with a store as a whole. */
import type { MaybePromise } from '@countersign/core';
import type { Erasable, Matcher } from './erase-match.ts';
import type { KeptEvent } from './event-store.ts';
import type { StoredRefusal } from './refused-store.ts';

/**
 * Looks after what a store holds, beside those who write to it: nothing of it holds the event loop for long, but where it says so. One
 * at a time; a second call waits for the first.
 *
 * Passes `testStoreUpkeep` of `@countersign/gateway/testing`.
 */
export interface StoreUpkeep {
  /**
   * One step of giving free room back to the disk, in a millisecond.
   * @returns whether there is more to give back
   */
  shrink(): Promise<boolean>;
  /**
   * Copies the store as it is when it is called, into a file that is there whole or not at all.
   * @throws SetupError where the file exists or cannot be written, and for a store in memory
   */
  backup(file: string, signal?: AbortSignal): Promise<StoreCopy>;
  /** Looks whether all is whole that the store holds. */
  verify(signal?: AbortSignal): Promise<VerifyReport>;
  stats(): Promise<StoreStats>;
  /**
   * Takes out of the store what matches, for good: afterwards its bytes are in no file of the store, and a tombstone tells what was
   * there. Deliveries that wait are cancelled. Holds the event loop where leavings are found that only a copy of the whole file gets rid of:
   * `copiedMs` says how long.
   */
  erase(options: EraseOptions): Promise<EraseReport>;
}

export interface StoreCopy {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** Of the file, in hex. */
  readonly sha256: string;
}

/** `file-damaged`: the database itself; `body-damaged`: it does not come back as long as it was. */
export type StoreFault =
  | 'file-damaged'
  | 'body-damaged'
  | 'totals-differ'
  | 'deliveries-without-event'
  | 'attempts-without-delivery'
  | 'erasure-unfinished';

export interface StoreFinding {
  readonly code: StoreFault;
  /** What is wrong, for people. Holds nothing of an event. */
  readonly problem: string;
}

export interface VerifyReport {
  readonly events: number;
  /** Empty where all is whole. */
  readonly findings: readonly StoreFinding[];
}

export interface StoreStats {
  /** Absent in memory, and in PostgreSQL. */
  readonly file?: string;
  /** Where it is in PostgreSQL, without its password. */
  readonly database?: string;
  readonly schemaVersion: number;
  /** Of a database: its tables and indexes. */
  readonly fileBytes: number;
  /** Of the log beside a file; 0 of a database, whose log is the whole server’s. */
  readonly logBytes: number;
  /** Of a file, and used again; 0 of a database. */
  readonly freeBytes: number;
  /** Whether the file gets shorter where room is free: one of an older build does once it is migrated. */
  readonly canShrink: boolean;
  readonly events: number;
  /** Of bodies, as received. */
  readonly bodyBytes: number;
  readonly deliveries: number;
  readonly refused: number;
  /** Milliseconds since the epoch. Absent where there is none. */
  readonly oldestMs?: number;
  readonly newestMs?: number;
}

export interface EraseOptions {
  /** Whether a request is erased. */
  readonly matches: Matcher;
  /** Only these are looked at. Absent: all. */
  readonly ids?: readonly string[];
  /** The headers of an event as received, where they can be opened. Default: as they are stored. */
  readonly headersOf?: (event: KeptEvent) => readonly string[];
  /** A refused request as it came; undefined where it cannot be opened: it stays. Default: none is erased. */
  readonly openRefusal?: (refusal: StoredRefusal) => MaybePromise<Erasable | undefined>;
  /** Counts, and erases nothing. */
  readonly isDryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface EraseReport {
  readonly events: number;
  readonly refused: number;
  /** Deliveries that were still to be made. */
  readonly cancelled: number;
  /** How long the whole file was copied, and nothing else done. Absent: that was not necessary. */
  readonly copiedMs?: number;
}
