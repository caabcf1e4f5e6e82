/** The rows of the options that token providers share, for their pages. */
export interface OptionRow {
  readonly name: string;
  readonly description: string;
  readonly default: string;
}

const ROWS = {
  algorithm:
    'HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names)',
  jwks: 'where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536 }',
  issuer: 'what the claim iss must be: a text or a list',
  audience: 'what the claim aud must be or hold: a text or a list',
  typ: 'what the token’s header must say as its type',
  required: 'claims that must be there',
  leewayMs: 'how far ahead nbf and iat may be, and how long after exp a token is still taken',
  ip: 'whether the claim ip must be the client’s address',
  consume:
    'how often a token is taken, 1 to 1000: by its claim jti or, without one, as a whole; a token without exp is refused then',
} as const;

const DEFAULTS: Readonly<Partial<Record<JwtOptionName, string>>> = {
  typ: 'any',
  issuer: 'any',
  audience: 'any',
  required: 'exp',
  leewayMs: '5000 for nbf and iat, 0 for exp',
  ip: 'false',
};

export type JwtOptionName = keyof typeof ROWS;

/** Rows in the order of the names. @param defaults where the provider’s differ. */
export function jwtOptionRows(
  names: readonly JwtOptionName[],
  defaults: Readonly<Partial<Record<JwtOptionName, string>>> = {},
): readonly OptionRow[] {
  return names.map((name) => ({
    name,
    description: ROWS[name],
    default: defaults[name] ?? DEFAULTS[name] ?? 'none',
  }));
}
