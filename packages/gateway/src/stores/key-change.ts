/** Puts the keys of a store that gateways share under another storeKey, in one step with the audit log. */
import type { AuditHead } from './audit-store.ts';
import type { RecordWrite } from './record-store.ts';

export interface KeyChange {
  /** The record of the keys, and the version of it that is there. */
  readonly record: Pick<RecordWrite, 'space' | 'key' | 'version'>;
  /** Names the key that the audit log goes on under. */
  readonly auditKeyId: string;
  /** Names those under which it is written no more, whoever still has them; that of its last entry is among them in any case. */
  readonly endedKeyIds: readonly string[];
  /** The record anew. May be called several times. @param head the last entry: what follows is under the new key */
  readonly bytesOf: (head: AuditHead | undefined) => Uint8Array;
}

/** @returns the version of the record; undefined where somebody else was first, and nothing has changed */
export type ChangeKeys = (change: KeyChange) => Promise<number | undefined>;
