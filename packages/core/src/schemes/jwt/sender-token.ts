/** A provider’s tokens as data, of which its gates set what the options of tokens are. */
import type { OptionRow } from '../../option-row.ts';
import type { OptionReader } from '../../options.ts';
import type { SchemeSource } from '../../scheme-source.ts';
import { type JwtDefaults, readDemands, readJwtOptions } from './jwt-options.ts';
import { createJwtScheme } from './jwt-scheme.ts';
import { JWT_OPTIONS, type JwtOptionName, jwtOptionRows } from './option-rows.ts';
import type { JwtOptions } from './token-options.ts';

export type DeclaredToken = Required<Pick<JwtDefaults, 'algorithms'>> & JwtDefaults;

/** What of its tokens a provider’s gates may set. */
export interface TokenSettings {
  /** Default all. */
  readonly names?: readonly JwtOptionName[];
  /** Options of this provider alone. */
  readonly rows?: readonly OptionRow[];
  /** Reads these. @throws SetupError for a wrong one */
  readonly read?: (options: OptionReader) => Partial<JwtOptions>;
}

/** @param declared what holds where a gate sets nothing else */
export function senderToken(
  declared: DeclaredToken,
  { names = JWT_OPTIONS, rows = [], read }: TokenSettings = {},
): SchemeSource {
  return {
    options: [...rows, ...jwtOptionRows(names, defaultsOf(declared))],
    create(options) {
      const own = read?.(options);
      const scheme = { ...readJwtOptions(options, declared), ...readDemands(options, declared) };
      options.refuseUnread();
      return createJwtScheme({ ...scheme, ...own });
    },
  };
}

function defaultsOf({
  algorithms,
  header,
  maxAgeMs,
}: DeclaredToken): Readonly<Partial<Record<JwtOptionName, string>>> {
  return {
    algorithm: algorithms.join(', '),
    ...(header !== 'authorization' && { header }),
    ...(maxAgeMs !== undefined && { maxAgeMs: String(maxAgeMs) }),
  };
}
