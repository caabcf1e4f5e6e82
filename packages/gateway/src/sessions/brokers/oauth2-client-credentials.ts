/** A broker for any OAuth 2.0 server: a front end gets a short-lived token; the client's credentials stay here (RFC 6749 §4.4). */
import { createHash } from 'node:crypto';
import type { Secret } from '../../config/secret.ts';
import { MINUTE } from '../../config/units.ts';
import type { IssuedToken, TokenManager } from '../../tokens/token-manager.ts';
import type { Broker, BrokerMembers, BrokerParts, OpenBroker } from '../broker.ts';
import { addressMember, requiredSecret, secretMember, textMember } from '../broker-members.ts';
import type { Upstream, UpstreamAnswer } from '../upstream.ts';
import { UpstreamError } from '../upstream-error.ts';

export interface Oauth2ClientCredentialsInput {
  /** oauth2-client-credentials: the token endpoint. */
  readonly tokenUrl?: string;
  /** The client's id, as the server's operator gave it. */
  readonly clientId?: string;
  /** oauth2-client-credentials: what the client proves itself with, by HTTP Basic. */
  readonly clientSecret?: string;
  /** oauth2-client-credentials: the scope to request; without it the server decides. */
  readonly scope?: string;
}

export interface Oauth2ClientCredentialsParsed {
  readonly tokenUrl?: string;
  readonly clientId?: string | undefined;
  readonly clientSecret?: Secret | undefined;
  readonly scope?: string | undefined;
}

export interface Oauth2ClientCredentialsSettings {
  readonly broker: 'oauth2-client-credentials';
  /** The token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scope?: string;
}

export const oauth2ClientCredentials: Broker<
  BrokerMembers<Oauth2ClientCredentialsInput, Oauth2ClientCredentialsParsed>,
  Oauth2ClientCredentialsParsed,
  Oauth2ClientCredentialsSettings,
  '/token'
> = {
  id: 'oauth2-client-credentials',
  members: () => ({
    tokenUrl: addressMember('oauth2-client-credentials: the token endpoint.'),
    clientId: textMember('The client’s id.'),
    clientSecret: secretMember('oauth2-client-credentials: the client’s secret.'),
    scope: textMember('oauth2-client-credentials: the scope to request.'),
  }),
  required: ['tokenUrl', 'clientId', 'clientSecret'],
  auth: {
    expected:
      'what whoever asks for the backend’s token must send, e.g. { secret: … }; or none, by name, which gives it to anybody',
    noneWarning:
      'auth is none: anybody who reaches /token gets the backend’s own token, whatever origins says: browsers heed that, other programs do not.',
    noneLogged: 'anybody gets the backend’s token from /token (auth: none)',
  },
  keepsEvents: false,
  routes: [{ method: 'GET', path: '/token', caller: 'page', isGuarded: true }],
  rules: () => [],
  defaultOrigins: () => [],
  settings: ({ tokenUrl = '', clientId = '', clientSecret, scope }) => ({
    broker: 'oauth2-client-credentials',
    tokenUrl,
    clientId,
    clientSecret: requiredSecret(clientSecret),
    ...(scope !== undefined && { scope }),
  }),
  open: async (settings, parts) => openTokenServer(settings, parts),
};

/** Where the server does not say how long (RFC 6749 §5.1 lets it). */
const DEFAULT_LIFE_MS = 5 * MINUTE;

function openTokenServer(
  settings: Oauth2ClientCredentialsSettings,
  { now, log, ...parts }: BrokerParts,
): OpenBroker<'/token'> {
  const upstream = parts.upstream({
    baseUrl: settings.tokenUrl,
    onCircuit: (isOpen) => {
      if (isOpen)
        log.warn({ circuit: 'open' }, 'the token server fails again and again; it is left alone for a while');
      else log.info({ circuit: 'closed' }, 'the token server answers again');
    },
  });
  const tokens = parts.tokens({
    name: tokenName(settings),
    issue: () => issueToken(settings, upstream, now),
  });
  return {
    answers: { '/token': () => answerToken(tokens, now) },
    resume: async () => {},
    tokenStatus: () => tokens.status(),
    close: () => tokens.close(),
  };
}

/** One an account: two of them never share a token. */
function tokenName({ tokenUrl, clientId, scope }: Oauth2ClientCredentialsSettings): string {
  const account = createHash('sha256')
    .update(`${tokenUrl}\n${clientId}\n${scope ?? ''}`)
    .digest('hex');
  return `oauth2:${account.slice(0, 32)}`;
}

async function issueToken(
  settings: Oauth2ClientCredentialsSettings,
  upstream: Upstream,
  now: () => number,
): Promise<IssuedToken> {
  const { scope } = settings;
  const sentMs = now();
  const answer = await upstream.call({
    method: 'POST',
    path: '',
    headers: {
      authorization: `Basic ${basicOf(settings)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope !== undefined && { scope }),
    }).toString(),
  });
  return { token: bearerOf(answer), expiresAtMs: sentMs + lifeOf(answer) };
}

/** As a token server answers (RFC 6749 §5.1). */
async function answerToken(
  tokens: TokenManager,
  now: () => number,
): Promise<Readonly<Record<string, unknown>>> {
  const token = await tokens.get();
  const leftMs = (tokens.status().expiresAtMs ?? now()) - now();
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor(leftMs / 1000)),
  };
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function basicOf({ clientId, clientSecret }: Oauth2ClientCredentialsSettings): string {
  const encode = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret.reveal())}`).toString('base64');
}

function bearerOf({ access_token: token, token_type: type }: UpstreamAnswer): string {
  if (typeof token !== 'string' || token === '')
    throw new UpstreamError('malformed', 'The answer has no access_token.');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw new UpstreamError('malformed', 'The token is not a bearer token.');
  }
  return token;
}

function lifeOf({ expires_in: seconds }: UpstreamAnswer): number {
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : DEFAULT_LIFE_MS;
}
