/** Keys of equal bytes. */
import type { KeyMaterial } from './crypto/backend.ts';
import { equalBytes } from './text/bytes.ts';

/** Tells which earlier key has the same bytes: to revoke one of two equal keys revokes nothing. */
export function createTwinFinder(): (id: string, material: KeyMaterial) => string | undefined {
  const seen: { readonly id: string; readonly material: KeyMaterial }[] = [];
  return (id, material) => {
    const twin = seen.find(({ material: { bytes } }) => equalBytes(bytes, material.bytes));
    seen.push({ id, material });
    return twin?.id;
  };
}
