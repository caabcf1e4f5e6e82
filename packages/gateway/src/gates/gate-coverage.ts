/** What a gate of the gateway proves and leaves open, with and without a proof. */
import type { Gate } from '@countersign/core';
import { type CoverageReport, coverageReport } from '@countersign/core/coverage';
import { gatewayWarning } from '../config/config-warnings.ts';

const UNSIGNED: CoverageReport<'unsigned-gate'> = {
  covered: [],
  open: ['method', 'scheme', 'host', 'path', 'query', 'body', 'timestamp', 'id', 'type'],
  headers: [],
  replay: 'none',
  warnings: [gatewayWarning('unsigned-gate')],
};

/** @param coreGate undefined for `provider: none` */
export function gateCoverage(coreGate: Gate | undefined): CoverageReport<string> {
  return coreGate === undefined ? UNSIGNED : coverageReport(coreGate);
}
