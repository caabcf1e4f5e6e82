import type { CoverageReport, CoveredPart } from '@countersign/core/coverage';
import { CATALOGUE } from '../words/catalogue.ts';

/** Parts of a request, for people. */
export function partNames(parts: readonly CoveredPart[]): string {
  return parts.map((part) => CATALOGUE.part[part]).join(', ');
}

/** What a sender’s proof covers, in a line. */
export function provedText({ covered, warnings }: CoverageReport): string {
  const { row } = CATALOGUE;
  if (covered.length > 0) return row.proves(partNames(covered));
  const isInPart = warnings.some(({ code }) => code === 'signed-members' || code === 'signed-parts');
  return isInPart ? row.provesInPart : row.provesNothing;
}
