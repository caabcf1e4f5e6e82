// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schemas of what a gate does with an accepted request; see `schema.ts`. */

import { VENDORS, vendorOf } from '../vendors/all.ts';
import { ANSWER_FORMS } from '../vendors/vendor.ts';
import type {
  AnswerConfig,
  ForwardConfig,
  KeepConfig,
  OutcomeConfig,
  RegisterConfig,
  RespondConfig,
} from './config.ts';
import type { AnswerInput, ForwardInput, RegisterInput, RespondInput } from './config-input.ts';
import type { ReadKeep } from './keep-schema.ts';
import { optional, withDefault } from './left-out.ts';
import { isOverriding } from './overriding-headers.ts';
import {
  duration,
  flag,
  integer,
  oneOf,
  plainText,
  readable,
  secretText,
  serverAddress,
} from './schema-leaves.ts';
import { withinPatience } from './sender-patience.ts';
import { asWritten, either, into, list, mapping, type Schema } from './shape.ts';
import { type KeysSchema, signSchema } from './sign-schema.ts';
import { SECOND } from './units.ts';
import { providerIdOf } from './written-proof.ts';

/** `as` and `list` are undefined where the provider decides; the file is as written. */
interface WrittenAnswer
  extends Omit<AnswerConfig, 'as' | 'list' | 'kind'>,
    Partial<Pick<AnswerConfig, 'as' | 'list'>> {}

/** `timeoutMs` is undefined where the sender's patience decides. */
interface WrittenForward
  extends Omit<ForwardConfig, 'timeoutMs'>,
    Partial<Pick<ForwardConfig, 'timeoutMs'>> {}

const FORWARD_TIMEOUT_MS: number = 30 * SECOND;

/** What is read of the outcomes of a gate; the rules want one of them. */
interface WrittenOutcomes {
  readonly provider?: unknown;
  readonly answer?: WrittenAnswer;
  readonly forward?: WrittenForward;
  readonly keep?: ReadKeep;
  readonly respond?: RespondConfig;
}

/** An outcome before its destinations have names. */
export type ReadOutcome = Exclude<OutcomeConfig, KeepConfig> | ReadKeep;

/** Of a gate that the rules refuse for the lack of an outcome. */
const KEEP: ReadKeep = {
  kind: 'keep',
  deliver: [],
  isHashOnly: false,
  isFullText: false,
  mask: { headers: [], members: [] },
};

/** The outcome of a gate. The path of an answer's module is as written. */
export function outcomeOf({ provider, answer, forward, keep, respond }: WrittenOutcomes): ReadOutcome {
  if (forward !== undefined) {
    return { timeoutMs: withinPatience(FORWARD_TIMEOUT_MS, providerIdOf(provider)), ...forward };
  }
  if (answer === undefined) return respond ?? keep ?? KEEP;
  const { as, asksForActions } = vendorOf(providerIdOf(provider));
  return { kind: 'answer', as, list: asksForActions, ...answer };
}

/** Makes the schema of `answer`. */
export function answerSchema(keys: KeysSchema): Schema<WrittenAnswer, AnswerInput> {
  const written = mapping(
    'Runs an action and answers with its result.',
    {
      actions: plainText(
        'The module that exports the actions, relative to this file.',
        'the path of a module',
      ),
      action: optional(
        plainText('The action to run, if the path has no :action or :name.', 'an action’s name'),
        'the module’s only action',
      ),
      title: optional(plainText('The heading of a page.'), 'none'),
      as: optional(oneOf(ANSWER_FORMS, 'The format of answers.'), 'as the provider expects, otherwise json'),
      list: optional(
        flag('Whether GET /actions, which needs no proof, lists these actions.'),
        `true for ${askingProviders()}, else false`,
      ),
      register: optional(registerSchema(), 'they are not registered'),
      sign: optional(signSchema(keys), 'they are not signed'),
    },
    '{ actions: ./actions.ts }',
  );
  return into(written, ({ actions, ...rest }) => ({ actionsFile: actions, ...rest }));
}

function askingProviders(): string {
  return VENDORS.filter((vendor) => vendor.asksForActions)
    .map((vendor) => vendor.provider)
    .join(', ');
}

