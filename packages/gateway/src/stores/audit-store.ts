/** The audit log: who changed or saw what through the admin API, as a chain in which each entry covers the one before. */

/** What an entry's place in the chain is made of. */
export interface AuditLink {
  /** From 1 on, without a gap. */
  readonly seq: number;
  /** The MAC of the entry before; 32 zero bytes of the first. */
  readonly previous: Uint8Array;
  /** As it is stored: JSON in UTF-8. */
  readonly entry: string;
}

/** How entries are chained. A store holds no key: it asks within the transaction that writes the entry. */
export interface AuditSeal {
  /** Names the key, and says nothing of it. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly macOf: (link: AuditLink) => Uint8Array;
  /** The entry that stands before the first under this key, where the last one was written under another. */
  readonly changeFrom: (keyId: string) => string;
}

/** Where the chain stands. */
export interface AuditHead {
  readonly seq: number;
  readonly keyId: string;
  readonly mac: Uint8Array;
}

export interface StoredAuditEntry extends AuditHead {
  readonly entry: string;
}

/** An entry with the one that says how it ended, where there is one. */
export interface ListedAuditEntry extends StoredAuditEntry {
  readonly ended: string | undefined;
}

export interface AuditListOptions {
  /** Entries before this one. Default: from the last one on. */
  readonly before?: number | undefined;
  /** Default 100, at most 1,000. */
  readonly limit?: number | undefined;
  /** The name of a caller. */
  readonly who?: string | undefined;
  /** The name of a route. */
  readonly route?: string | undefined;
}

/** What a removal of the oldest entries took away. */
export interface AuditCut {
  /** The last entry that was removed, and its MAC: what the first that is left covers. */
  readonly through: number;
  readonly mac: Uint8Array;
  readonly count: number;
}

/** What is read of an audit log. Nothing of it is believed before `verifyAudit` has looked. */
export interface AuditReader {
  /** The last entry's place; undefined where there is none. */
  head(): Promise<AuditHead | undefined>;
  /** Newest first, without those that only say how another ended. @throws RangeError for a limit that is none */
  list(options?: AuditListOptions): Promise<readonly ListedAuditEntry[]>;
  /** Entries after one, oldest first, at most so many. @throws RangeError for a limit that is none */
  follow(after: number, limit: number): Promise<readonly StoredAuditEntry[]>;
  /** The last entry of kind `pruned`. */
  lastPruning(): Promise<StoredAuditEntry | undefined>;
}

/**
 * Keeps the audit log. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testAuditStore` of `@countersign/gateway/testing`.
 */
export interface AuditStore extends AuditReader {
  /** Writes an entry after all that were appended before. @param entry a JSON object with `kind` and `at` (milliseconds since the epoch) */
  append(entry: string, seal: AuditSeal): Promise<AuditHead>;
  /**
   * Removes entries from the oldest on that were written before a time, a hundred or so at most, and appends what tells of it, in one transaction.
   * @param entryOf gives the entry that tells of it, of kind `pruned`
   * @returns how many were removed
   */
  prune(beforeMs: number, entryOf: (cut: AuditCut) => string, seal: AuditSeal): Promise<number>;
}
