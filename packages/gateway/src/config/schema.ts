// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/**
 * The schema of the configuration: one declaration for YAML files, modules and editors. It judges each value by
 * itself; what concerns several values at once is in `rules.ts`.
 */
import type { ListenAddress } from './config.ts';
import type { ConfigInput } from './config-input.ts';
import { gateSchema } from './gate-schema.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { readAddress, readStore, readUpstream } from './read-text.ts';
import { addressRange, duration, integer, oneOf, readable, secretText, size } from './schema-leaves.ts';
import { Secret } from './secret.ts';
import { sessionSchema } from './session-schema.ts';
import { byName, list, mapping, optional, type Schema } from './shape.ts';
import { parseSize } from './units.ts';

/** What a gate's name must match. */
export const GATE_NAME: RegExp = /^[a-z][a-z0-9-]{0,62}$/;

/** 32 bytes in hex. */
const STORE_KEY = /^[0-9A-Fa-f]{64}$/;

const ADDRESS = 'an address with its port, such as 127.0.0.1:8787 or [::1]:8787';
const ADDRESS_PATTERN = /^(\[[0-9A-Fa-f:.%a-z]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/;

/** Makes the schema. A function, so that importing this file does no work. */
export function configSchema(): Schema<ParsedConfig, ConfigInput> {
  return mapping('The configuration of a Countersign gateway.', {
    listen: optional(listenSchema()),
    store: optional(storeSchema()),
    limits: optional(limitsSchema()),
    log: optional(
      mapping(
        'The log.',
        {
          level: optional(
            oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'Default: info.'),
          ),
          format: optional(
            oneOf(
              ['auto', 'json', 'pretty'],
              'Default: auto, which is pretty on a terminal and JSON elsewhere.',
            ),
          ),
        },
        '{ level: debug }',
      ),
    ),
    admin: optional(
      mapping(
        'The admin API.',
        { token: optional(secretText('The bearer token of the admin API.')) },
        '{ token: "${env:ADMIN_TOKEN}" }',
      ),
    ),
    publicUrl: optional(
      readable(
        {
          expected: 'an http or https URL without query, such as https://gate.example.com',
          description: 'Where senders reach the public listener; what platforms are told.',
          pattern: /^https?:\/\//,
        },
        readUpstream,
      ),
    ),
    storeKey: optional(
      readable<Secret | undefined>(
        {
          expected: '64 hex characters, such as `openssl rand -hex 32` prints',
          description: 'The key of what the store keeps encrypted: 64 hex characters.',
        },
        (text) => {
          // What `${env:STORE_KEY:-}` gives where there is none.
          if (text === '') return undefined;
          return STORE_KEY.test(text) ? new Secret(text) : { misfit: true, problem: 'is no such key' };
        },
      ),
    ),
    replay: optional(
      mapping(
        'The room for claims that all gates share: each may use all that is free but a reserve of the others.',
        {
          maxClaims: optional(
            integer('Live claims that are held in memory, at most 48 bytes each. Default: 1000000.', {
              min: 1_000,
              max: 100_000_000,
            }),
          ),
        },
        '{ maxClaims: 100000 }',
      ),
    ),
    gates: optional(
      byName(gateSchema(), {
        expected: 'a mapping of gates by name',
        description: 'The gates by name: a lower-case letter, then letters, digits and hyphens.',
        names: GATE_NAME,
      }),
    ),
    sessions: optional(
      byName(sessionSchema(), {
        expected: 'a mapping of sessions by name',
        description: 'Vendors’ token servers by name: as with gates.',
        names: GATE_NAME,
      }),
    ),
  });
}

function listenSchema() {
  return mapping(
    'Where the two listeners bind.',
    {
      public: optional(
        readable(
          {
            expected: ADDRESS,
            pattern: ADDRESS_PATTERN,
            description:
              'The public listener: host:port; port 0 lets the system choose. Default: 127.0.0.1:8787.',
          },
          readAddress,
        ),
      ),
      admin: optional(
        readable<ListenAddress | 'off'>(
          {
            expected: `${ADDRESS}; or off`,
            pattern: new RegExp(`${ADDRESS_PATTERN.source}|^off$`),
            description:
              'The admin listener: host:port, or off. An address that other machines can reach needs admin.token. Default: 127.0.0.1:8788.',
          },
          (text) => (text === 'off' ? text : readAddress(text)),
        ),
      ),
      trustedProxies: optional(
        list(addressRange(), {
          expected: 'a list of IP addresses and CIDR ranges, such as [127.0.0.1, 10.0.0.0/8]',
          description: 'Proxies whose X-Forwarded headers are believed. Default: none.',
        }),
      ),
    },
    '{ public: 127.0.0.1:8787 }',
  );
}

function storeSchema() {
  return readable(
    {
      expected: 'sqlite:PATH, a path that ends in .db, or ":memory:"',
      description:
        'Where events and claims are kept: sqlite:PATH (relative to this file), a path that ends in .db, or ":memory:", which keeps nothing. Default: sqlite:./countersign.db.',
    },
    readStore,
  );
}

function limitsSchema() {
  return mapping(
    'Bounds on what a sender may make the gateway hold or wait for.',
    {
      maxBody: optional(size('The largest body. Default: 1MB, which is 1048576 bytes.')),
      maxBodyBytesInFlight: optional(
        integer(
          'The bodies of all requests in flight, in bytes or with a unit; a quarter is kept for bodies of up to 16KB. Default: 256MB, or three times the largest maxBody.',
          { min: 262_144, max: 1_099_511_627_776, unit: ' of bytes' },
          parseSize,
        ),
      ),
      maxRequestsInFlight: optional(
        integer('Requests whose outcome is awaited, of all connections; beyond it 503. Default: 10000.', {
          min: 1,
          max: 1_000_000,
        }),
      ),
      maxHeaderBytes: optional(
        integer(
          'All header fields of one request, in bytes or with a unit. Default: 16KB.',
          { min: 1_024, max: 1_048_576, unit: ' of bytes' },
          parseSize,
        ),
      ),
      maxHeaders: optional(integer('Header fields of one request. Default: 100.', { min: 1, max: 10_000 })),
      requestTimeout: optional(
        duration(
          'From a request’s first byte to its last; and how long a sender may take none of the answer. Default: 30s.',
        ),
      ),
      headersTimeout: optional(
        duration(
          'From a request’s first byte to the end of its headers; at most requestTimeout. Default: 10s.',
        ),
      ),
      slowReaderTimeout: optional(
        duration(
          'How long a streamed answer waits for its reader; a second is forgiven for each 64 KiB that it takes; then the connection is ended. Default: 2m.',
        ),
      ),
      keepAliveTimeout: optional(
        duration(
          'How long an idle connection stays open. Default: 65s, longer than the 60s of common load balancers.',
        ),
      ),
      maxConnections: optional(
        integer('Open connections on the public listener. Default: 10000.', { min: 1, max: 1_000_000 }),
      ),
      drainTimeout: optional(duration('How long a stop waits for requests in flight. Default: 10s.')),
    },
    '{ maxBody: 2MB }',
  );
}
