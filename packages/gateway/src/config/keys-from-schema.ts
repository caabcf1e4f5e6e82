// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of where a gate's keys are looked up by tenant; see `gate-schema.ts`. */
import { memberNames } from '@countersign/core/json-reader';
import type { KeySourceConfig, KeysFromConfig, TenantPlace } from './keys-from-config.ts';
import type { KeysFromInput, TenantPlaceInput } from './keys-from-input.ts';
import { optional, withDefault } from './left-out.ts';
import type { Misfit } from './read-text.ts';
import { duration, integer, plainText, readable, secretText } from './schema-leaves.ts';
import { into, mapping, type Schema } from './shape.ts';
import { DAY, MINUTE } from './units.ts';

/** Stands in an address for the tenant that a request names. */
export const TENANT_MARK = '{tenant}';

export function keysFromSchema(): Schema<KeysFromConfig, KeysFromInput> {
  const written = mapping(
    'In place of keys, for a gate of many tenants: where the keys of the tenant are looked up that a request says it is of. One of url, folder, function and sql. The tenant whose key has proved a request is in the log, the event and the claim; what the request says of itself is not believed.',
    {
      tenant: optional(tenantSchema(), 'the path’s :tenant'),
      url: optional(urlSchema(), 'another source'),
      token: optional(secretText('A bearer token that is sent to url.'), 'none'),
      folder: optional(
        plainText(
          'A folder with a file TENANT.json for each tenant, relative to this file: { keys: [{ id, secret, … }] }. Names have letters, digits, -, _ and dots only.',
          'a folder, such as ./tenants',
        ),
        'another source',
      ),
      function: optional(
        plainText(
          'A module, relative to this file, and the name of its export: FILE#EXPORT. The function is given { gate, provider, untrustedTenant }, and resolves to { tenant, keys }, or to nothing for a tenant that is not known.',
          'a module and its export, such as ./tenants.ts#keysOf',
        ),
        'another source; without #EXPORT, the export keysOf',
      ),
      sql: optional(statementSchema(), 'another source'),
      maxAge: withDefault(
        duration(
          'How long a tenant’s keys are used before they are looked up again. A key that is revoked at the source is accepted for as long; while the source is down nothing older is.',
          DAY,
        ),
        '60s',
      ),
      timeout: withDefault(
        duration('How long one look-up may take; a request that it is for is then answered 503.', MINUTE),
        '5s',
      ),
      maxTenants: withDefault(
        integer(
          'Of how many tenants keys are held in memory; those that were used the longest ago go first.',
          { min: 1, max: 1_000_000 },
        ),
        1_000,
      ),
    },
    '{ folder: ./tenants }',
  );
  return into(written, (read) => ({
    tenant: read.tenant ?? { kind: 'path', name: 'tenant' },
    source: sourceOf(read),
    maxAgeMs: read.maxAge,
    // Core takes none that is over before anything could answer.
    timeoutMs: Math.max(LEAST_TIMEOUT_MS, read.timeout),
    maxTenants: read.maxTenants,
  }));
}

const LEAST_TIMEOUT_MS = 10;

interface WrittenSource {
  readonly url?: string;
  readonly token?: Extract<KeySourceConfig, { readonly kind: 'url' }>['token'];
  readonly folder?: string;
  readonly function?: string;
  readonly sql?: string;
}

/** The rules let no other number than one through. */
function sourceOf({ url, token, folder, function: module, sql = '' }: WrittenSource): KeySourceConfig {
  if (url !== undefined) return { kind: 'url', url, ...(token && { token }) };
  if (folder !== undefined) return { kind: 'folder', folder };
  if (module === undefined) return { kind: 'sql', statement: sql };
  const at = module.lastIndexOf('#');
  return at < 0
    ? { kind: 'function', file: module, name: 'keysOf' }
    : { kind: 'function', file: module.slice(0, at), name: module.slice(at + 1) };
}

function tenantSchema(): Schema<TenantPlace, TenantPlaceInput> {
  const written = mapping(
    'What of a request says which tenant it is of: one of path, header, query and body. It is not believed: it only chooses whose keys the request is held against.',
    {
      path: optional(plainText('A :name of the gate’s path.', 'a name of the path'), 'another place'),
      header: optional(
        readable<string>(
          {
            expected: 'the name of a header, such as x-shop-domain',
            description: 'A header.',
            pattern: HEADER_NAME,
          },
          (text) => (HEADER_NAME.test(text) ? text.toLowerCase() : { misfit: true }),
        ),
        'another place',
      ),
      query: optional(plainText('A parameter of the query.', 'a parameter’s name'), 'another place'),
      body: optional(
        plainText(
          'A member of a JSON body of up to 1MB: its name, or the names on the way to it with dots between them. Its value is a text or a number.',
          'a member, such as account.id',
        ),
        'another place',
      ),
    },
    '{ path: tenant }',
  );
  return into(written, ({ path, header, query, body = '' }): TenantPlace => {
    if (path !== undefined) return { kind: 'path', name: path };
    if (header !== undefined) return { kind: 'header', name: header };
    return query === undefined ? { kind: 'body', names: memberNames(body) } : { kind: 'query', name: query };
  });
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function urlSchema(): Schema<string, string> {
  return readable<string>(
    {
      expected: `an http or https URL with ${TENANT_MARK} in its path or query, such as https://keys.example/tenants/${TENANT_MARK}`,
      description: `Where the keys are fetched: an http or https URL with ${TENANT_MARK} in its path or query, in whose place the tenant stands percent-encoded. It is to answer 200 with { "tenant": "…", "keys": [{ "id": "…", "secret": "…" }] }, or 404 for a tenant that is not known, in 128KB at most. Redirects are not followed.`,
      pattern: /^https?:\/\//,
    },
    readKeyUrl,
  );
}

function statementSchema(): Schema<string, string> {
  return readable<string>(
    {
      expected: 'a statement, such as select tenant, secret from keys where tenant = $1',
      description:
        'A statement that selects the keys of the tenant $1 in the store’s database: a row each, with the columns tenant and secret, and, where they are needed, id, encoding, state, valid_from and valid_until. Only for stores that several gateways share.',
      pattern: /\S/,
    },
    (text) => {
      if (text.trim() === '') return { misfit: true, problem: 'is empty' };
      // PostgreSQL refuses each statement that is given a value and names none.
      return TENANT_VALUE.test(text) ? text : { misfit: true, problem: 'has no $1 in it' };
    },
  );
}

const TENANT_VALUE = /\$1(?!\d)/;

/** A tenant may choose no other server. */
function readKeyUrl(text: string): string | Misfit {
  if (!text.includes(TENANT_MARK)) return { misfit: true, problem: `has no ${TENANT_MARK} in it` };
  const filled = text.replaceAll(TENANT_MARK, 'a');
  if (!URL.canParse(filled)) return { misfit: true };
  const { protocol, origin, username, password, hash } = new URL(filled);
  if (protocol !== 'http:' && protocol !== 'https:') return { misfit: true };
  if (username !== '' || password !== '') {
    return { misfit: true, problem: 'has a user or a password in it, which token is for' };
  }
  if (hash !== '') return { misfit: true, problem: 'has a fragment, which no server is sent' };
  return new URL(text.replaceAll(TENANT_MARK, 'b')).origin === origin
    ? text
    : { misfit: true, problem: `has ${TENANT_MARK} where the server stands` };
}
