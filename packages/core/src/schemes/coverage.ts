/** The coverage report: what a scheme's proof covers, what it leaves open, and what follows. */
import { DEFAULT_TOLERANCE, type TimestampUnit } from '../freshness.ts';
import type { Coverage, CoverageWarning, CoveredPart, ReplayIdentity } from '../model.ts';
import type { Scheme } from '../scheme.ts';
import type { PartSource } from './part-source.ts';
import type { MessageTemplate, TemplateOptions } from './template-options.ts';

export const COVERED_PARTS: readonly CoveredPart[] = [
  'method',
  'scheme',
  'host',
  'path',
  'query',
  'body',
  'timestamp',
  'id',
  'type',
];

/** Whether every template covers what sits there: by the field that names it, or by one that holds it. */
export function isSigned(
  field: 'timestamp' | 'id' | 'nonce' | 'type' | 'bodyDigest',
  source: PartSource,
  templates: readonly MessageTemplate[],
  signature: PartSource,
): boolean {
  return templates.every(({ fields, headers, covers }) => {
    if (fields.has(field)) return true;
    if ('header' in source) return headers.includes(source.header.toLowerCase());
    if ('item' in source) return false;
    // What sits where the signature sits is left out of the message with it.
    return covers.has('query' in source ? 'query' : 'body') && !source.isWithin(signature);
  });
}

/** The report of a template scheme. What every one of its templates covers is covered. */
export function coverageOf(
  options: TemplateOptions,
  templates: readonly MessageTemplate[],
  replay: ReplayIdentity,
): Scheme['coverage'] {
  const { timestamp, id, type, tolerance = DEFAULT_TOLERANCE } = options;
  const everywhere = (part: CoveredPart): boolean => templates.every((template) => template.covers.has(part));
  const covered = COVERED_PARTS.filter((part) => {
    if (part === 'body' && options.bodyDigest) return true;
    if (part !== 'timestamp' && part !== 'id' && part !== 'type') return everywhere(part);
    const source = options[part];
    return everywhere(part) || (source !== undefined && isSigned(part, source, templates, options.signature));
  });
  const isProved = (part: CoveredPart): boolean => covered.includes(part);
  const warnings: CoverageWarning[] = [
    isProved('timestamp') ? { code: 'repeat-in-time', pastMs: tolerance.pastMs } : { code: 'no-time' },
  ];
  if (id && !isProved('id')) warnings.push({ code: 'unsigned-id' });
  if (type && !isProved('type')) warnings.push({ code: 'unsigned-type' });
  const isTold = replay !== 'message' || isProved('id');
  if (replay === 'signed-id') warnings.push({ code: 'trusted-id' });
  if (timestamp && timestamp.unit !== 'ms' && !isTold) {
    warnings.push({ code: 'equal-requests', within: 'second' });
  }
  if (!isTold) warnings.push(...sameWarnings(covered, timestamp?.unit));
  const written = templates.flatMap((template) => template.warnings);
  const left = (options.body ?? []).flatMap(({ leaves = [] }) => leaves);
  return coverageReport(covered, replay, [...warnings, ...distinct([...written, ...left])]);
}

function distinct(warnings: readonly CoverageWarning[]): readonly CoverageWarning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
}

/** What two requests may differ in and have one identity all the same, where the signed message is the identity. */
export function sameWarnings(
  covered: readonly CoveredPart[],
  unit: TimestampUnit | undefined,
): readonly CoverageWarning[] {
  const parts = REQUEST_PARTS.filter((part) => !covered.includes(part));
  if (parts.length === 0) return [];
  const within = unit === 'ms' ? 'millisecond' : 'second';
  return [{ code: 'differing-requests', parts, ...(unit !== undefined && { within }) }];
}

const REQUEST_PARTS: readonly CoveredPart[] = ['method', 'host', 'path', 'query', 'body'];

/** Completes a report: everything that is not covered is open. */
export function coverageReport(
  covered: readonly CoveredPart[],
  replay: ReplayIdentity,
  warnings: readonly CoverageWarning[],
): Scheme['coverage'] {
  return {
    covered: COVERED_PARTS.filter((part) => covered.includes(part)),
    open: COVERED_PARTS.filter((part) => !covered.includes(part)),
    replay,
    warnings,
  };
}

/** What a scheme’s proof covers, headers too. */
export function coverageOfScheme({ coverage, headers }: Pick<Scheme, 'coverage' | 'headers'>): Coverage {
  return { ...coverage, headers: [...new Set(headers.covered)] };
}
