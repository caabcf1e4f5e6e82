import type { CoveredPart } from '@countersign/core/coverage';
import { CATALOGUE } from '../words/catalogue.ts';

/** Parts of a request, for people. */
export function partNames(parts: readonly CoveredPart[]): string {
  return parts.map((part) => CATALOGUE.part[part]).join(', ');
}
