/** What a token proves of its request: nothing, or what its claims bind. */
import type { CoverageWarning, CoveredPart } from '../../model.ts';
import type { Scheme } from '../../scheme.ts';
import { coverageReport, sameWarnings } from '../coverage.ts';
import { isBounded, isOfBody, openWarnings, requiredClaims } from './token-demands.ts';
import type { JwtOptions } from './token-options.ts';

export function tokenCoverage(options: JwtOptions): Scheme['coverage'] {
  const { consume, bound = [] } = options;
  const parts = [...new Set(bound.flatMap(({ covers }) => covers))];
  const own = [...bound.flatMap(({ warnings }) => warnings), ...openWarnings(options)];
  const isTimed = parts.length > 0 && isBounded(options);
  const covered: readonly CoveredPart[] = isTimed ? [...parts, 'timestamp'] : parts;
  if (consume === undefined && isOfBody(options)) {
    return coverageReport(covered, 'message', [...onceWarnings(options, covered), ...own]);
  }
  return coverageReport(covered, consume ? 'signed-id' : 'none', [bearerWarning(options, parts), ...own]);
}

/** Of a token that is for one request. */
function onceWarnings(options: JwtOptions, covered: readonly CoveredPart[]): readonly CoverageWarning[] {
  const { maxAgeMs } = options;
  const required = requiredClaims(options);
  const repeat: CoverageWarning = isBounded(options)
    ? { code: 'repeat-in-time', ...(maxAgeMs !== undefined && { pastMs: maxAgeMs }) }
    : { code: 'no-time' };
  // Each token has a number of its own.
  if (required.includes('jti')) return [repeat];
  return [repeat, { code: 'equal-requests', within: 'second' }, ...sameWarnings(covered, 's')];
}

function bearerWarning(options: JwtOptions, parts: readonly CoveredPart[]): CoverageWarning {
  const { consume, binding = [], bindingMode = 'required', ip = false } = options;
  return {
    code: 'bearer-token',
    ...(consume !== undefined && { uses: consume }),
    headers: bindingMode === 'required' ? binding : [],
    address: ip,
    ...(parts.length > 0 && { parts }),
  };
}
