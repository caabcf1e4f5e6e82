import type { AuditKeys } from '../../src/sealed/store-keys.ts';

/** What the audit log is sealed with under a storeKey that has had none before it. @param storeKey in hex */
export function auditKeysOf(storeKey: string): AuditKeys {
  return { storeKey: Buffer.from(storeKey, 'hex'), previous: [] };
}
