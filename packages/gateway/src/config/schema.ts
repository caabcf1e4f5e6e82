// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/**
 * The schema of the configuration: one declaration for YAML files, modules, editors and the docs. It judges each value
 * by itself and fills in its default; what concerns several values at once is in `rules.ts`, a default that depends on
 * others in `resolve.ts`.
 */

import type { AdminConfig } from './admin-config.ts';
import { adminSchema } from './admin-schema.ts';
import type { ClaimsConfig } from './claims-config.ts';
import { claimsSchema } from './claims-schema.ts';
import type { LogConfig, ReplayConfig } from './config.ts';
import type { ConfigInput } from './config-input.ts';
import { DEFAULTS } from './defaults.ts';
import { destinationSchema, type ReadDestination } from './destination-schema.ts';
import { gateSchema, type ReadGate } from './gate-schema.ts';
import { optional, withDefault } from './left-out.ts';
import { limitsSchema, type ReadLimits } from './limits-schema.ts';
import { listenSchema, type ReadListen } from './listen-schema.ts';
import { ENTRY_NAME } from './names.ts';
import type { JsonSchema } from './proof-json-schema.ts';
import { readStore } from './read-store.ts';
import { integer, oneOf, plainText, readable, secret, serverAddress } from './schema-leaves.ts';
import { Secret } from './secret.ts';
import { type SecretSettings, secretsSchema } from './secrets/secrets-schema.ts';
import { type ReadSession, sessionSchema } from './session-schema.ts';
import { byName, either, into, list, mapping, type Schema } from './shape.ts';
import type { StoreConfig } from './store-config.ts';
import type { TelemetryConfig } from './telemetry-config.ts';
import { telemetrySchema } from './telemetry-schema.ts';

/** 32 bytes in hex. */
const STORE_KEY = /^[0-9A-Fa-f]{64}$/;

/** What the schema makes of a `ConfigInput`; see `resolve.ts` for what it lacks. */
export interface ReadConfig {
  /** Paths in it are as written. */
  readonly listen: ReadListen;
  /** A path in it is as written. */
  readonly store: StoreConfig;
  readonly claims?: ClaimsConfig;
  readonly limits: ReadLimits;
  readonly log: LogConfig;
  readonly admin: AdminConfig;
  readonly publicUrl?: string;
  readonly storeKey?: Secret | undefined;
  readonly previousStoreKey?: readonly Secret[];
  readonly replay: ReplayConfig;
  readonly gates?: Readonly<Record<string, ReadGate>>;
  readonly sessions?: Readonly<Record<string, ReadSession>>;
  readonly destinations?: Readonly<Record<string, ReadDestination>>;
  readonly operatorEvents?: string;
  readonly telemetry?: TelemetryConfig;
  readonly secrets?: SecretSettings;
}

/** Makes the schema. A function, so that importing this file does no work. */
export function configSchema(): Schema<ReadConfig, ConfigInput> {
  return mapping('The configuration of a Countersign gateway.', {
    listen: withDefault(listenSchema(), {}),
    store: withDefault(storeSchema(), DEFAULTS.store),
    claims: optional(claimsSchema(), 'the store'),
    limits: withDefault(limitsSchema(), {}),
    log: withDefault(logSchema(), {}),
    admin: withDefault(adminSchema(), {}),
    publicUrl: optional(publicUrlSchema(), 'none'),
    storeKey: optional(storeKeySchema(), 'none'),
    previousStoreKey: optional(previousKeySchema(), 'none'),
    replay: withDefault(roomSchema(), {}),
    gates: optional(
      byName(gateSchema(), {
        expected: 'a mapping of gates by name',
        description: 'The gates by name; a name is a lower-case letter, then letters, digits and hyphens.',
        names: ENTRY_NAME,
      }),
      'none, if there are sessions',
    ),
    sessions: optional(
      byName(sessionSchema(), {
        expected: 'a mapping of sessions by name',
        description: 'Vendors’ token servers, by names like those of gates.',
        names: ENTRY_NAME,
      }),
      'none',
    ),
    destinations: optional(
      byName(destinationSchema(), {
        expected: 'a mapping of destinations by name',
        description:
          'Destinations of kept events by name, for use by several gates; a destination of only one gate can be declared there.',
        names: ENTRY_NAME,
      }),
      'none',
    ),
    operatorEvents: optional(
      plainText(
        'The destination for news to the operator: a destination that fails, is disabled or has recovered, an event that could not be delivered, failures that begin, return and end.',
        'the name of a destination',
      ),
      'only the log',
    ),
    telemetry: optional(telemetrySchema(), 'no traces'),
    secrets: optional(secretsSchema(), 'the environment and files'),
  });
}

