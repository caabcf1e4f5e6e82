// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of one session; see `schema.ts`. Which members a broker needs is in `session-rules.ts`. */
import { BROKER_IDS, brokerMembers } from '../sessions/brokers/all.generated.ts';
import type { SessionInput } from './config-input.ts';
import { originList } from './origin-list.ts';
import type { ParsedSession, ParsedSessionAuth } from './parsed-config.ts';
import { parsePathPattern } from './path-pattern.ts';
import { addressRange, duration, integer, oneOf, plainText, readable, secretText } from './schema-leaves.ts';
import { either, list, mapping, optional, type Schema } from './shape.ts';

/** Makes the schema of a session. */
export function sessionSchema(): Schema<ParsedSession, SessionInput> {
  return mapping('A vendor’s token server: a front end gets short-lived tokens, the keys stay here.', {
    broker: optional(oneOf(BROKER_IDS, 'Whose token server. Default: the name, where it is one of these.')),
    at: optional(
      readable<string>(
        {
          expected: 'a path of plain segments, such as / or /incode',
          description: 'Below which path the routes are. Default: /.',
          pattern: /^\//,
        },
        (text) => (parsePathPattern(text)?.every(({ kind }) => kind === 'literal') ? text : { misfit: true }),
      ),
    ),
    ...brokerMembers(),
    auth: optional(
      either(oneOf(['none']), authSchema(), {
        expected: 'none, or a mapping such as { secret: … } or { ips: [ … ] }',
        description:
          'How callers prove themselves: incode’s webhooks; at oauth2-client-credentials who asks for the backend’s token. none, by name, takes anybody.',
      }),
    ),
    origins: optional(originList('Origins whose pages may read the answers. Default: those of redirects.')),
    requestsPerMinute: optional(
      integer('Requests of one address, and how many of them at once. Default: 120.', {
        min: 1,
        max: 1_000_000,
      }),
    ),
    timeout: optional(duration('Of one call to the vendor. Default: 10s.', 120_000)),
  });
}

function authSchema(): Schema<ParsedSessionAuth, Exclude<SessionInput['auth'], 'none' | undefined>> {
  return mapping(
    'What callers are set to send, and where they come from. Where both are given, both must hold.',
    {
      form: optional(
        oneOf(
          ['bearer', 'basic', 'plain', 'issued'],
          'issued: a bearer token that callers get from /oauth2/token for clientId and clientSecret. Default: bearer, or plain where a header is named.',
        ),
      ),
      header: optional(plainText('The header that carries it. Default: authorization.', 'a header’s name')),
      secret: optional(
        secretText('The token: "${env:NAME}" or "${file:path}"; for basic USER:PASSWORD. Not with issued.'),
      ),
      clientId: optional(plainText('issued: the client that gets tokens.', 'a client’s id')),
      clientSecret: optional(secretText('issued: the client’s secret: "${env:NAME}" or "${file:path}".')),
      ips: optional(
        list(addressRange(), {
          expected: 'a list of IP addresses and CIDR ranges, such as [192.0.2.7, 10.0.0.0/8]',
          description: 'Addresses that callers come from; behind listed proxies, as those say.',
          atLeastOne: 'at least one address',
        }),
      ),
    },
  );
}