function registerSchema(): Schema<RegisterConfig, RegisterInput> {
  const written = mapping(
    'The platform at which the actions are registered, by `countersign actions push` and `serve --register`.',
    {
      apiUrl: serverAddress('The base URL of the platform’s API.', 'https://example.com/api/v1/gateway'),
      apiToken: secretText('The API token: "${env:NAME}" or "${file:path}".'),
      every: withDefault(duration('How often `serve --register` checks again.'), '10m'),
    },
    '{ apiUrl: https://example.com/api, apiToken: "${env:NAME}" }',
  );
  return into(written, ({ every, ...rest }) => ({ ...rest, everyMs: every }));
}

/** Makes the schema of `forward`. */
export function forwardSchema(): Schema<WrittenForward, ForwardInput> {
  const written = mapping(
    'Forwards the request to an upstream and answers with its answer (reverse proxy).',
    {
      to: serverAddress('The upstream; the request’s path is appended.', 'http://127.0.0.1:9000'),
      timeout: optional(
        duration('How long the upstream may take to answer.'),
        '30s, or five sixths of the time that the sender waits, if that is less',
      ),
      maxConnections: withDefault(
        integer(
          'How many requests the upstream gets at once, each on its own connection. As many again may wait, for at most timeout; further ones are refused with 503.',
          { min: 1, max: 65_535 },
        ),
        256,
      ),
      alsoCommitOn: withDefault(alsoCommitOnSchema(), []),
      keepProof: withDefault(flag('Whether the headers with the signature or token are forwarded.'), false),
      keepHeaders: withDefault(keepHeadersSchema(), []),
      stripPrefix: optional(
        readable<string>(
          {
            expected: 'the beginning of the gate’s path, such as /v1',
            description: 'A prefix that is removed from the request’s path first.',
            pattern: /^\/.*[^/]$/,
          },
          (text) => (/^\/.*[^/]$/.test(text) ? text : { misfit: true }),
        ),
        'nothing',
      ),
    },
    '{ to: http://127.0.0.1:9000 }',
  );
  return into(written, ({ timeout, ...rest }) => ({
    kind: 'forward',
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...rest,
  }));
}

function alsoCommitOnSchema() {
  return list(
    either(oneOf(['3xx']), integer('A status.', { min: 300, max: 499 }), {
      expected: '3xx, or a status from 300 to 499',
    }),
    {
      expected: 'a list, such as [3xx, 410]',
      description:
        'Statuses of the upstream’s answer, besides 2xx, after which the request counts as done: after any other status, a retry of the same request is forwarded again.',
    },
  );
}

function keepHeadersSchema() {
  return list(
    readable<string>(
      {
        expected: 'the name of a header that forward drops, in lower case, such as x-http-method-override',
        description: 'A header’s name, in lower case.',
        pattern: /^[a-z0-9-]+$/,
      },
      (text) => (isOverriding(text) ? text : { misfit: true }),
    ),
    {
      expected: 'a list, such as [x-http-method-override]',
      description:
        'Headers that are forwarded although an upstream may read another path, host or method, or the client’s address or identity, from them. Headers that the gate’s signature covers are forwarded in any case.',
    },
  );
}

/** Makes the schema of `respond`. */
export function respondSchema(): Schema<RespondConfig, RespondInput> {
  const written = mapping(
    'Sends a fixed answer.',
    {
      status: integer('The HTTP status.', { min: 200, max: 599 }),
      body: optional(
        readable<string>(
          { expected: 'a text', description: 'The body as text. Give this or json.' },
          (text) => text,
        ),
        'empty',
      ),
      json: optional(
        asWritten<unknown>({ expected: 'a value', passes: () => true }, () => ({
          description: 'The body as a value, which is sent as JSON. Give this or body.',
        })),
        'none',
      ),
      contentType: optional(
        readable<string>(
          {
            expected: 'a media type, such as text/html; charset=utf-8',
            description: 'The body’s content type.',
          },
          (text) => (/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\x20-\x7e]*$/.test(text) ? text : { misfit: true }),
        ),
        'application/json for json, text/plain; charset=utf-8 for body',
      ),
    },
    '{ status: 200 }',
  );
  return into(written, ({ status, body = '', json, contentType }) => {
    const isJson = json !== undefined;
    const text = isJson ? JSON.stringify(json) : body;
    const type = contentType ?? (isJson ? 'application/json' : 'text/plain; charset=utf-8');
    return { kind: 'respond', status, body: text, ...(text === '' ? {} : { contentType: type }) };
  });
}
