/** A token endpoint: a vendor's servers get a bearer token for a client's credentials, and send it with their webhooks (RFC 6749 §4.4). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { SessionCredentialConfig } from '../config/config.ts';
import { TOKEN_PATH } from '../config/session-rules.ts';
import { type SessionCall, SessionRefusal, type SessionRoute } from './broker.ts';
import type { IssuedTokens } from './issued-tokens.ts';

type Issued = Extract<SessionCredentialConfig, { kind: 'issued' }>;

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** RFC 6749 §5.2: what went wrong, in the words that clients know. */
const INVALID_CLIENT: readonly string[] = ['www-authenticate', 'Basic realm="token"'];

export function createTokenRoute({ clientId, clientSecret }: Issued, tokens: IssuedTokens): SessionRoute {
  return {
    method: 'POST',
    path: TOKEN_PATH,
    caller: 'vendor',
    isGuarded: false,
    answer: async (call) => {
      const form = readForm(call);
      const given = readCredentials(call, form);
      if (form.get('grant_type') !== 'client_credentials') {
        throw new SessionRefusal(form.has('grant_type') ? 'unsupported_grant_type' : 'invalid_request');
      }
      // Both are compared, whatever the first comes to: an answer's time says nothing of either.
      const isClient = [
        sameText(given.clientId, clientId),
        sameText(given.clientSecret, clientSecret.reveal()),
      ];
      if (!isClient.every(Boolean)) throw new SessionRefusal('invalid_client', 401, INVALID_CLIENT);
      const { token, lifeSeconds } = tokens.issue();
      return { access_token: token, token_type: 'Bearer', expires_in: lifeSeconds };
    },
  };
}

/** RFC 6749 §3.2: a form, no parameter twice. */
function readForm({ request }: SessionCall): ReadonlyMap<string, string> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) throw new SessionRefusal('invalid_request');
  const params = new URLSearchParams(Buffer.from(request.body).toString('latin1'));
  const form = new Map(params);
  if (form.size !== params.size) throw new SessionRefusal('invalid_request');
  return form;
}

/** RFC 6749 §2.3.1: by Basic, or in the form; a client uses one way. */
function readCredentials({ request }: SessionCall, form: ReadonlyMap<string, string>): Credentials {
  const value = request.headers.single('authorization');
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  if (value === undefined && id !== undefined && secret !== undefined)
    return { clientId: id, clientSecret: secret };
  if (value === undefined) throw new SessionRefusal('invalid_client', 401, INVALID_CLIENT);
  if (secret !== undefined) throw new SessionRefusal('invalid_request');
  const encoded = value === null ? undefined : /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  const text = encoded && Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text ? text.indexOf(':') : -1;
  if (!text || colon < 0) throw new SessionRefusal('invalid_client', 401, INVALID_CLIENT);
  return { clientId: decoded(text.slice(0, colon)), clientSecret: decoded(text.slice(colon + 1)) };
}

/** Both are form-encoded first, says the RFC; a text that is no such encoding is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Digests, so that neither a length nor where the texts differ can be timed. */
function sameText(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
