// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of one gate; see `schema.ts`. */
import { isOverriding } from '../overriding-headers.ts';
import { answerSchema } from './answer-schema.ts';
import { type GateInput, METHODS } from './config-input.ts';
import { originList } from './origin-list.ts';
import type { ParsedGate, ParsedPath } from './parsed-config.ts';
import { PATH_PATTERN_EXPECTED, parsePathPattern } from './path-pattern.ts';
import { providerJsonSchema, schemeJsonSchema } from './proof-json-schema.ts';
import { readDate, readUpstream } from './read-text.ts';
import { duration, flag, integer, oneOf, plainText, readable, secretText, size } from './schema-leaves.ts';
import { asWritten, either, list, MISREAD, mapping, misread, optional, type Schema } from './shape.ts';
import { formatDuration } from './units.ts';
import { isMapping } from './value-path.ts';

/** Makes the schema of a gate. */
export function gateSchema(): Schema<ParsedGate, GateInput> {
  return mapping(
    'A path on the public listener, how a request proves itself there, and what happens next: one of answer, forward, keep and respond.',
    {
      path: readable<ParsedPath>(
        {
          expected: PATH_PATTERN_EXPECTED,
          description: 'Segments are literal, :name, or a final *.',
          pattern: /^\//,
        },
        (pattern) => {
          const segments = parsePathPattern(pattern);
          return segments === undefined ? { misfit: true } : { pattern, segments };
        },
      ),
      methods: optional(
        either(
          oneOf(['all']),
          list(oneOf(METHODS, 'A method.'), {
            expected: 'a list of methods, such as [GET, POST]',
            atLeastOne: 'at least one method',
          }),
          {
            expected: 'a list of methods, such as [GET, POST], or all',
            description: 'Default: [POST]; all for token providers and jwt schemes.',
          },
        ),
      ),
      provider: optional(writtenProviderSchema()),
      scheme: optional(writtenSchemeSchema()),
      keys: optional(
        list(keySchema(), {
          expected: 'a list of keys, such as [{ secret: "${env:NAME}" }]',
          description: 'The key ring. At least one key; none with provider: none.',
        }),
      ),
      allowShortKey: optional(flag('Takes keys of less than 8 bytes. Default: false.')),
      maxBody: optional(size('The largest body. Default: that of limits.')),
      cors: optional(
        mapping(
          'Lets pages of other origins call the gate.',
          {
            origins: originList(
              'Origins whose pages may call this gate and read its answers. Their preflights (OPTIONS), which carry no token, are answered by the gateway; an upstream’s own Access-Control headers are left out.',
            ),
          },
          '{ origins: [https://app.example] }',
        ),
      ),
      replay: optional(
        mapping(
          'How repeats are told and treated.',
          {
            lease: optional(
              duration(
                'How long a claim is held if the process ends while its outcome is on its way; renewed until then. Default: 60s.',
              ),
            ),
            remember: optional(
              duration(
                'How long a committed claim is remembered where the scheme has no timestamp. Default: 24h.',
                365 * 86_400_000,
              ),
            ),
            repeat: optional(
              oneOf(
                ['acknowledge', 'refuse', 'first-answer', 'run'],
                'What a repeat of a request that ended well is told: 2xx with an empty body (acknowledge), 409 (refuse), or the first answer again while it is still kept (first-answer); run lets it run again, and so turns replay protection off. Default: acknowledge for keep, else as the provider says: webhooks acknowledge, actions and commands refuse; refuse for a declared scheme.',
              ),
            ),
          },
          '{ repeat: refuse }',
        ),
      ),
      answer: optional(answerSchema()),
      forward: optional(forwardSchema()),
      keep: optional(
        mapping('Stores the request byte-exact and acknowledges it after the commit.', {}, undefined, {
          deliver: 'delivery is not part of this version: a kept event stays in the store',
        }),
      ),
      respond: optional(respondSchema()),
    },
    '{ path: /hook, provider: github, keys: [{ secret: "${env:NAME}" }], keep: {} }',
  );
}

/** Any id and any options: core judges them, and TypeScript and editors know them. */
function writtenProviderSchema(): Schema<
  NonNullable<ParsedGate['provider']>,
  NonNullable<GateInput['provider']>
> {
  const id = plainText('A provider’s id.', 'a provider’s id');
  const idWithOptions: Schema<{ readonly id: string }, { readonly id: string }> = {
    read(value, place) {
      if (!isMapping(value)) return misread(place, { expected: 'a mapping' });
      const name = id.read(value['id'], { ...place, path: [...place.path, 'id'] });
      return name === MISREAD ? MISREAD : { ...value, id: name };
    },
    json: providerJsonSchema,
  };
  const expected = 'a provider’s id, or a mapping of its id and options';
  return { ...either(id, idWithOptions, { expected }), json: providerJsonSchema } as Schema<
    NonNullable<ParsedGate['provider']>,
    NonNullable<GateInput['provider']>
  >;
}

