/** What a gate's coverage says, in codes and in words. */
import { type CoverageCode, coverageReport, type ReportedGate } from '../../src/coverage-report.ts';
import type { Gate } from '../../src/index.ts';

export function codesOf(gate: ReportedGate): readonly CoverageCode[] {
  return coverageReport(gate).warnings.map(({ code }) => code);
}

export function sentencesOf(gate: Gate): readonly string[] {
  return coverageReport(gate).warnings.map(({ sentence }) => sentence);
}
