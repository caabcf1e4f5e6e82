/** Messages that the sender makes of the request’s parts otherwise than the gate. */
import { PATH, QUERY, WHOLE_URL } from '../../schemes/address-parts.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import { BODY, headerPart, ID, METHOD, NONCE, TIMESTAMP } from '../../schemes/message-parts.ts';
import { NAMED_FIELDS, TEMPLATE_FIELDS } from '../../schemes/template-fields.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import { isToken } from '../../text/token.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { isField, mapField, type Parts, placesOf, without, withParts } from '../other-message.ts';
import type { Trial } from '../trial.ts';
import { OF_TIME } from '../trial-headers.ts';

/** What senders put beside a part, the usual first. */
const USUAL = ['.', ':', '', '\n', '|', ' ', '&', ','];

/** What a declared scheme’s message may hold: fields, and text that falls away with one of them. */
const DECLARABLE = new RegExp(
  `\\{(?:${TEMPLATE_FIELDS.join('|').replace('+', '\\+')}|(?:${NAMED_FIELDS.join('|')}):[^{}]+)\\}`,
  'g',
);
const FALLING_AWAY = /\{\?[^{}]*\?\}/g;

/** Of a form that no scheme declares there is one thing to do: what is said of a field stands within its braces. @param sender what it is to do */
export const mendOf = (pattern: string, sender = 'Have the sender sign what the gate expects'): string =>
  /(?<!\\)\{/.test(pattern.replace(DECLARABLE, '').replace(FALLING_AWAY, ''))
    ? `${sender}: no declared scheme has this form.`
    : `${sender}; or, where it cannot, declare a scheme with message: "${pattern.replaceAll('"', '\\"')}".`;

/** A row of the parts that the sender signed. @param sentence what it did, before the message that it signed */
export function messageRow(
  id: string,
  sentence: string,
  change: (parts: Parts, options: TemplateOptions, trial: Trial) => Iterable<Parts>,
  mend: (pattern: string) => string = (pattern) => mendOf(pattern),
): TrialHypothesis {
  return {
    id,
    part: 'message',
    steps: ['compare', 'canonical'],
    example: 'message-parts',
    changes: (trial) => withParts(trial, (parts, options) => change(parts, options, trial)),
    says: (pattern) => `${sentence}: what is signed is ${pattern}.`,
    mend,
  };
}

/** A row of a part that the sender left out: each of these fields, or the first together with another. */
function leftOutRow(
  id: string,
  sentence: string,
  fields: readonly MessageField['field'][],
  also?: MessageField['field'],
): TrialHypothesis {
  return messageRow(id, sentence, function* (parts) {
    for (const at of fields.flatMap((field) => placesOf(parts, field))) {
      for (const rest of without(parts, at)) {
        yield rest;
        for (const second of also === undefined ? [] : placesOf(rest, also)) yield* without(rest, second);
      }
    }
  });
}

/** A row of what the sender put before the others, or behind them. */
function addedRow(
  id: string,
  sentence: string,
  heads: (parts: Parts, options: TemplateOptions, trial: Trial) => Iterable<readonly MessageField[]>,
): TrialHypothesis {
  return messageRow(id, sentence, function* (parts, options, trial) {
    const added = [...heads(parts, options, trial)];
    for (const fields of added) {
      for (const separator of USUAL)
        yield [...fields.flatMap((field): Parts => [field, separator]), ...parts];
    }
    for (const fields of added) {
      for (const separator of USUAL)
        yield [...parts, ...fields.flatMap((field): Parts => [separator, field])];
    }
  });
}

/** What stands behind the host, to the end; no message where there is no query. */
export const PATH_AND_QUERY: MessageField = mapField(
  WHOLE_URL,
  '{path}?{query}',
  (url) => /^[a-z]+:\/\/[^/?]*([^?]*\?.*)$/i.exec(url)?.[1],
);

/** As routers hand a path on. */
export const WITHOUT_SLASH: readonly MessageField[] = [PATH, PATH_AND_QUERY].map((field) =>
  mapField(field, field.written.replace('}', ' without its first slash}'), (path) => path.replace(/^\//, '')),
);

const has = (parts: Parts, field: MessageField['field']): boolean => placesOf(parts, field).length > 0;

export const MESSAGE: readonly TrialHypothesis[] = [
  leftOutRow('message-timestamp-left-out', 'The sender leaves the timestamp out of the message', [
    'timestamp',
  ]),
  leftOutRow('message-id-left-out', 'The sender leaves the id or the nonce out of the message', [
    'id',
    'nonce',
  ]),
  messageRow('message-body-alone', 'The sender signs the body alone', function* (parts) {
    // With two parts, the other is said to be left out.
    const several = parts.filter((part) => isField(part) || /[A-Za-z0-9]/.test(part));
    if (several.length > 2 && (has(parts, 'body') || has(parts, 'digest'))) yield [BODY];
  }),
  messageRow('message-leading-text', 'The sender begins the message with another text', function* (parts) {
    const [first = '', ...rest] = parts;
    const versions = ['v0', 'v1', 'v2', 'V0', 'V1'];
    if (isField(first)) {
      for (const version of versions)
        for (const separator of USUAL) {
          yield [version + separator, ...parts];
          yield [version + separator, ...parts.map((part) => (isField(part) ? part : separator))];
        }
      return;
    }
    yield rest;
    for (const version of versions) yield [first.replace(/^v\d+/i, version), ...rest];
  }),
  leftOutRow('message-body-left-out', 'The sender leaves the body out of the message', [
    'body',
    'digest',
    'form',
  ]),
  messageRow(
    'message-method-lower-case',
    'The sender signs the method in lower-case letters',
    function* (parts) {
      const other: MessageField = mapField(METHOD, '{method in lower case}', (text) => text.toLowerCase());
      for (const at of placesOf(parts, 'method')) yield parts.map((part, i) => (i === at ? other : part));
    },
  ),
  leftOutRow('message-method-left-out', 'The sender leaves the method out of the message', ['method']),
  leftOutRow('message-query-left-out', 'The sender leaves the query out of the message', ['query']),
  leftOutRow('message-path-left-out', 'The sender leaves the path out of the message', ['path'], 'query'),
  leftOutRow('message-host-left-out', 'The sender leaves the host out of the message', ['host']),
  leftOutRow('message-url-left-out', 'The sender leaves the URL out of the message', ['url']),
  leftOutRow('message-header-left-out', 'The sender leaves a header out of the message', ['header']),
  messageRow(
    'message-timestamp-added',
    'The sender signs a timestamp as well',
    (parts, options, { request }) => {
      if (has(parts, 'timestamp')) return [];
      const own = options.timestamp ? [TIMESTAMP] : [];
      return beside(parts, [...own, ...headersLike(OF_TIME, request)]);
    },
  ),
  messageRow('message-id-added', 'The sender signs an id as well', (parts, options, { request }) => {
    if (has(parts, 'id') || has(parts, 'nonce')) return [];
    const own = [...(options.id ? [ID] : []), ...(options.nonce ? [NONCE] : [])];
    return beside(parts, [...own, ...headersLike(/(?:^|-)(?:u?u?id|nonce|delivery|request|guid)$/, request)]);
  }),
  addedRow('message-method-added', 'The sender signs the method as well', (parts) =>
    has(parts, 'method') ? [] : [[METHOD]],
  ),
  addedRow('message-path-added', 'The sender signs the path as well', function* (parts) {
    if (has(parts, 'path') || has(parts, 'url')) return;
    for (const path of [PATH, PATH_AND_QUERY, ...WITHOUT_SLASH]) {
      yield [path];
      yield [METHOD, path];
    }
  }),
  addedRow('message-url-added', 'The sender signs the URL as well', function* (parts) {
    if (has(parts, 'url')) return;
    yield [WHOLE_URL];
    yield [METHOD, WHOLE_URL];
  }),
  messageRow('message-query-added', 'The sender signs the query as well', function* (parts) {
    if (has(parts, 'query') || has(parts, 'url')) return;
    for (const at of placesOf(parts, 'path')) {
      for (const mark of ['?', '', '\n', '.'])
        yield [...parts.slice(0, at + 1), mark, QUERY, ...parts.slice(at + 1)];
    }
  }),
  messageRow('message-line-end-added', 'The sender ends the message with a line end', function* (parts) {
    const last = parts.at(-1);
    // For a body it is the body’s own finding: it came without.
    if (isField(last) && last.field === 'body') return;
    yield [...parts, '\n'];
    yield [...parts, '\r\n'];
  }),
  messageRow(
    'message-line-end-left-out',
    'The sender ends the message without a line end',
    function* (parts) {
      const last = parts.at(-1);
      if (typeof last !== 'string' || !last.endsWith('\n')) return;
      yield [...parts.slice(0, -1), last.replace(/\r?\n$/, '')];
    },
  ),
];

/** Many headers, each beside all that is signed. */
export const MESSAGE_RARE: readonly TrialHypothesis[] = [
  {
    ...messageRow('message-header-added', 'The sender signs a header as well', (parts, _options, trial) =>
      beside(parts, headersLike(/^(?!.*(?:signature|hmac))/, trial.request, MAX_HEADERS)),
    ),
    isLast: true,
  },
];

/** More headers are not tried. */
const MAX_HEADERS = 24;

/** Before the others or behind them. */
function* beside(parts: Parts, fields: readonly MessageField[]): Generator<Parts> {
  for (const field of fields) {
    for (const separator of USUAL) {
      yield [field, separator, ...parts];
      yield [...parts, separator, field];
    }
  }
}

export function headersLike(names: RegExp, { headers }: Trial['request'], most = 3): readonly MessageField[] {
  const like = [...headers]
    .map(([name]) => name.toLowerCase())
    .filter((name) => isToken(name) && names.test(name));
  return [...new Set(like)].slice(0, most).map((name) => headerPart(name, false));
}
