/** The keys of the audit log's chain: derived from the store's key, and of no use for what that seals. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type AuditKey, auditKeyOf, NO_KEY } from '../sealed/store-key-uses.ts';
import type { AuditLink, AuditSeal } from '../stores/audit-store.ts';
import { ENTRY_TEXTS } from './audit-entry.ts';

const KEY_BYTES = 32;
/** Before all that a MAC covers, so that none made for another use is one. */
const MAC_USE = Buffer.from('countersign audit entry, 1\0');

/**
 * @param storeKey 32 bytes; undefined: there is none, and the chain shows only changes by who does not know how it is made
 * @param now milliseconds since the epoch
 */
export function createAuditSeal(storeKey: Uint8Array | undefined, now: () => number): AuditSeal {
  return sealUnder(
    storeKey === undefined ? { keyId: NO_KEY, key: Buffer.alloc(KEY_BYTES) } : auditKeyOf(storeKey),
    now,
  );
}

export function sealUnder({ keyId, key }: AuditKey, now: () => number): AuditSeal {
  const secretKey = createSecretKey(key);
  return {
    keyId,
    macOf: (link) => macOf(secretKey, link),
    changeFrom: (from) => ENTRY_TEXTS.keyChanged({ at: now(), from, to: keyId }),
  };
}

function macOf(key: KeyObject, { seq, previous, entry }: AuditLink): Uint8Array {
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(seq));
  return createHmac('sha256', key).update(MAC_USE).update(previous).update(place).update(entry).digest();
}
