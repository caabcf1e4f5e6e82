/** What a gate’s options may say, and had better not: told in its coverage, for every provider and scheme alike. */
import { HOUR, MINUTE, SECOND } from './freshness.ts';
import { isPlain, memberOf } from './given.ts';
import type { Coverage, CoverageWarning } from './model.ts';
import type { Scheme } from './scheme.ts';
import { coverageOfScheme } from './schemes/coverage.ts';

/** Options that say how old, or how far ahead, a proof may be. */
const TIMES = ['toleranceMs', 'leewayMs', 'maxAgeMs', 'futureMs'] as const;

/** Longer than any queue or clock asks for. */
const LONG_MS: number = HOUR;

/** Clocks that are kept by NTP differ by less than a second, and a slow network takes some: younger than this is refused for that alone. */
const LEAST_AGE_MS: number = 5 * SECOND;

/** What of a gate’s options is looked at. */
interface GivenOptions {
  readonly provider?: unknown;
  readonly scheme?: unknown;
  readonly rememberMs?: number;
}

/** The scheme’s report, and what the gate’s options add to it. */
export function coverageOfGate(options: GivenOptions, scheme: Scheme): Coverage {
  const report = coverageOfScheme(scheme);
  const warnings = [...timeWarnings(options), ...memoryWarnings(options, scheme)];
  return { ...report, warnings: [...report.warnings, ...warnings] };
}

function timeWarnings({ provider, scheme }: GivenOptions): readonly CoverageWarning[] {
  const declaration = scheme ?? provider;
  const written = memberOf(memberOf(declaration, 'scheme'), 'given') ?? declaration;
  if (!isPlain(written)) return [];
  return TIMES.flatMap((name) => {
    const value = written[name];
    const ends = isPlain(value) ? Object.entries(value) : [['', value] as const];
    return ends.flatMap(([end, ms]) => timeWarning(name, end, ms));
  });
}

function timeWarning(name: string, end: string, ms: unknown): readonly CoverageWarning[] {
  if (typeof ms !== 'number') return [];
  const option = end === '' ? name : `${name}.${end}`;
  if (ms >= LONG_MS) return [{ code: 'tolerance-wide', option, ms }];
  // Nothing ahead, and no leeway, is a choice; no age at all refuses whatever takes a moment to come.
  const mayBeNone = name === 'leewayMs' || name === 'futureMs' || end === 'future';
  if (ms >= (mayBeNone ? SECOND : LEAST_AGE_MS) || (ms === 0 && mayBeNone)) return [];
  return [{ code: 'tolerance-narrow', option, ms }];
}

/** Where time ends no proof, its claim alone keeps a copy of it out. */
function memoryWarnings(
  { rememberMs }: GivenOptions,
  { proof, coverage }: Scheme,
): readonly CoverageWarning[] {
  if (rememberMs === undefined || rememberMs >= MINUTE) return [];
  if (proof !== 'signature' || coverage.replay === 'none' || coverage.covered.includes('timestamp'))
    return [];
  return [{ code: 'forgets-early', rememberMs }];
}
