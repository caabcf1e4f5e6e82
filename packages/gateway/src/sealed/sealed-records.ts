/** Records as JSON values, encrypted where there is a store key. */
import type { RecordStore } from '../stores/record-store.ts';
import type { Sealer } from './seal.ts';

export interface ReadRecord {
  readonly key: string;
  readonly version: number;
  /** Undefined where it does not open: it was written under another store key. */
  readonly value: unknown;
}

/** The records of one space. */
export interface SealedRecords {
  /** Undefined where there is none, or it has expired. */
  read(key: string): Promise<ReadRecord | undefined>;
  all(): AsyncIterable<ReadRecord>;
  /**
   * @param version what was read; 0 where there was none.
   * @returns the new version; undefined where another writer came first.
   */
  write(key: string, version: number, value: unknown, untilMs: number): Promise<number | undefined>;
}

export interface SealedRecordsOptions {
  readonly records: RecordStore;
  readonly space: string;
  /** Undefined: in the clear, for a store that is gone with the process. */
  readonly sealer: Sealer | undefined;
}

/** What a record is sealed for. */
export function recordContext(space: string, key: string): string {
  return `record ${space} ${key}`;
}

export function createSealedRecords({ records, space, sealer }: SealedRecordsOptions): SealedRecords {
  const open = (key: string, bytes: Uint8Array): unknown => {
    const text =
      sealer === undefined ? Buffer.from(bytes).toString() : sealer.open(bytes, recordContext(space, key));
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      // JSON.parse quotes the text, which holds a token.
      return undefined;
    }
  };
  return {
    read: async (key) => {
      const record = await records.get(space, key);
      return record && { key, version: record.version, value: open(key, record.bytes) };
    },
    async *all() {
      for await (const { key, version, bytes } of records.list(space)) {
        yield { key, version, value: open(key, bytes) };
      }
    },
    write: (key, version, value, untilMs) => {
      const text = JSON.stringify(value);
      const bytes = sealer === undefined ? Buffer.from(text) : sealer.seal(text, recordContext(space, key));
      return records.put({ space, key, version, bytes, untilMs: Math.ceil(untilMs) });
    },
  };
}
