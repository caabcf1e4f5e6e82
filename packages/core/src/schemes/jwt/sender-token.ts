/** A provider’s tokens as data, of which its gates set what the options of tokens are. */
import type { SchemeSource } from '../../scheme-source.ts';
import { type JwtDefaults, readJwtOptions } from './jwt-options.ts';
import { createJwtScheme } from './jwt-scheme.ts';
import { JWT_OPTIONS, jwtOptionRows } from './option-rows.ts';

/** @param declared what holds where a gate sets nothing else */
export function senderToken(declared: Required<Pick<JwtDefaults, 'algorithms'>> & JwtDefaults): SchemeSource {
  return {
    options: jwtOptionRows(JWT_OPTIONS, { algorithm: declared.algorithms.join(', ') }),
    create(options) {
      const scheme = readJwtOptions(options, declared);
      options.refuseUnread();
      return createJwtScheme(scheme);
    },
  };
}
