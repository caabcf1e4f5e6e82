/** The audit log of a store, as a gateway and commands open it: to be written, read and verified. */
import type { Log } from '../log/log.ts';
import type { AuditKeys } from '../sealed/store-keys.ts';
import type { AuditReader, AuditStore } from '../stores/audit-store.ts';
import { type AuditLog, openAuditLog } from './audit-log.ts';
import { createAuditSeal, sealUnder } from './audit-seal.ts';
import { type AuditReport, type NotedHead, verifyAudit } from './verify-audit.ts';

export interface AuditAccess {
  readonly log: AuditLog;
  readonly reader: AuditReader;
  /** @param heads that were noted outside of the store */
  verify(heads: readonly NotedHead[], signal?: AbortSignal): Promise<AuditReport>;
}

export interface AuditAccessOptions {
  readonly audit: AuditStore;
  /** Undefined: there is no storeKey. */
  readonly keys: AuditKeys | undefined;
  readonly forMs: number;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

export async function openAuditAccess(options: AuditAccessOptions): Promise<AuditAccess> {
  const { audit, keys, now } = options;
  const seal = createAuditSeal(keys?.storeKey, now);
  return {
    log: await openAuditLog({ ...options, seal }),
    reader: audit,
    verify: (heads, signal) => verifyAuditLog(audit, keys, heads, signal),
  };
}

/** Also of a file that is only looked into. */
export function verifyAuditLog(
  reader: AuditReader,
  keys: AuditKeys | undefined,
  heads: readonly NotedHead[],
  signal?: AbortSignal,
): Promise<AuditReport> {
  // It writes nothing, and so needs no time.
  const never = (): number => 0;
  return verifyAudit({
    reader,
    seal: createAuditSeal(keys?.storeKey, never),
    previous: (keys?.previous ?? []).map(({ through, mac, ...key }) => ({
      seal: sealUnder(key, never),
      through,
      mac,
    })),
    keyless: createAuditSeal(undefined, never),
    heads,
    ...(signal && { signal }),
  });
}
