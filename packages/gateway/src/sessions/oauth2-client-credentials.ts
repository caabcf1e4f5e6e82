/** A broker for any OAuth 2.0 server: a front end gets a short-lived token; the client's credentials stay here (RFC 6749 §4.4). */
import { createHash } from 'node:crypto';
import type { OAuth2SessionConfig } from '../config/config.ts';
import { createTokenManager } from '../tokens/token-manager.ts';
import type { BrokerParts, SessionBroker } from './broker.ts';
import { createUpstream, type UpstreamAnswer, UpstreamError } from './upstream.ts';

/** Where the server does not say how long (RFC 6749 §5.1 lets it). */
const DEFAULT_LIFE_MS = 5 * 60_000;

export function createOAuth2Broker(config: OAuth2SessionConfig, parts: BrokerParts): SessionBroker {
  const { now, random, wait, log } = parts;
  const upstream = createUpstream({
    baseUrl: config.tokenUrl,
    fetch: parts.fetch,
    now,
    wait,
    timeoutMs: config.timeoutMs,
    signal: parts.signal,
    onCircuit: (isOpen) =>
      log.warn({ circuit: isOpen ? 'open' : 'closed' }, 'the token server’s circuit changed'),
  });
  const account = createHash('sha256')
    .update(`${config.tokenUrl}\n${config.clientId}\n${config.scope ?? ''}`)
    .digest('hex');
  const tokens = createTokenManager({
    name: `oauth2:${account.slice(0, 32)}`,
    issue: async () => {
      const sentMs = now();
      const answer = await upstream.call({
        method: 'POST',
        path: '',
        headers: {
          authorization: `Basic ${basicOf(config)}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          ...(config.scope !== undefined && { scope: config.scope }),
        }).toString(),
      });
      return { token: bearerOf(answer), expiresAtMs: sentMs + lifeOf(answer) };
    },
    cache: parts.tokenCache,
    leases: parts.leases,
    now,
    random,
    onProblem: (message, error) => log.warn({ error }, message),
  });
  return {
    routes: [
      {
        method: 'GET',
        path: '/token',
        caller: 'page',
        isGuarded: true,
        answer: async () => {
          const token = await tokens.get();
          const leftMs = (tokens.status().expiresAtMs ?? now()) - now();
          return {
            access_token: token,
            token_type: 'Bearer',
            expires_in: Math.max(0, Math.floor(leftMs / 1000)),
          };
        },
      },
    ],
    resume: async () => {},
    tokenStatus: tokens.status,
    close: tokens.close,
  };
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function basicOf({ clientId, clientSecret }: OAuth2SessionConfig): string {
  const encode = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret.reveal())}`).toString('base64');
}

function bearerOf({ access_token: token, token_type: type }: UpstreamAnswer): string {
  if (typeof token !== 'string' || token === '')
    throw new UpstreamError('malformed', 'The answer has no access_token.');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw new UpstreamError('malformed', 'The token is no bearer token.');
  }
  return token;
}

function lifeOf({ expires_in: seconds }: UpstreamAnswer): number {
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : DEFAULT_LIFE_MS;
}
