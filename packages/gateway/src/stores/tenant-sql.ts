/** How a store answers for the keys of tenants. */

/**
 * Runs a statement of the operator’s, which may read and nothing else, with the values of its `$1`, `$2`. Resolves to its rows, each with
 * its columns by name; rejects where the statement fails, where it takes longer than the store lets one take, and where it has more than
 * 1,000 rows.
 */
export type TenantSql = (
  statement: string,
  values: readonly string[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;