function writtenSchemeSchema(): Schema<NonNullable<ParsedGate['scheme']>, NonNullable<GateInput['scheme']>> {
  return asWritten({ expected: 'a mapping that declares the scheme', passes: isMapping }, schemeJsonSchema);
}

function keySchema() {
  const date = (description: string) =>
    readable(
      {
        expected:
          'a date such as 2027-01-01 (midnight UTC), or a time with its offset such as 2027-01-01T08:00:00Z',
        description,
        pattern: /^\d{4}-\d{2}-\d{2}(T.+)?$/,
      },
      readDate,
    );
  return mapping(
    'A key.',
    {
      id: optional(plainText('Names the key in logs. Default: key-1, key-2, … by position.')),
      secret: secretText('The secret: "${env:NAME}" or "${file:path}".'),
      encoding: optional(
        oneOf(
          ['utf8', 'base64', 'base64url', 'hex', 'base32', 'pem', 'jwk', 'jwks', 'prefixed'],
          'How the secret’s text becomes bytes. Default: the provider’s.',
        ),
      ),
      state: optional(
        oneOf(
          ['active', 'next', 'retiring', 'revoked'],
          'active signs and verifies, next and retiring verify only, revoked does neither. Default: active.',
        ),
      ),
      from: optional(date('The key is not accepted before.')),
      until: optional(date('The key is not accepted from then on.')),
    },
    '{ secret: "${env:NAME}" }',
  );
}

function forwardSchema() {
  return mapping(
    'Passes the request to an upstream and replies with its answer.',
    {
      to: readable(
        {
          expected: 'an http or https URL without query, such as http://127.0.0.1:9000',
          description: 'The upstream; the request’s path is appended.',
          pattern: /^https?:\/\//,
        },
        readUpstream,
      ),
      timeout: optional(
        duration(`How long the upstream may take to answer. Default: ${formatDuration(30_000)}.`),
      ),
      maxConnections: optional(
        integer(
          'Requests that are with the upstream at once, each with a connection of its own. As many again may wait for at most timeout; further ones are refused with 503. Default: 256.',
          { min: 1, max: 65_535 },
        ),
      ),
      alsoCommitOn: optional(
        list(
          either(oneOf(['3xx']), integer('A status.', { min: 300, max: 499 }), {
            expected: '3xx, or a status from 300 to 499',
          }),
          {
            expected: 'a list, such as [3xx, 410]',
            description:
              'Statuses of the upstream’s answer that use the request up, besides 2xx: after any other, a retry of the same request is passed on again. Default: none.',
          },
        ),
      ),
      keepProof: optional(flag('Passes the proof’s headers on. Default: false.')),
      keepHeaders: optional(
        list(
          readable<string>(
            {
              expected:
                'the name of a header that forward drops, in lower case, such as x-http-method-override',
              description: 'A header’s name, in lower case.',
              pattern: /^[a-z0-9-]+$/,
            },
            (text) => (isOverriding(text) ? text : { misfit: true }),
          ),
          {
            expected: 'a list, such as [x-http-method-override]',
            description:
              'Headers that pass although an upstream may take them for another path, host or method than the request’s, for the client’s address or for who it is. Those that the gate’s message covers pass in any case. Default: none.',
          },
        ),
      ),
      stripPrefix: optional(
        readable<string>(
          {
            expected: 'the beginning of the gate’s path, such as /v1',
            description: 'Taken off the request’s path first.',
            pattern: /^\/.*[^/]$/,
          },
          (text) => (/^\/.*[^/]$/.test(text) ? text : { misfit: true }),
        ),
      ),
    },
    '{ to: http://127.0.0.1:9000 }',
  );
}

function respondSchema() {
  return mapping(
    'Replies with a fixed answer.',
    {
      status: integer('The HTTP status.', { min: 200, max: 599 }),
      body: optional(
        readable<string>(
          { expected: 'a text', description: 'The body as text. Give this or json.' },
          (text) => text,
        ),
      ),
      json: optional(
        asWritten<unknown>({ expected: 'a value', passes: () => true }, () => ({
          description: 'The body as a value that is sent as JSON.',
        })),
      ),
      contentType: optional(
        readable<string>(
          {
            expected: 'a media type, such as text/html; charset=utf-8',
            description: 'Default: application/json for json, text/plain; charset=utf-8 for body.',
          },
          (text) => (/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\x20-\x7e]*$/.test(text) ? text : { misfit: true }),
        ),
      ),
    },
    '{ status: 200 }',
  );
}
