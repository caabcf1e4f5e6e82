/** Wire types of the store as a whole. */

export interface StoreStatsView {
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
  /** Whether the file gets shorter as events go. */
  readonly canShrink: boolean;
  readonly events: number;
  /** Of bodies, as received. */
  readonly bodyBytes: number;
  readonly deliveries: number;
  readonly refused: number;
  /** When the oldest event was received. Absent where there is none. */
  readonly oldestAt?: string;
  readonly newestAt?: string;
}

export interface StoreVerifiedView {
  /** Looked at. */
  readonly events: number;
  /** Empty where all is whole. */
  readonly findings: readonly StoreFindingView[];
}

export interface StoreFindingView {
  /** In kebab case, e.g. `file-damaged`. */
  readonly code: string;
  readonly problem: string;
}

export interface BackupInput {
  /** Absolute, on the gateway’s machine; it must not be there. */
  readonly file: string;
}

export interface StoreCopyView {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** Of the file, in hex. */
  readonly sha256: string;
}

export interface ImportInput {
  /** Exported events, one JSON object a line; 12 MB at most. */
  readonly lines: string;
}

/** What became of the lines. */
export interface ImportedView {
  readonly imported: number;
  /** An event with their id was kept already. */
  readonly there: number;
  /** Nothing of them is left but a hash. */
  readonly erased: number;
  /** Lines that are no exported event, from 1, and what is wrong with each. */
  readonly refused: readonly { readonly line: number; readonly problem: string }[];
}

/** All that is given must hold; something beside the gate must be given. */
export interface EraseInput {
  readonly gate?: string | undefined;
  /** Of an event, or of a refused request. */
  readonly id?: string | undefined;
  /** Stands in the body, the URL or a header’s value, however JSON, URLs and forms write it. */
  readonly text?: string | undefined;
  /** With `headerValue`: a header of that name has exactly that value. */
  readonly headerName?: string | undefined;
  readonly headerValue?: string | undefined;
  /** With `memberValue`: a member of a JSON body, names with dots between them, `*` for each. */
  readonly memberPath?: string | undefined;
  readonly memberValue?: string | undefined;
  /** Erases nothing, and counts. */
  readonly dryRun?: boolean | undefined;
}

export interface EraseView {
  readonly events: number;
  readonly refused: number;
  /** Deliveries that were still to be made. */
  readonly cancelled: number;
  /** How long the whole file was copied, and nobody answered. Absent: that was not necessary. */
  readonly copiedMs?: number;
}
