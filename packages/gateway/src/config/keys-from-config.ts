/** Where a gate's keys are looked up by tenant, resolved. */
import type { Secret } from './secret.ts';

export interface KeysFromConfig {
  /** What of a request says whose it is. UNTRUSTED: it only says whose keys are looked up. */
  readonly tenant: TenantPlace;
  readonly source: KeySourceConfig;
  /** How long a tenant's keys are used before they are looked up again: a key that is revoked proves as long. */
  readonly maxAgeMs: number;
  /** Of one look-up. */
  readonly timeoutMs: number;
  /** Of how many tenants keys are held in memory. */
  readonly maxTenants: number;
}

export type TenantPlace =
  /** A `:name` of the gate's path. */
  | { readonly kind: 'path'; readonly name: string }
  | { readonly kind: 'header' | 'query'; readonly name: string }
  /** A member of a JSON body, by the names on the way to it. */
  | { readonly kind: 'body'; readonly names: readonly string[] };

export type KeySourceConfig =
  | {
      readonly kind: 'url';
      /** With `{tenant}` in its path or query. */
      readonly url: string;
      /** Sent as a bearer token. */
      readonly token?: Secret;
    }
  /** Absolute. A file a tenant. */
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'function';
      /** Absolute path of the module. */
      readonly file: string;
      /** The export. */
      readonly name: string;
    }
  | { readonly kind: 'sql'; readonly statement: string };
