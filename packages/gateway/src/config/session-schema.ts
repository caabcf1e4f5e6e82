// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of one session; see `schema.ts`. Which members a broker needs is in `session-rules.ts`. */
import type { SessionInput } from './config-input.ts';
import { originList } from './origin-list.ts';
import type { ParsedSession, ParsedSessionAuth } from './parsed-config.ts';
import { parsePathPattern } from './path-pattern.ts';
import { readUpstream } from './read-text.ts';
import { addressRange, duration, integer, oneOf, plainText, readable, secretText } from './schema-leaves.ts';
import { Secret } from './secret.ts';
import { BROKERS } from './session-rules.ts';
import { either, list, mapping, optional, type Schema } from './shape.ts';

/** Makes the schema of a session. */
export function sessionSchema(): Schema<ParsedSession, SessionInput> {
  return mapping('A vendor’s token server: a front end gets short-lived tokens, the keys stay here.', {
    broker: optional(oneOf(BROKERS, 'Whose token server. Default: the name, where it is one of these.')),
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
    apiUrl: optional(webAddress('incode: the base URL of the API.')),
    apiKey: optional(blankable((text) => new Secret(text), 'incode: the API key.')),
    clientId: optional(blankable(asItIs, 'The client’s id.')),
    flowId: optional(blankable(asItIs, 'incode: the flow’s id, from the dashboard.')),
    adminToken: optional(
      blankable(
        (text) => new Secret(text),
        'incode: an executive’s token, as it is. Give this, or adminEmail and adminPassword.',
      ),
    ),
    adminEmail: optional(blankable(asItIs, 'incode: the executive that logs in.')),
    adminPassword: optional(blankable((text) => new Secret(text), 'incode: the executive’s password.')),
    redirects: optional(
      originList('incode: origins that people may be sent to at the end: a list, or a text with commas.'),
    ),
    auth: optional(
      either(oneOf(['none']), authSchema(), {
        expected: 'none, or a mapping such as { secret: … } or { ips: [ … ] }',
        description:
          'How callers prove themselves: incode’s webhooks; at oauth2-client-credentials who asks for the backend’s token. none, by name, takes anybody.',
      }),
    ),
    life: optional(
      duration('incode: how long an interview is given again for its id. Default: 24h.', 30 * 86_400_000),
    ),
    tokenUrl: optional(webAddress('oauth2-client-credentials: the token endpoint.')),
    clientSecret: optional(
      blankable((text) => new Secret(text), 'oauth2-client-credentials: the client’s secret.'),
    ),
    scope: optional(blankable(asItIs, 'oauth2-client-credentials: the scope that is asked for.')),
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

function webAddress(description: string) {
  return readable<string>(
    {
      expected: 'an http or https URL without query, such as https://api.example.com',
      description,
      pattern: /^https?:\/\//,
    },
    readUpstream,
  );
}

/** A text; an empty one, which is what `${env:NAME:-}` gives, counts as not given. */
function blankable<T>(read: (text: string) => T, description: string): Schema<T | undefined, string> {
  return readable<T | undefined>({ expected: 'a text', description }, (text) =>
    text.trim() === '' ? undefined : read(text),
  );
}

function asItIs(text: string): string {
  return text;
}
