/** Incode's admin token: an executive's log-in, or a token from the configuration. */
import { createHash } from 'node:crypto';
import { HOUR } from '../../../config/units.ts';
import { createStaticToken, readExpiry, type TokenSource } from '../../../tokens/static-token.ts';
import type { BrokerParts } from '../../broker.ts';
import type { IncodeApi } from './incode-api.ts';
import type { IncodeSettings } from './settings.ts';

/** An executive’s token is good for 24 hours; how long exactly it says itself, where it is a JWT. */
const ADMIN_TOKEN_MS = 24 * HOUR;

/** The token with which scores are read and interviews approved. */
export function createAdminToken(
  { admin, apiUrl, clientId }: IncodeSettings,
  api: IncodeApi,
  { now, log, tokens }: BrokerParts,
): TokenSource {
  if (admin.kind === 'token') {
    const source = createStaticToken({ token: admin.token, now });
    const { expiresAtMs, state } = source.status();
    const expires = expiresAtMs === undefined ? 'unknown' : new Date(expiresAtMs).toISOString();
    if (state === 'expired') log.warn({ expires }, 'the admin token has expired');
    else log.info({ expires }, 'the admin token is the configured one; it is not renewed');
    return source;
  }
  const account = createHash('sha256').update(`${apiUrl}\n${clientId}\n${admin.email}`).digest('hex');
  return tokens({
    name: `incode-admin:${account.slice(0, 32)}`,
    issue: async () => {
      // Its life is counted from before the upstream made it: never too long.
      const sentMs = now();
      const token = await api.logIn(admin.email, admin.password.reveal());
      return { token, expiresAtMs: readExpiry(token) ?? sentMs + ADMIN_TOKEN_MS };
    },
  });
}
