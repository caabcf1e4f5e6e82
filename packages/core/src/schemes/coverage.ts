/** The coverage report: what a scheme's proof covers, what it leaves open, and what follows. */
import type { TimestampUnit } from '../freshness.ts';
import type { Coverage, CoveredPart, ReplayIdentity } from '../model.ts';
import type { Scheme } from '../scheme.ts';
import type { PartSource } from './part-source.ts';
import type { MessageTemplate, TemplateOptions } from './template-options.ts';

const COVERED_PARTS: readonly CoveredPart[] = [
  'method',
  'path',
  'query',
  'host',
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
  const everywhere = (part: CoveredPart): boolean => templates.every((template) => template.covers.has(part));
  const covered = COVERED_PARTS.filter((part) => {
    if (part === 'body' && options.bodyDigest) return true;
    if (part !== 'timestamp' && part !== 'id' && part !== 'type') return everywhere(part);
    const source = options[part];
    return everywhere(part) || (source !== undefined && isSigned(part, source, templates, options.signature));
  });
  const warnings: string[] = [];
  if (!covered.includes('timestamp')) {
    warnings.push('No timestamp is signed: a captured request stays good until its claim is forgotten.');
  }
  if (!covered.includes('body')) warnings.push('The body is not signed: anyone on the way can change it.');
  if (options.id && !covered.includes('id')) {
    warnings.push('The id is not signed: it is shown, never used against replay.');
  }
  const isTold = replay !== 'message' || covered.includes('id');
  if (options.timestamp && options.timestamp.unit !== 'ms' && !isTold) {
    warnings.push(
      'Two equal requests signed within one second cannot be told apart: the second counts as a repeat.',
    );
  }
  const alwaysNonce = templates.every(({ fields }) => fields.has('nonce'));
  if (!isTold && !alwaysNonce) warnings.push(...sameWarnings(covered, options.timestamp?.unit));
  warnings.push(...new Set(templates.flatMap((template) => template.warnings)));
  for (const { leaves } of options.body ?? []) if (leaves) warnings.push(leaves);
  return coverageReport(covered, replay, warnings);
}

/** What two requests may differ in and have one identity all the same, where the signed message is the identity. */
export function sameWarnings(
  covered: readonly CoveredPart[],
  unit: TimestampUnit | undefined,
): readonly string[] {
  const open = REQUEST_PARTS.filter((part) => !covered.includes(part));
  if (open.length === 0) return [];
  const parts = open.join(', ').replace(/, (?=[^,]*$)/, ' or ');
  const within = unit === 'ms' ? 'millisecond' : 'second';
  const when =
    unit === undefined
      ? 'for as long as the first is remembered'
      : `where they are signed within one ${within}`;
  return [`Two requests that differ only in ${parts} count as one ${when}: the second counts as a repeat.`];
}

const REQUEST_PARTS: readonly CoveredPart[] = ['method', 'path', 'query', 'host', 'body'];

/** Completes a report: everything that is not covered is open. */
export function coverageReport(
  covered: readonly CoveredPart[],
  replay: ReplayIdentity,
  warnings: readonly string[],
): Scheme['coverage'] {
  return { covered, open: COVERED_PARTS.filter((part) => !covered.includes(part)), replay, warnings };
}

/** What a scheme’s proof covers, headers too. */
export function coverageOfScheme({ coverage, headers }: Pick<Scheme, 'coverage' | 'headers'>): Coverage {
  return { ...coverage, headers: [...new Set(headers.covered)] };
}
