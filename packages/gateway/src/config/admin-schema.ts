// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of `admin`: who may use the admin API. */
import { ROLES } from '@countersign/api';
import { HASH_COMMAND, readPasswordHash } from '../passwords/password-hash.ts';
import type { AdminConfig, AuditConfig, OidcConfig, UserConfig } from './admin-config.ts';
import type { AdminInput } from './admin-input.ts';
import { optional, withDefault } from './left-out.ts';
import { isLoopback } from './read-text.ts';
import { duration, oneOf, plainText, readable, secretText } from './schema-leaves.ts';
import { Secret } from './secret.ts';
import { into, list, mapping, type Schema } from './shape.ts';
import { DAY } from './units.ts';

const NAME = /^[^\p{C}\p{Z}](?:[^\p{C}]{0,98}[^\p{C}\p{Z}])?$/u;
/** Keycloak, Entra and Okta can all be told to put a list of texts there. */
const ROLES_CLAIM = 'groups';

export function adminSchema(): Schema<AdminConfig, AdminInput> {
  return mapping(
    'The admin API, and who may use it.',
    {
      audit: withDefault(auditSchema(), {}),
      token: optional(
        secretText('The bearer token of the admin API; required if listen.admin is not a loopback address.'),
        'one made for each run, and shown on a terminal',
      ),
      users: withDefault(
        list(userSchema(), {
          expected: 'a list of users, each with name, password and role',
          description:
            'People who log in to the web console with a name and a password. Needs Node 24.7 or later.',
        }),
        [],
      ),
      session: withDefault(logInSchema(), {}),
      oidc: optional(oidcSchema(), 'none'),
    },
    '{ token: "${env:ADMIN_TOKEN}" }',
  );
}

function auditSchema(): Schema<AuditConfig, NonNullable<AdminInput['audit']>> {
  const written = mapping(
    'The audit log: who changed or saw what through the admin API.',
    {
      for: withDefault(
        duration(
          'How long its entries are kept. What the log says of the older ones stays proved.',
          36_500 * DAY,
        ),
        '400d',
      ),
    },
    '{ for: 400d }',
  );
  return into(written, ({ for: forMs }) => ({ forMs }));
}

function userSchema(): Schema<UserConfig, NonNullable<AdminInput['users']>[number]> {
  return mapping(
    'Somebody who may log in.',
    {
      name: readable<string>(
        {
          expected: '1 to 100 printable characters, without a space at either end',
          description: 'The name to log in with; it stands in the audit log.',
          pattern: /^\S(.{0,98}\S)?$/,
        },
        (text) => (NAME.test(text) ? text : { misfit: true }),
      ),
      password: passwordSchema(),
      role: oneOf(
        ROLES,
        'What the user may do: viewer reads; operator also changes deliveries, destinations and claims; admin may do everything.',
      ),
    },
    '{ name: ada, password: "${env:ADA_PASSWORD_HASH}", role: operator }',
  );
}

/** A hash is no secret that the file must not hold, and nothing that an error should show. */
function passwordSchema(): Schema<Secret, string> {
  const expected = `an argon2id hash, as \`${HASH_COMMAND}\` makes it`;
  const description = `The hash of the user’s password, as \`${HASH_COMMAND}\` prints it: $argon2id$v=19$….`;
  const hash = readable<Secret>({ expected, description, pattern: /^\$argon2id\$/ }, (text) => {
    const reading = readPasswordHash(text);
    return 'fault' in reading ? { misfit: true, problem: reading.fault } : new Secret(text);
  });
  return { ...hash, conceals: 'whole' };
}

function logInSchema() {
  const written = mapping(
    'How long somebody stays logged in.',
    {
      for: withDefault(duration('From the log-in on; after that one logs in again.', 7 * DAY), '12h'),
      idle: withDefault(duration('Without a request; after that one logs in again.', 7 * DAY), '1h'),
    },
    '{ for: 12h, idle: 1h }',
  );
  return into(written, ({ for: forMs, idle }) => ({ forMs, idleMs: idle }));
}

function oidcSchema(): Schema<OidcConfig, NonNullable<AdminInput['oidc']>> {
  return mapping(
    'Log-in by an OpenID Connect provider (single sign-on).',
    {
      issuer: urlSchema(
        'The provider’s issuer URL, exactly as it names itself; its settings are read from there.',
        'https://login.example.com',
      ),
      clientId: plainText('The id of the client that is registered at the provider.'),
      clientSecret: secretText('The secret of that client.'),
      redirect: optional(
        urlSchema(
          'The URL that the provider sends browsers back to, as it is registered there.',
          'https://console.example.com/api/session/oidc/callback',
        ),
        'at the host that the browser asks, /api/session/oidc/callback',
      ),
      roles: rolesSchema(),
    },
    '{ issuer: https://login.example.com, clientId: countersign, clientSecret: "${env:OIDC_SECRET}", roles: { admin: [ops] } }',
  );
}

function rolesSchema() {
  const values = (what: string) =>
    withDefault(
      list(plainText('A value of the claim.'), {
        expected: 'a list of values of the claim',
        description: `Values of the claim that make somebody ${what}.`,
      }),
      [],
    );
  return mapping(
    'Who of the provider’s users gets which role; whoever gets none cannot log in.',
    {
      claim: withDefault(
        plainText('The claim of the ID token that is looked at; it is a text or a list of texts.'),
        ROLES_CLAIM,
      ),
      viewer: values('a viewer'),
      operator: values('an operator'),
      admin: values('an admin'),
    },
    '{ claim: groups, viewer: [staff], admin: [ops] }',
  );
}

/** Kept as it is written: issuers are compared to the letter. Plain http only where nobody is on the way. */
function urlSchema(description: string, example: string): Schema<string, string> {
  const expected = `an https URL without query, such as ${example}; http only at a loopback address`;
  return readable<string>({ expected, description, pattern: /^https?:\/\// }, (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isWhole =
      url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
    if (!isWhole) return { misfit: true };
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback({ host }));
    return isSafe ? text : { misfit: true };
  });
}
