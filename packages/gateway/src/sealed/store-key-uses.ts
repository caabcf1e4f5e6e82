/** All that is made of a storeKey, each for one use: what one of them gives away says nothing of the others. */
import { hkdfSync } from 'node:crypto';

/** The audit log’s key id of entries that were written without a storeKey: anybody can make their MACs. */
export const NO_KEY = 'none';

const KEY_BYTES = 32;
const ID_BYTES = 8;

/** The key under which the store's data keys are. */
export function wrappingKeyOf(storeKey: Uint8Array): Uint8Array {
  return derived(storeKey, 'countersign store, key of the keys, 1', KEY_BYTES);
}

/** Names a storeKey, and says nothing of it. */
export function storeKeyId(storeKey: Uint8Array): string {
  return hex(derived(storeKey, 'countersign store, id of the storeKey, 1', ID_BYTES));
}

export interface AuditKey {
  /** Names the key, and says nothing of it. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The key of the audit log's chain. */
export function auditKeyOf(storeKey: Uint8Array): AuditKey {
  return {
    keyId: hex(derived(storeKey, 'countersign audit log, id of the key, 1', ID_BYTES)),
    key: derived(storeKey, 'countersign audit log, key of the chain, 1', KEY_BYTES),
  };
}

/** The key of first answers among claims that gateways share: the same at each that has this storeKey. */
export function sharedClaimsKeyOf(storeKey: Uint8Array): Uint8Array {
  return derived(storeKey, 'countersign shared claims, key of first answers, 1', KEY_BYTES);
}

function derived(storeKey: Uint8Array, use: string, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', storeKey, '', use, bytes));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
