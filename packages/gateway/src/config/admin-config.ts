/** Who may use the admin API, as the configuration says it. */
import type { Role } from '@countersign/api';
import type { Secret } from './secret.ts';

export interface AdminConfig {
  /** The bearer token of the admin API. */
  readonly token?: Secret;
  /** People who log in with a password; their names differ. */
  readonly users: readonly UserConfig[];
  readonly session: LogInConfig;
  readonly oidc?: OidcConfig;
  readonly audit: AuditConfig;
}

/** The audit log of the admin API. */
export interface AuditConfig {
  /** Milliseconds for which entries are kept. */
  readonly forMs: number;
}

export interface UserConfig {
  readonly name: string;
  /** A PHC string of argon2id. */
  readonly password: Secret;
  readonly role: Role;
}

/** How long somebody stays logged in. */
export interface LogInConfig {
  readonly forMs: number;
  /** Without a request. */
  readonly idleMs: number;
}

/** An OpenID Connect provider whose users may log in. */
export interface OidcConfig {
  /** As its tokens name it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Where the provider sends browsers back to. Absent: by the host that the browser asks. */
  readonly redirect?: string;
  readonly roles: OidcRoles;
}

/** Which values of a claim of the ID token give which role. */
export interface OidcRoles extends Readonly<Record<Role, readonly string[]>> {
  readonly claim: string;
}
