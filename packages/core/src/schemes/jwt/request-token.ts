/** A provider’s tokens that are each for one request: its webhooks prove themselves so. */
import { type OptionRow, TEXT } from '../../option-row.ts';
import type { OptionReader } from '../../options.ts';
import type { SchemeSource } from '../../scheme-source.ts';
import { readOrigin } from '../origin-option.ts';
import type { BoundClaim } from './bound-claim.ts';
import { type DeclaredToken, senderToken, type TokenSettings } from './sender-token.ts';
import type { TokenRemedies } from './token-header.ts';
import type { JwtOptions } from './token-options.ts';

const ORIGIN: OptionRow = {
  name: 'origin',
  description: 'scheme and host as the sender calls them, e.g. https://hooks.example',
  value: TEXT,
  default: 'as each request says',
};

export interface RequestToken extends DeclaredToken {
  readonly bound: readonly BoundClaim[];
}

/**
 * Its gates may set `header` and `leewayMs`, and `origin` where one of its claims holds the URL.
 * @param declared what holds where a gate sets nothing else
 * @param settings what its gates may set besides
 */
export function requestToken(
  declared: RequestToken,
  { names = [], rows = [], read }: TokenSettings = {},
): SchemeSource {
  const isOfUrl = declared.bound.some(({ covers }) => covers.includes('host'));
  const remedies = {
    ...(names.includes('algorithm') ? {} : { algorithm: FOREIGN }),
    ...issuerRemedy(declared),
  };
  return senderToken(
    { ...declared, remedies },
    {
      names: ['header', ...names, 'leewayMs'],
      rows: [...rows, ...(isOfUrl ? [ORIGIN] : [])],
      read: (options) => ({ ...read?.(options), ...(isOfUrl && originOf(options)) }),
    },
  );
}

const FOREIGN = 'It is no token of this sender: look at who sends it.';

function issuerRemedy({ issuers }: RequestToken): TokenRemedies {
  return issuers ? { issuer: FOREIGN } : {};
}

function originOf(options: OptionReader): Pick<JwtOptions, 'origin'> {
  const origin = readOrigin(options);
  return origin ? { origin } : {};
}
