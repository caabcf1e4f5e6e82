// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of one gate; see `schema.ts`. */

import { KEY_ENCODINGS, KEY_STATES } from '@countersign/core';
import { admissionShape } from './admission-schema.ts';
import type { GateConfig, KeyConfig, PathSegment } from './config.ts';
import { type GateInput, type KeyInput, METHODS } from './config-input.ts';
import { keepSchema } from './keep-schema.ts';
import { keysFromSchema } from './keys-from-schema.ts';
import { optional, withDefault } from './left-out.ts';
import { modesOf, modesShape, ownProofOf } from './modes-schema.ts';
import { answerSchema, forwardSchema, outcomeOf, type ReadOutcome, respondSchema } from './outcome-schema.ts';
import { PATH_PATTERN_EXPECTED, parsePathPattern } from './path-pattern.ts';
import { proofOf, writtenProviderSchema, writtenSchemeSchema } from './proof-schema.ts';
import { readDate } from './read-text.ts';
import {
  duration,
  flag,
  integer,
  oneOf,
  originList,
  plainText,
  readable,
  secretText,
  size,
} from './schema-leaves.ts';
import { rememberedFor } from './sender-patience.ts';
import { either, into, list, mapping, type Schema } from './shape.ts';
import { DAY, type DateText } from './units.ts';
import { providerIdOf, testMethods, writtenProof } from './written-proof.ts';

/** What the schema makes of a gate: all but what depends on the folder, on its name and on `limits`. */
export interface ReadGate extends Omit<GateConfig, 'name' | 'maxBodyBytes' | 'outcome'> {
  readonly maxBodyBytes?: number;
  readonly outcome: ReadOutcome;
}

/** Makes the schema of a gate. */
export function gateSchema(): Schema<ReadGate, GateInput> {
  return into(writtenGateSchema(), (read) => {
    const { path, allowShortKey, maxBody, cors, replay, keepRefused, keysFrom } = read;
    const { allowFrom, clients, rate } = read;
    const { provider, scheme, keys = [], ownProofAt } = ownProofOf(read);
    return {
      path: path.pattern,
      segments: path.segments,
      methods: read.methods ?? defaultMethods(provider, scheme),
      testMethods: testMethods(provider, scheme),
      proof: proofOf(provider, scheme),
      keys,
      ...(keysFrom && { keysFrom }),
      ...(ownProofAt !== undefined && { ownProofAt }),
      allowShortKey,
      ...(maxBody !== undefined && { maxBodyBytes: maxBody }),
      ...(cors && { corsOrigins: cors.origins }),
      ...(allowFrom && { allowFrom }),
      ...(clients && { clients }),
      ...(rate && { rate }),
      replay: {
        leaseMs: replay.lease,
        rememberMs: replay.remember ?? rememberedFor(providerIdOf(provider)),
        repeat: replay.repeat ?? (read.keep === undefined ? undefined : 'acknowledge'),
        whenUnavailable: replay.whenUnavailable,
      },
      ...keptRefused(keepRefused),
      ...modesOf(read),
      outcome: outcomeOf({ ...read, provider }),
    };
  });
}

/** The methods of a gate that names none. @param provider as written. @param scheme as written. */
export function defaultMethods(provider: unknown, scheme: unknown): readonly string[] | 'all' {
  return writtenProof(provider, scheme) === 'token' ? 'all' : ['POST'];
}

function writtenGateSchema() {
  return mapping(
    'A path on the public listener, how a request proves itself there, and what happens next: one of answer, forward, keep and respond.',
    {
      path: pathSchema(),
      methods: optional(methodsSchema(), '[POST]; all for token providers and jwt schemes'),
      provider: optional(writtenProviderSchema(), 'none, if there is a scheme'),
      scheme: optional(writtenSchemeSchema(), 'none, if there is a provider'),
      keys: optional(
        keysSchema('The key ring. At least one key; none with provider: none.'),
        'none, as with provider: none, if keys are fetched, or with keysFrom',
      ),
      keysFrom: optional(keysFromSchema(), 'keys'),
      allowShortKey: withDefault(flag('Accepts keys of less than 8 bytes.'), false),
      maxBody: optional(size('The largest body.'), 'that of limits'),
      cors: optional(corsSchema(), 'no other origin'),
      ...admissionShape(),
      replay: withDefault(replaySchema(), {}),
      keepRefused: withDefault(keepRefusedSchema(), false),
      ...modesShape(keysSchema, dateSchema),
      answer: optional(answerSchema(keysSchema), 'another outcome'),
      forward: optional(forwardSchema(), 'another outcome'),
      keep: optional(keepSchema(), 'another outcome'),
      respond: optional(respondSchema(), 'another outcome'),
    },
    '{ path: /hook, provider: github, keys: [{ secret: "${env:NAME}" }], keep: {} }',
  );
}

function pathSchema() {
  return readable<{ readonly pattern: string; readonly segments: readonly PathSegment[] }>(
    {
      expected: PATH_PATTERN_EXPECTED,
      description: 'The path of the gate; segments are literal, :name, or a final *.',
      pattern: /^\//,
    },
    (pattern) => {
      const segments = parsePathPattern(pattern);
      return segments === undefined ? { misfit: true } : { pattern, segments };
    },
  );
}

function methodsSchema() {
  return either(
    oneOf(['all']),
    list(oneOf(METHODS, 'A method.'), {
      expected: 'a list of methods, such as [GET, POST]',
      atLeastOne: 'at least one method',
    }),
    {
      expected: 'a list of methods, such as [GET, POST], or all',
      description: 'The HTTP methods that it accepts.',
    },
  );
}

