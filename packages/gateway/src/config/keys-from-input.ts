/** What a person writes of `keysFrom`. Each comment is that of the schema: `scripts/generate-schema.ts` writes them. */
import type { DurationText, NumberInput } from './units.ts';

export interface KeysFromInput {
  /**
   * What of a request says which tenant it is of: one of path, header, query and body. It is not believed: it only chooses whose keys the request is held
   * against. Default: the path’s :tenant.
   */
  readonly tenant?: TenantPlaceInput;
  /**
   * Where the keys are fetched: an http or https URL with {tenant} in its path or query, in whose place the tenant stands percent-encoded. It is to answer
   * 200 with { "tenant": "…", "keys": [{ "id": "…", "secret": "…" }] }, or 404 for a tenant that is not known, in 128KB at most. Redirects are not
   * followed. Default: another source.
   */
  readonly url?: string;
  /** A bearer token that is sent to url. Default: none. */
  readonly token?: string;
  /**
   * A folder with a file TENANT.json for each tenant, relative to this file: { keys: [{ id, secret, … }] }. Names have letters, digits, -, _ and dots
   * only. Default: another source.
   */
  readonly folder?: string;
  /**
   * A module, relative to this file, and the name of its export: FILE#EXPORT. The function is given { gate, provider, untrustedTenant }, and resolves to {
   * tenant, keys }, or to nothing for a tenant that is not known. Default: another source; without #EXPORT, the export keysOf.
   */
  readonly function?: string;
  /**
   * A statement that selects the keys of the tenant $1 in the store’s database: a row each, with the columns tenant and secret, and, where they are
   * needed, id, encoding, state, valid_from and valid_until. Only for stores that several gateways share. Default: another source.
   */
  readonly sql?: string;
  /**
   * How long a tenant’s keys are used before they are looked up again. A key that is revoked at the source is accepted for as long; while the source is
   * down nothing older is. Default: 60s.
   */
  readonly maxAge?: DurationText;
  /** How long one look-up may take; a request that it is for is then answered 503. Default: 5s. */
  readonly timeout?: DurationText;
  /** Of how many tenants keys are held in memory; those that were used the longest ago go first. Default: 1000. */
  readonly maxTenants?: NumberInput;
}

export interface TenantPlaceInput {
  /** A :name of the gate’s path. Default: another place. */
  readonly path?: string;
  /** A header. Default: another place. */
  readonly header?: string;
  /** A parameter of the query. Default: another place. */
  readonly query?: string;
  /**
   * A member of a JSON body of up to 1MB: its name, or the names on the way to it with dots between them. Its value is a text or a number. Default:
   * another place.
   */
  readonly body?: string;
}
