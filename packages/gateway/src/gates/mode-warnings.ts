/** What is to be said of a gate that enforces less than one proof. */
import type { Gate } from '@countersign/core';
import { type CoverageReport, coverageReport } from '@countersign/core/coverage';
import { listed } from '@countersign/core/internal/amounts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import type { GateModes } from '../modes/gate-modes.ts';
import { gateCoverage } from './gate-coverage.ts';
import type { OpenGate } from './open-gate.ts';

type Moded = Pick<OpenGate, 'config' | 'coreGate' | 'modes'>;

/** More parts than these are counted, not named. */
const MAX_NAMED = 8;

/** The grave ones first: that it does not enforce at all. */
export function modeWarnings({ config, coreGate, modes }: Moded, nowMs: number): readonly ConfigWarning[] {
  if (modes === undefined || coreGate === undefined) return [];
  const { name, monitor, accept = [] } = config;
  const warnings: ConfigWarning[] = [];
  const until = monitor?.untilMs === undefined ? undefined : dateOf(monitor.untilMs);
  if (modes.monitors()) {
    warnings.push(configWarning(`gates.${name}.mode`, 'gate-monitors', until));
  } else if (until !== undefined) {
    warnings.push(configWarning(`gates.${name}.mode`, 'monitoring-over', until));
  }
  for (const [i, { label, gate, untilMs = nowMs }] of olderOf(modes).entries()) {
    const path = `gates.${name}.${accept[i]?.at ?? 'accept'}`;
    warnings.push(
      untilMs <= nowMs
        ? configWarning(path, 'older-proof-over', label, dateOf(untilMs))
        : configWarning(path, 'older-proof', label, dateOf(untilMs), lostParts(coreGate, gate)),
    );
  }
  return warnings;
}

function olderOf({ several }: GateModes): NonNullable<GateModes['several']>['proofs'] {
  return several?.proofs.slice(1) ?? [];
}

/** What the gate's own proof covers and an older one leaves open. */
function lostParts(own: Gate, older: Gate): string | undefined {
  const parts = own.coverage.covered.filter((part) => !older.coverage.covered.includes(part));
  return parts.length === 0 ? undefined : listed(parts, MAX_NAMED);
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().replace('T00:00:00.000Z', '');
}

/** What is proved of each request that the gate takes now, by whichever proof; with what is to be said of its modes. */
export function coverageInModes(gate: Moded, nowMs: number): CoverageReport<string> {
  const { coreGate, modes } = gate;
  const own = gateCoverage(coreGate);
  if (modes === undefined) return own;
  const older = (modes.several?.live().slice(1) ?? []).map((proof) => coverageReport(proof.gate));
  const covered = own.covered.filter((part) => older.every((report) => report.covered.includes(part)));
  const codes = new Set(own.warnings.map(({ code }) => code));
  const others = older.flatMap(({ warnings }) => warnings.filter(({ code }) => !codes.has(code)));
  return {
    ...own,
    covered,
    open: [...own.open, ...own.covered.filter((part) => !covered.includes(part))],
    headers: own.headers.filter((header) => older.every((report) => report.headers.includes(header))),
    warnings: [...modeWarnings(gate, nowMs), ...own.warnings, ...others],
  };
}
