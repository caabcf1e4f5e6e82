// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schemas of what a destination has of mappings: a stream, a signature, an order; see `destination-schema.ts`. */
import { KEY_ENCODINGS } from '@countersign/core';
import type { NatsInput, OrderInput, PassInput, SignInput } from './config-input.ts';
import type { OrderConfig, PassedConfig, PassedSource, SignConfig, TargetConfig } from './delivery-config.ts';
import { optional, withDefault } from './left-out.ts';
import type { ProofConfig } from './proof-config.ts';
import { signedProviderSchema, signedSchemeSchema, type WrittenProvider } from './proof-schema.ts';
import { flag, integer, oneOf, plainText, secretText } from './schema-leaves.ts';
import { into, list, mapping, type Schema } from './shape.ts';

/** Makes the schema of `nats`. */
export function natsSchema(): Schema<NatsTarget, NatsInput> {
  const written = mapping(
    'A stream of NATS JetStream.',
    {
      servers: withDefault(
        list(plainText('A server.', 'an address such as nats://127.0.0.1:4222'), {
          expected: 'a list of servers, such as [nats://127.0.0.1:4222]',
          description: 'The servers.',
          atLeastOne: 'at least one server',
        }),
        ['nats://127.0.0.1:4222'],
      ),
      subject: withDefault(
        plainText('The subject: {gate}, {provider} and {type} stand for the event’s.', 'a subject'),
        'countersign.{gate}.{type}',
      ),
      user: optional(plainText('The user.'), 'none'),
      password: optional(secretText('The user’s password: "${env:NAME}" or "${file:path}".'), 'none'),
      token: optional(secretText('A token in place of a user: "${env:NAME}" or "${file:path}".'), 'none'),
      nkey: optional(
        secretText('The seed of an NKey in place of a user: "${env:NAME}" or "${file:path}".'),
        'none',
      ),
      creds: optional(
        secretText('The content of a credentials file in place of a user: "${file:path}".'),
        'none',
      ),
      ca: optional(
        plainText(
          'The CA certificates that are trusted for the servers: "${file:path}" of a PEM file.',
          'a PEM text',
        ),
        'those that Node trusts',
      ),
    },
    '{ subject: "events.{gate}" }',
  );
  return into(written, ({ ca, ...rest }) => ({ ...rest, ...(ca !== undefined && { authority: ca }) }));
}

type NatsTarget = Omit<Extract<TargetConfig, { readonly kind: 'nats' }>, 'kind'>;

const SOURCES: readonly PassedSource[] = [
  'header',
  'url',
  'payload',
  'request',
  'string',
  'entire-payload',
  'entire-headers',
  'entire-query',
];

/** Makes the schema of `pass`. */
export function passSchema(): Schema<readonly PassedConfig[], readonly PassInput[]> {
  const value = mapping(
    'A value of the event that the command gets as a variable.',
    {
      source: oneOf(
        SOURCES,
        'Where the value comes from: header, url (a parameter of the query), payload (a path in the JSON body), request (method), string (the name itself), entire-payload, entire-headers, entire-query.',
      ),
      name: optional(
        plainText('The name of the header, parameter or path there.', 'a name'),
        'none, for the entire ones',
      ),
      envname: optional(
        plainText('The name of the environment variable.', 'the name of a variable'),
        'HOOK_ and the name',
      ),
    },
    '{ source: payload, name: repository.name, envname: REPOSITORY }',
  );
  return list(value, {
    expected: 'a list, such as [{ source: payload, name: repository.name, envname: REPOSITORY }]',
    description:
      'Values of the event that the command gets as environment variables with names of your choice, as with pass-environment-to-command of adnanh/webhook.',
  });
}

/** Makes the schema of `sign`. */
export function signSchema(): Schema<SignConfig, SignInput> {
  const written = mapping(
    'Signs each attempt anew, in place of the sender’s proof.',
    {
      secret: secretText('The key: "${env:NAME}" or "${file:path}".'),
      encoding: optional(oneOf(KEY_ENCODINGS, 'How the key’s text becomes bytes.'), 'the scheme’s'),
      keyId: optional(plainText('The key id in the signature, if the scheme has one.'), 'no key id'),
      allowShortKey: withDefault(flag('Accepts a key of less than 8 bytes.'), false),
      provider: optional(signedProviderSchema(), 'that of Standard Webhooks'),
      scheme: optional(signedSchemeSchema('how attempts are signed'), 'the provider’s'),
    },
    '{ secret: "${env:NAME}" }',
  );
  return into(written, ({ provider, scheme, ...rest }) => {
    const proof = signedProof(provider, scheme);
    return { ...rest, ...(proof && { proof }) };
  });
}

function signedProof(
  provider: WrittenProvider | undefined,
  scheme: Readonly<Record<string, unknown>> | undefined,
): Exclude<ProofConfig, { readonly kind: 'none' }> | undefined {
  if (scheme !== undefined) return { kind: 'scheme', scheme };
  if (provider === undefined) return undefined;
  const { id, ...options } = typeof provider === 'string' ? { id: provider } : provider;
  return { kind: 'provider', id, options };
}

/** Makes the schema of `order`. */
export function orderSchema(): Schema<OrderConfig, OrderInput> {
  return into(writtenOrderSchema(), orderOf);
}

function writtenOrderSchema() {
  return mapping(
    'Ordering: events with the same key are sent one after the other, in the order in which they came; those without the key in no particular order. An event that cannot be delivered blocks its key until it is skipped or redriven, or is parked after some attempts.',
    {
      json: optional(
        plainText('The path of the key in the JSON body.', 'a path such as data.object.id'),
        'a header',
      ),
      header: optional(
        plainText('The header that holds the key.', 'a header’s name'),
        'a member of the body',
      ),
      parkAfter: optional(
        integer(
          'After how many attempts an event is parked in the dead-letter queue, so that the next event of its key is sent.',
          {
            min: 1,
            max: 1_000,
          },
        ),
        'never; it blocks its key',
      ),
    },
    '{ json: data.object.id }',
  );
}

interface WrittenOrder {
  readonly json?: string;
  readonly header?: string;
  readonly parkAfter?: number;
}

/** The rules want one of the two. */
function orderOf({ json, header, parkAfter }: WrittenOrder): OrderConfig {
  return {
    by:
      json === undefined
        ? { kind: 'header', name: (header ?? '').toLowerCase() }
        : { kind: 'json', path: json },
    ...(parkAfter !== undefined && { parkAfter }),
  };
}
