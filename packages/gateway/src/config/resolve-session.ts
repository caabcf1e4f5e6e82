/** Fills in the defaults of a session; see `resolve.ts`. */
import { BROKERS } from '../sessions/brokers/all.generated.ts';
import type { SessionAuthConfig, SessionConfig, SessionCredentialConfig } from './config.ts';
import type { ParsedSession, ParsedSessionAuth } from './parsed-config.ts';
import { Secret } from './secret.ts';
import { brokerOf } from './session-rules.ts';
import { SECOND } from './units.ts';

/** @param session has passed the rules, which made sure of what its broker needs. */
export function resolveSession(name: string, session: ParsedSession): SessionConfig {
  const id = brokerOf(name, session.broker);
  if (id === undefined) throw new TypeError(`the session ${name} has no broker`);
  const broker = BROKERS[id];
  return {
    name,
    at: session.at ?? '/',
    origins: session.origins ?? broker.defaultOrigins(session),
    requestsPerMinute: session.requestsPerMinute ?? 120,
    timeoutMs: session.timeout ?? 10 * SECOND,
    auth: resolveAuth(session.auth),
    ...broker.settings(session),
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
