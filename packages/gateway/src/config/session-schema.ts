// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of one session; see `schema.ts`. Which members a broker needs is in `session-rules.ts`. */

import {
  BROKER_IDS,
  type BrokerId,
  type BrokerParsed,
  brokerMembers,
} from '../sessions/brokers/all.generated.ts';
import type { SessionAuthConfig, SessionConfig, SessionCredentialConfig } from './config.ts';
import type { SessionAuthInput, SessionInput } from './config-input.ts';
import { deliverSchema, type ReadDestination } from './destination-schema.ts';
import { sessionKeepSchema } from './keep-schema.ts';
import { optional, withDefault } from './left-out.ts';
import { parsePathPattern } from './path-pattern.ts';
import {
  addressRange,
  duration,
  integer,
  oneOf,
  originList,
  plainText,
  readable,
  secretText,
} from './schema-leaves.ts';
import { Secret } from './secret.ts';
import { either, into, list, mapping, type Schema } from './shape.ts';

/** What the schema makes of a session: all but what its broker says. */
export interface ReadSession
  extends BrokerParsed,
    Pick<SessionConfig, 'at' | 'requestsPerMinute' | 'timeoutMs' | 'auth' | 'keep'> {
  readonly broker?: BrokerId;
  readonly origins?: readonly string[];
  readonly deliver: readonly (string | ReadDestination)[];
}

/** Makes the schema of a session. */
export function sessionSchema(): Schema<ReadSession, SessionInput> {
  const written = mapping(
    'A vendor’s token server: a front end gets short-lived tokens, the keys stay here.',
    {
      broker: optional(
        oneOf(BROKER_IDS, 'Which vendor’s token server.'),
        'the session’s name, if it is one of these',
      ),
      at: withDefault(
        readable<string>(
          {
            expected: 'a path of plain segments, such as / or /incode',
            description: 'The path prefix of the routes.',
            pattern: /^\//,
          },
          (text) =>
            parsePathPattern(text)?.every(({ kind }) => kind === 'literal') ? text : { misfit: true },
        ),
        '/',
      ),
      ...brokerMembers(),
      auth: optional(
        either(oneOf(['none']), authSchema(), {
          expected: 'none, or a mapping such as { secret: … } or { ips: [ … ] }',
          description:
            'How callers authenticate: for incode its webhooks, for oauth2-client-credentials whoever asks for the backend’s token. The value none lets anybody in.',
        }),
        'must be given',
      ),
      origins: optional(originList('Origins whose pages may read the answers (CORS).'), 'those of redirects'),
      requestsPerMinute: withDefault(
        integer(
          'Rate limit: requests a minute from one address (IPv6: one /64), and how many of them at once; webhooks have their own limit, 6000.',
          { min: 1, max: 1_000_000 },
        ),
        120,
      ),
      timeout: withDefault(duration('Time limit for one call to the vendor.', 120_000), '10s'),
      deliver: withDefault(deliverSchema('events (incode: webhooks, and results of approvals)'), []),
      keep: withDefault(sessionKeepSchema(), {}),
    },
  );
  return into(written, ({ auth = 'none', timeout, ...rest }) => ({
    ...rest,
    timeoutMs: timeout,
    auth: auth === 'none' ? { kind: 'none' } : auth,
  }));
}

function authSchema(): Schema<Exclude<SessionAuthConfig, { readonly kind: 'none' }>, SessionAuthInput> {
  const written = mapping(
    'What callers are set to send, and where they come from. Where both are given, both must hold.',
    {
      form: optional(
        oneOf(
          ['bearer', 'basic', 'plain', 'issued'],
          'issued: a bearer token that callers get from /oauth2/token for clientId and clientSecret.',
        ),
        'bearer, or plain if a header is named',
      ),
      header: optional(plainText('The header that carries the token.', 'a header’s name'), 'authorization'),
      secret: optional(
        secretText('The token: "${env:NAME}" or "${file:path}"; for basic USER:PASSWORD. Not with issued.'),
        'none, if there are ips or the form is issued',
      ),
      clientId: optional(
        plainText('issued: the id of the client that gets tokens.', 'a client’s id'),
        'none',
      ),
      clientSecret: optional(
        secretText('issued: the client’s secret: "${env:NAME}" or "${file:path}".'),
        'none',
      ),
      ips: optional(
        list(addressRange(), {
          expected: 'a list of IP addresses and CIDR ranges, such as [192.0.2.7, 10.0.0.0/8]',
          description:
            'Client addresses that are let in; behind trusted proxies, the addresses that those report.',
          atLeastOne: 'at least one address',
        }),
        'any address',
      ),
    },
  );
  return into(written, ({ ips, ...rest }) => {
    const credential = credentialOf(rest);
    return { kind: 'some', ...(ips && { ips }), ...(credential && { credential }) };
  });
}

interface WrittenCredential {
  readonly form?: 'bearer' | 'basic' | 'plain' | 'issued';
  readonly header?: string;
  readonly secret?: Secret;
  readonly clientId?: string;
  readonly clientSecret?: Secret;
}

/** What a form lacks is empty here: the rules refuse it. */
function credentialOf(written: WrittenCredential): SessionCredentialConfig | undefined {
  const { form, header, secret, clientId = '', clientSecret = new Secret('') } = written;
  if (form === 'issued') return { kind: 'issued', clientId, clientSecret };
  if (secret === undefined) return undefined;
  return { kind: 'token', ...(form && { form }), ...(header !== undefined && { header }), secret };
}
