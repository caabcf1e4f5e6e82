/** Rows of the route table: the audit log. */
import {
  AUDIT_KINDS,
  type AuditPage,
  type AuditQuery,
  type AuditVerifiedView,
  type AuditVerifyInput,
} from './audit-types.ts';
import { ID_TEXT, TYPE_TEXT, wordField } from './fields.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type AuditApi = {
  readonly audit: { readonly query: AuditQuery; readonly reply: AuditPage };
  readonly verifyAudit: { readonly body: AuditVerifyInput; readonly reply: AuditVerifiedView };
};

/** Of one call. */
export const MAX_AUDIT_HEADS = 5_000;

export const AUDIT_ROUTES: RouteTable<AuditApi> = {
  audit: {
    ...GET,
    path: '/api/audit',
    role: 'admin',
    query: {
      before: { kind: 'whole-number', min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
      limit: { kind: 'whole-number', min: 1, max: 200, optional: true },
      who: { ...TYPE_TEXT, optional: true },
      route: { ...ID_TEXT, optional: true },
      kind: { ...wordField(AUDIT_KINDS), optional: true },
    },
    answers:
      'who changed or saw what, newest first: the [audit log](#audit-log); `next` in the answer is the next `before`. With `kind` a call looks at 500 entries, and a page may have fewer than `limit`, or none, and yet a `next`',
  },
  verifyAudit: {
    ...POST,
    path: '/api/audit/verify',
    role: 'admin',
    readsOnly: true,
    body: {
      heads: {
        kind: 'text',
        pattern: new RegExp(
          `^\\d{1,16}:[0-9a-f]{64}(?:,\\d{1,16}:[0-9a-f]{64}){0,${MAX_AUDIT_HEADS - 1}}$`,
          'i',
        ),
        mustBe: `up to ${MAX_AUDIT_HEADS} heads, SEQ:MAC each, comma-separated`,
        optional: true,
      },
    },
    answers:
      'whether the audit log is whole: the first entry that was changed or is missing, and whether the heads that a log has told of are in it. `countersign audit verify` calls it',
  },
};
