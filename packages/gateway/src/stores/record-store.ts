/** Records: small states that several gateways read and change, such as a session, a lease or a platform’s token. */

/** What was last written under a key. */
export interface StoredRecord {
  readonly key: string;
  /** Another one after each write; never comes again. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

export interface RecordWrite {
  /** Keys are unique within a space. Both have from 1 to 200 characters. */
  readonly space: string;
  readonly key: string;
  /** What the writer has read; 0 where there was no record. */
  readonly version: number;
  /** At most 64 KiB. What is secret is encrypted by the caller: a store sees no secret in the clear. */
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch, a whole number; from then on there is no record. Absent: it stays. */
  readonly untilMs?: number;
}

/**
 * Keeps records. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testRecordStore` of `@countersign/gateway/testing`.
 */
export interface RecordStore {
  /** The record, unless it has expired. */
  get(space: string, key: string): Promise<StoredRecord | undefined>;
  /** All records of a space that have not expired, in no particular order, read page by page. */
  list(space: string): AsyncIterable<StoredRecord>;
  /**
   * Writes a record if nobody has written it since the writer read it; of concurrent writers one succeeds.
   * @returns the new version; undefined where another write came first, and nothing was changed.
   * @throws RangeError for a space, key or bytes that are too long, and for a space or key that is empty.
   */
  put(write: RecordWrite): Promise<number | undefined>;
}

const MAX_NAME_CHARS = 200;
const MAX_RECORD_BYTES = 64 * 1024;

/** @throws RangeError for what `put` refuses. */
export function checkRecord({ space, key, bytes }: RecordWrite): void {
  for (const text of [space, key]) {
    if (text !== '' && text.length <= MAX_NAME_CHARS) continue;
    throw new RangeError(
      `a record’s space and key must have from 1 to ${MAX_NAME_CHARS} characters, not ${text.length}`,
    );
  }
  if (bytes.byteLength > MAX_RECORD_BYTES) {
    throw new RangeError(`a record must have at most ${MAX_RECORD_BYTES} bytes, not ${bytes.byteLength}`);
  }
}
