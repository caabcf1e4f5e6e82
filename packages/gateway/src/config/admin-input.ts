/** What a person writes of `admin`. Each comment is that of the schema: `scripts/generate-schema.ts` writes them. */
import type { Role } from '@countersign/api';
import type { DurationText } from './units.ts';

export interface AdminInput {
  /** The audit log: who changed or saw what through the admin API. */
  readonly audit?: AuditInput;
  /** The bearer token of the admin API; required if listen.admin is not a loopback address. Default: one made for each run, and shown on a terminal. */
  readonly token?: string;
  /** People who log in to the web console with a name and a password. Needs Node 24.7 or later. Default: none. */
  readonly users?: readonly UserInput[];
  /** How long somebody stays logged in. */
  readonly session?: LogInInput;
  /** Log-in by an OpenID Connect provider (single sign-on). Default: none. */
  readonly oidc?: OidcInput;
}

/** Somebody who may log in. */
export interface UserInput {
  /** The name to log in with; it stands in the audit log. */
  readonly name: string;
  /** The hash of the user’s password, as `countersign password` prints it: $argon2id$v=19$…. */
  readonly password: string;
  /** What the user may do: viewer reads; operator also changes deliveries, destinations and claims; admin may do everything. */
  readonly role: Role;
}

/** How long somebody stays logged in. */
export interface LogInInput {
  /** From the log-in on; after that one logs in again. Default: 12h. */
  readonly for?: DurationText;
  /** Without a request; after that one logs in again. Default: 1h. */
  readonly idle?: DurationText;
}

/** Log-in by an OpenID Connect provider. */
export interface OidcInput {
  /** The provider’s issuer URL, exactly as it names itself; its settings are read from there. */
  readonly issuer: string;
  /** The id of the client that is registered at the provider. */
  readonly clientId: string;
  /** The secret of that client. */
  readonly clientSecret: string;
  /** The URL that the provider sends browsers back to, as it is registered there. Default: at the host that the browser asks, /api/session/oidc/callback. */
  readonly redirect?: string;
  /** Who of the provider’s users gets which role; whoever gets none cannot log in. */
  readonly roles: OidcRolesInput;
}

/** Which values of a claim give which role. */
export interface OidcRolesInput {
  /** The claim of the ID token that is looked at; it is a text or a list of texts. Default: groups. */
  readonly claim?: string;
  /** Values of the claim that make somebody a viewer. Default: none. */
  readonly viewer?: readonly string[];
  /** Values of the claim that make somebody an operator. Default: none. */
  readonly operator?: readonly string[];
  /** Values of the claim that make somebody an admin. Default: none. */
  readonly admin?: readonly string[];
}

export interface AuditInput {
  /** How long its entries are kept. What the log says of the older ones stays proved. Default: 400d. */
  readonly for?: string;
}
