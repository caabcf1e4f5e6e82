/** Fills in the defaults of a session; see `resolve.ts`. */
import type {
  SessionAuthConfig,
  SessionBaseConfig,
  SessionConfig,
  SessionCredentialConfig,
} from './config.ts';
import type { ParsedSession, ParsedSessionAuth } from './parsed-config.ts';
import { Secret } from './secret.ts';
import { brokerOf } from './session-rules.ts';
import { HOUR, SECOND } from './units.ts';

/** @param session has passed the rules, which made sure of what its broker needs. */
export function resolveSession(name: string, session: ParsedSession): SessionConfig {
  const { redirects = [], clientId = '' } = session;
  const base: SessionBaseConfig = {
    name,
    at: session.at ?? '/',
    origins: session.origins ?? redirects,
    requestsPerMinute: session.requestsPerMinute ?? 120,
    timeoutMs: session.timeout ?? 10 * SECOND,
    auth: resolveAuth(session.auth),
  };
  if (brokerOf(name, session.broker) === 'oauth2-client-credentials') {
    return {
      ...base,
      broker: 'oauth2-client-credentials',
      tokenUrl: session.tokenUrl ?? '',
      clientId,
      clientSecret: given(session.clientSecret),
      ...(session.scope !== undefined && { scope: session.scope }),
    };
  }
  return {
    ...base,
    broker: 'incode',
    apiUrl: session.apiUrl ?? '',
    apiKey: given(session.apiKey),
    clientId,
    flowId: session.flowId ?? '',
    admin:
      session.adminToken === undefined
        ? { kind: 'log-in', email: session.adminEmail ?? '', password: given(session.adminPassword) }
        : { kind: 'token', token: session.adminToken },
    redirects,
    lifeMs: session.life ?? 24 * HOUR,
  };
}

function resolveAuth(auth: ParsedSession['auth']): SessionAuthConfig {
  if (auth === undefined || auth === 'none') return { kind: 'none' };
  const credential = resolveCredential(auth);
  return { kind: 'some', ...(auth.ips && { ips: auth.ips }), ...(credential && { credential }) };
}

function resolveCredential(auth: ParsedSessionAuth): SessionCredentialConfig | undefined {
  const { form, header, secret, clientId = '', clientSecret } = auth;
  if (form === 'issued') return { kind: 'issued', clientId, clientSecret: given(clientSecret) };
  if (secret === undefined) return undefined;
  return { kind: 'token', ...(form && { form }), ...(header !== undefined && { header }), secret };
}

function given(secret: Secret | undefined): Secret {
  return secret ?? new Secret('');
}
