/** Requests that were taken since the start, by the tenant whose key proved them. */

export interface TenantCount {
  /** Undefined for all that are not counted apart. */
  readonly tenant: string | undefined;
  readonly count: number;
}

/** Each is a series that Prometheus keeps, for each gate: the first of them are counted apart. */
export const MAX_TENANTS = 200;

/** A tenant is here once its key has proved a request, so nobody who invents names fills it. */
export class TenantCounts {
  readonly #byTenant = new Map<string, number>();
  #others = 0;

  count(tenant: string): void {
    const count = this.#byTenant.get(tenant);
    if (count === undefined && this.#byTenant.size >= MAX_TENANTS) this.#others++;
    else this.#byTenant.set(tenant, (count ?? 0) + 1);
  }

  list(): readonly TenantCount[] {
    const counts: TenantCount[] = Array.from(this.#byTenant, ([tenant, count]) => ({ tenant, count }));
    if (this.#others > 0) counts.push({ tenant: undefined, count: this.#others });
    return counts;
  }
}