function corsSchema() {
  return mapping(
    'CORS: lets web pages of other origins call the gate.',
    {
      origins: originList(
        'Origins whose pages may call this gate and read its answers. Their preflights (OPTIONS), which carry no token, are answered by the gateway; an upstream’s own Access-Control headers are left out.',
      ),
    },
    '{ origins: [https://app.example] }',
  );
}

function replaySchema() {
  return mapping(
    'How repeats are recognised and answered (replay protection).',
    {
      lease: withDefault(
        duration(
          'How long a claim is leased at a time. The lease is renewed while the request is being processed, and a repeat is told to retry after that time at most. It ends with the process.',
        ),
        '60s',
      ),
      remember: optional(
        duration(
          'How long an accepted request is remembered if it signs no timestamp, or signs an id: counted from its signed timestamp, if there is one (shorter if replay.maxClaims leaves no space, but never shorter than the request is fresh). Otherwise, and at least, as long as the request is fresh.',
          365 * DAY,
        ),
        '24h; longer where the provider’s sender sends again for longer what was not taken',
      ),
      repeat: optional(
        oneOf(
          ['acknowledge', 'refuse', 'first-answer', 'run'],
          'How a repeat of a successful request is answered: 2xx with an empty body (acknowledge), 409 (refuse), or with the action’s first answer while it is still kept (first-answer, for the outcome answer only: 16 MB in memory; up to 64 KB each in the store, with a storeKey); run lets it run again, and so turns replay protection off.',
        ),
        'acknowledge for keep, otherwise as the provider says: webhooks acknowledge, actions and commands refuse; refuse for a declared scheme',
      ),
      whenUnavailable: withDefault(
        oneOf(
          ['refuse', 'accept'],
          'What becomes of a request while the server of claims cannot be asked whether it came before: refused with 503 and Retry-After (refuse), or taken, checked against what this gateway alone remembers, and marked in the log, the metrics and for the upstream (accept): a copy may then run once at each gateway.',
        ),
        'refuse',
      ),
    },
    '{ repeat: refuse }',
  );
}

function keepRefusedSchema() {
  const bounds = mapping(
    'How many refused requests are kept, and for how long.',
    {
      atMost: withDefault(
        integer('How many of the gate’s last refused requests are kept.', { min: 1, max: 10_000 }),
        KEPT_REFUSED.atMost,
      ),
      for: withDefault(duration('How long they are kept.', 30 * DAY), KEPT_REFUSED.for),
    },
    '{ atMost: 200, for: 1h }',
  );
  return either(flag('true: the last 1,000 for 24h.'), bounds, {
    expected: 'true, false, or a mapping of atMost and for, such as { atMost: 200, for: 1h }',
    description:
      'Keeps complete refused requests for a while, with their proofs, so that `countersign explain --last` can say why they were refused: true for the last 1,000 for 24h, or { atMost, for }. They are stored apart from events, encrypted with storeKey; without one, or with a store in memory, in memory only. Each gate keeps up to sixty at once and then one a second, bodies up to 256KB, and all gates together 64MB (16MB in memory) in equal parts.',
  });
}

/** What `keepRefused: true` stands for. */
const KEPT_REFUSED = { atMost: 1_000, for: '24h' } as const;

function keptRefused(
  read: boolean | { readonly atMost: number; readonly for: number },
): Pick<GateConfig, 'keepRefused'> {
  if (read === false) return {};
  if (read === true) return { keepRefused: { atMost: KEPT_REFUSED.atMost, forMs: DAY } };
  return { keepRefused: { atMost: read.atMost, forMs: read.for } };
}

/** A list of keys. */
export function keysSchema(description: string): Schema<readonly KeyConfig[], readonly KeyInput[]> {
  return into(
    list(keySchema(), { expected: 'a list of keys, such as [{ secret: "${env:NAME}" }]', description }),
    (keys) => keys.map(keyOf),
  );
}

type ReadKey = Omit<KeyConfig, 'id'> & Partial<KeyConfig>;

function keyOf(key: ReadKey, index: number): KeyConfig {
  return { id: `key-${index + 1}`, ...key };
}

function dateSchema(description: string): Schema<number, DateText> {
  return readable(
    {
      expected:
        'a date such as 2027-01-01 (midnight UTC), or a time with its offset such as 2027-01-01T08:00:00Z',
      description,
      pattern: /^\d{4}-\d{2}-\d{2}(T.+)?$/,
    },
    readDate,
  );
}

function keySchema(): Schema<ReadKey, KeyInput> {
  const written = mapping(
    'A key.',
    {
      id: optional(plainText('The key’s name in logs.'), 'key-1, key-2, … by position'),
      secret: secretText('The secret: "${env:NAME}" or "${file:path}".'),
      encoding: optional(oneOf(KEY_ENCODINGS, 'How the secret’s text becomes bytes.'), 'the provider’s'),
      state: withDefault(
        oneOf(KEY_STATES, 'active signs and verifies, next and retiring verify only, revoked does neither.'),
        'active',
      ),
      from: optional(dateSchema('The key is not accepted before this time.'), 'from the start'),
      until: optional(dateSchema('The key is not accepted from this time on.'), 'no end'),
      for: optional(
        mapping(
          'What the key’s requests may ask for: a key that is bound to one action is not accepted for another. If the signature does not cover the action’s name, every key of the gate must be bound.',
          { action: plainText('The action’s name, as the path’s :action gives it.', 'an action’s name') },
          '{ action: show_it }',
        ),
        'any action',
      ),
    },
    '{ secret: "${env:NAME}" }',
  );
  return into(written, ({ from, until, ...rest }) => ({
    ...rest,
    ...(from !== undefined && { fromMs: from }),
    ...(until !== undefined && { untilMs: until }),
  }));
}
