/** A token endpoint: a vendor's servers get a bearer token for a client's credentials, and send it with their webhooks (RFC 6749 §4.4). */
import type { RefusalReason } from '@countersign/core';
import type { SessionCredentialConfig } from '../config/config.ts';
import { TOKEN_PATH } from '../config/session-rules.ts';
import { equalTexts } from '../equal-texts.ts';
import { type SessionCall, SessionRefusal, type SessionRoute } from './broker.ts';
import type { IssuedTokens } from './issued-tokens.ts';

type Issued = Extract<SessionCredentialConfig, { kind: 'issued' }>;

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A refusal of 401 names the scheme that the client may use (RFC 6749 §5.2). */
const CHALLENGE: readonly string[] = ['www-authenticate', 'Basic realm="token"'];
const SEND_CREDENTIALS =
  'Have the client send its id and secret, in the authorization header as Basic or in the form.';

export function createTokenRoute({ clientId, clientSecret }: Issued, tokens: IssuedTokens): SessionRoute {
  return {
    method: 'POST',
    path: TOKEN_PATH,
    caller: 'vendor',
    isGuarded: false,
    answer: async (call) => {
      const form = readForm(call);
      const credentials = readCredentials(call, form);
      if (form.get('grant_type') !== 'client_credentials') {
        throw form.has('grant_type')
          ? new SessionRefusal('unsupported_grant_type', { logged: 'grant_type is not client_credentials' })
          : invalidRequest('grant_type is missing');
      }
      // Both are compared, whatever the first comes to: an answer's time says nothing of either.
      const hasId = equalTexts(credentials.clientId, clientId);
      const hasSecret = equalTexts(credentials.clientSecret, clientSecret.reveal());
      if (!hasId || !hasSecret) {
        throw invalidClient(
          'signature-mismatch',
          'the client’s id or secret is wrong',
          'Compare the client’s id and secret with the session’s auth.clientId and auth.clientSecret. A row of these from an address that you do not know is somebody guessing.',
        );
      }
      const { token, lifeSeconds } = tokens.issue();
      return { access_token: token, token_type: 'Bearer', expires_in: lifeSeconds };
    },
  };
}

/** The caller is told no more than the words of RFC 6749 §5.2. */
function invalidRequest(logged: string): SessionRefusal {
  return new SessionRefusal('invalid_request', { logged });
}

function invalidClient(reason: RefusalReason, logged: string, remedy: string): SessionRefusal {
  return new SessionRefusal('invalid_client', { status: 401, headers: CHALLENGE, reason, logged, remedy });
}

/** RFC 6749 §3.2: a form, no parameter twice. */
function readForm({ request }: SessionCall): ReadonlyMap<string, string> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) {
    throw invalidRequest('the body is not of the type application/x-www-form-urlencoded');
  }
  const params = new URLSearchParams(Buffer.from(request.body).toString('latin1'));
  const form = new Map(params);
  if (form.size !== params.size) throw invalidRequest('a parameter of the form is given twice');
  return form;
}

/** RFC 6749 §2.3.1: by Basic, or in the form; a client uses one way. */
function readCredentials({ request }: SessionCall, form: ReadonlyMap<string, string>): Credentials {
  const value = request.headers.single('authorization');
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  if (value === undefined && id !== undefined && secret !== undefined)
    return { clientId: id, clientSecret: secret };
  if (value === undefined) {
    throw invalidClient('missing-token', 'the request has no client credentials', SEND_CREDENTIALS);
  }
  if (secret !== undefined) {
    throw invalidRequest('the client’s secret is given in the authorization header and in the form');
  }
  const encoded = value === null ? undefined : /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  const text = encoded && Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text ? text.indexOf(':') : -1;
  if (!text || colon < 0) {
    const problem = 'the authorization is not Basic with an id and a secret';
    throw invalidClient('malformed-token', problem, SEND_CREDENTIALS);
  }
  return { clientId: formDecode(text.slice(0, colon)), clientSecret: formDecode(text.slice(colon + 1)) };
}

/** Both are form-encoded first, says the RFC; a text that is no such encoding is taken as it is. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
