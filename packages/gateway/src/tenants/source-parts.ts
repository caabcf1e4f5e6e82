/** What sources of tenants' keys are opened with. */
import type { TenantSql } from '../stores/tenant-sql.ts';

export interface SourceParts {
  /** Its address policy is the look-ups’. */
  readonly fetch: typeof globalThis.fetch;
  /** Undefined: the store has none. */
  readonly tenantSql?: TenantSql | undefined;
}