function logSchema() {
  return mapping(
    'The log.',
    {
      level: withDefault(
        oneOf(
          ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
          'The lowest level that is logged.',
        ),
        'info',
      ),
      format: withDefault(
        oneOf(['auto', 'json', 'pretty'], 'auto is pretty on a terminal and JSON elsewhere.'),
        'auto',
      ),
    },
    '{ level: debug }',
  );
}

function publicUrlSchema() {
  return serverAddress(
    'The URL at which senders reach the public listener; it is given to platforms.',
    'https://gate.example.com',
  );
}

function storeKeySchema() {
  return secret(
    readable<Secret | undefined>(
      {
        expected: '64 hex characters, such as `openssl rand -hex 32` prints',
        description: 'The key with which the store encrypts: 64 hex characters (openssl rand -hex 32).',
      },
      (text) => {
        // What `${env:STORE_KEY:-}` gives where there is none.
        if (text === '') return undefined;
        return STORE_KEY.test(text) ? new Secret(text) : { misfit: true, problem: 'is not such a key' };
      },
    ),
  );
}

function previousKeySchema(): Schema<readonly Secret[], string | readonly string[]> {
  const keys = list(storeKeySchema(), { expected: 'a list of storeKeys' });
  const listOf = (read: readonly (Secret | undefined)[]): readonly Secret[] =>
    read.filter((key) => key !== undefined);
  return either(
    into(storeKeySchema(), (key) => listOf([key])),
    into(keys, listOf),
    {
      expected: 'a storeKey, or a list of them',
      description:
        'The storeKey that the store had before, or several: the start puts the store under storeKey. It can be removed then.',
    },
  );
}

/** Of all gates’ claims. */
function roomSchema() {
  return mapping(
    'Replay protection: the space for claims, which all gates share. Each may use all free space except what is reserved for the others.',
    {
      maxClaims: withDefault(
        integer(
          'How many live claims are held in memory: a million need 48 MB at most, 60 KB for each gate, and 32 bytes for each claim in the store; half of them are reserved for the gates in equal parts. A million are enough for 11 requests a second over a day. When all are used, ids whose requests are no longer fresh are forgotten before replay.remember is over, oldest first, and the log says so: a million are then enough for 2,000 requests a second with a signed id and a tolerance of five minutes. If no claim may be forgotten yet, a request that has to be remembered is answered 503.',
          { min: 1_000, max: 100_000_000 },
        ),
        1_000_000,
      ),
    },
    '{ maxClaims: 100000 }',
  );
}

function storeSchema(): Schema<StoreConfig, string> {
  return readable(
    {
      expected: 'sqlite:PATH, a path that ends in .db, postgres://USER:PASSWORD@HOST/DATABASE, or ":memory:"',
      description:
        'Where events and claims are stored: sqlite:PATH (relative to this file), a path that ends in .db; postgres://USER:PASSWORD@HOST:PORT/DATABASE, for any number of gateways, which is never shown with its password; or ":memory:", which keeps nothing after a stop.',
    },
    readStore,
  );
}

/** A JSON Schema (draft 7, which YAML editors know best) of what a person writes. */
export function configJsonSchema(): JsonSchema {
  const description = 'At least one gate or one session.';
  const anyOf = ['gates', 'sessions'].map((name) => ({
    properties: { [name]: { description } },
    required: [name],
  }));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Countersign configuration',
    ...configSchema().json(),
    anyOf,
  };
}
