/** The audit log of a gateway that starts. */
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { NO_KEY } from '../sealed/store-key-uses.ts';
import type { AuditKeys } from '../sealed/store-keys.ts';
import type { Store } from '../stores/store.ts';
import { type AuditAccess, openAuditAccess } from './audit-access.ts';

export interface GatewayAuditParts {
  readonly config: Pick<Config, 'store' | 'storeKey' | 'admin'>;
  readonly store: Pick<Store, 'audit'>;
  readonly keys: AuditKeys | undefined;
  readonly now: () => number;
  readonly log: Log;
}

const NO_STORE_KEY =
  'there is no storeKey, so whoever can write the store’s file can rewrite the audit log unnoticed; set storeKey (openssl rand -hex 32)';
const STORE_KEY_GONE =
  'the audit log was chained under a storeKey, and there is none now: new entries are not protected by it; set the storeKey again';

export async function openGatewayAudit({
  config,
  store,
  keys,
  now,
  log,
}: GatewayAuditParts): Promise<AuditAccess> {
  const { storeKey, admin } = config;
  const head = await store.audit.head();
  if (storeKey === undefined && head !== undefined && head.keyId !== NO_KEY) log.warn({}, STORE_KEY_GONE);
  // A store in memory is nobody else's.
  else if (storeKey === undefined && config.store.kind !== 'memory') log.warn({}, NO_STORE_KEY);
  return openAuditAccess({ audit: store.audit, keys, forMs: admin.audit.forMs, now, log });
}
