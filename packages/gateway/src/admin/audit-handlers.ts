/** What the routes of the audit log do. */
import type { AuditApi } from '@countersign/api';
import type { AuditAccess } from '../audit/audit-access.ts';
import type { Handlers } from './admin-parts.ts';
import { auditPage, auditVerifiedView, readHeads } from './audit-view.ts';

export function createAuditHandlers(audit: AuditAccess): Handlers<AuditApi> {
  return {
    async audit(query) {
      // Who has just done something asks at once.
      await audit.log.settled();
      return auditPage(audit.reader, query);
    },
    verifyAudit: async ({ heads }) => auditVerifiedView(await audit.verify(readHeads(heads))),
  };
}
