/** What people are shown of the key that proved a request. */

/** The key’s id, behind its tenant’s name where it has one: `acme/main`. Empty where there is no key. */
export function keyName({
  keyId = '',
  tenant,
}: {
  readonly keyId?: string | undefined;
  readonly tenant?: string | undefined;
}): string {
  return tenant === undefined || keyId === '' ? keyId : `${tenant}/${keyId}`;
}
