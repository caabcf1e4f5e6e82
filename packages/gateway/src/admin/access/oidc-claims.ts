/** Who a checked ID token says somebody is, and what that person may do. */
import { ROLES, type Role } from '@countersign/api';
import type { OidcRoles } from '../../config/admin-config.ts';

/** Of a token that was checked. */
export type OidcClaims = Readonly<Record<string, unknown>>;

/** The most of the roles that the claim's values give; undefined where they give none. */
export function roleFrom(claims: OidcClaims, roles: OidcRoles): Role | undefined {
  const value = Object.hasOwn(claims, roles.claim) ? claims[roles.claim] : undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return ROLES.findLast((role) => roles[role].some((name) => values.includes(name)));
}

const MAX_CHARS = 100;

/** The provider's lasting id, behind what people call each other: the latter can be given to somebody else. */
export function nameFrom(claims: OidcClaims): string {
  const subject = printable(claims['sub']) ?? '';
  const called = printable(claims['preferred_username']) ?? printable(claims['email']);
  return called === undefined || called === subject ? subject : `${called} (${subject})`;
}

function printable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/\p{C}/gu, '').trim().slice(0, MAX_CHARS);
  return text === '' ? undefined : text;
}
