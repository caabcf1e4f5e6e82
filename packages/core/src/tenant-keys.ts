/** Keys of tenants, in place of keys of a list: types alone. */
import type { KeyFinder } from './key-finder.ts';
import type { KeySpec } from './keys/key-spec.ts';
import type { MaybePromise, SignedRequest } from './model.ts';

/**
 * Whose a request says it is. UNTRUSTED: nothing of it is proved, and anybody can send any of it. It may choose whose keys are looked at,
 * and nothing else: no account, no price, no path of a file. The verdict’s `tenant` is whose key has proved the request. Frozen.
 */
export interface TenantHint {
  /** The gate’s id. */
  readonly gate: string;
  /** The provider's id, or the scheme's name. */
  readonly provider: string;
  /** 1 to 128 characters without control characters. UNTRUSTED. */
  readonly untrustedTenant: string;
}

/** A tenant, and the keys that its requests may be proved by. */
export interface TenantKeys {
  /**
   * As you store it: 1 to 128 characters without control characters. Verdict, claim and event go by this name, whatever the request has
   * called the tenant: one tenant has one name, or a copy of a request would run once more under each.
   */
  readonly tenant: string;
  /** At most 16, as a list of `keys` has them; none: the tenant is taken for unknown. */
  readonly keys: readonly (string | KeySpec)[];
}

/** Keys by tenant: what of a request says whose it is, and what finds that tenant’s keys. */
export interface TenantOptions {
  /**
   * Whose the request says it is; undefined where it says nothing. UNTRUSTED: nothing of the request is proved yet. What it throws is taken
   * for nothing.
   */
  readonly hint: (request: SignedRequest) => MaybePromise<string | undefined>;
  /**
   * Finds the keys of a tenant; undefined for one that is not known. What it does besides answering in time (it throws, hangs, returns
   * something else, or keys that a list would be refused for) refuses the request as `keys-unavailable`. Its errors are told by their
   * `code` or name alone.
   */
  readonly keysOf: (hint: TenantHint) => Promise<TenantKeys | undefined>;
}

/** Keys by tenant, as `tenantsFrom` makes them. */
export interface TenantChoice {
  /** For the engine. */
  bind(gate: Pick<TenantHint, 'gate' | 'provider'>): KeyFinder;
}
