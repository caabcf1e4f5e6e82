/** What people are shown of the key that proved a request. */
import { visibleText } from './visible-text.ts';

/** The key’s id, behind its tenant’s name where it has one: `acme/main`. */
export function keyName({ keyId, tenant }: { readonly keyId: string; readonly tenant?: string }): string {
  return visibleText(tenant === undefined ? keyId : `${tenant}/${keyId}`);
}
