/** A template scheme declared as data: its options read, and completed with defaults. */
import { REPLAY_IDENTITIES } from '../coverage-model.ts';
import type { SignatureAlgorithm } from '../crypto/backend.ts';
import { DECLARED_ALGORITHMS } from '../crypto/signature-bytes.ts';
import { DEFAULT_TOLERANCE, TIMESTAMP_UNITS, type TimestampUnit } from '../freshness.ts';
import { nearMiss } from '../near-miss.ts';
import { notGiven, type OptionReader, oneOfRemedy, remedyOf } from '../options.ts';
import type { Scheme } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { bodyDigest } from './body-proof.ts';
import { readDeclaredBody } from './declared-body.ts';
import { keyFormOf, readDeclaredKey } from './declared-key.ts';
import { readSource, sourceOf } from './declared-source.ts';
import { field } from './form-field.ts';
import { bodyWithoutField, sortedFormLines } from './form-readings.ts';
import { handshake } from './handshake.ts';
import { checkHandshake } from './handshake-checks.ts';
import { readHandshake } from './handshake-options.ts';
import { member } from './json-member.ts';
import { bodyWithoutMember } from './json-readings.ts';
import { checkMemberPath, memberNames } from './member-path.ts';
import { readOrigin } from './origin-option.ts';
import type { PartSource } from './part-source.ts';
import { query } from './query-parameter.ts';
import { readTolerance } from './sender-options.ts';
import { readList, readPrefix } from './signature-list-options.ts';
import { otherPlaces } from './signature-places.ts';
import { SIGNATURE_ENCODINGS } from './signature-text.ts';
import { signedItems } from './signed-items.ts';
import { signedTime } from './signed-time.ts';
import { createTemplateScheme } from './template.ts';
import { checkTemplate } from './template-checks.ts';
import type { TemplateFound } from './template-found.ts';
import { isFieldName, parseMessages } from './template-grammar.ts';
import type { SignatureOptions, TemplateOptions } from './template-options.ts';
import { vendorAlgorithmName } from './vendor-algorithm-names.ts';

/** What a declaration may leave out, because its provider says it. */
export type TemplateDefaults = { readonly name: string } & Partial<
  Omit<TemplateOptions, 'message' | 'keyForms'>
> & {
    readonly algorithm?: SignatureAlgorithm;
    /** As a template is written. */
    readonly message?: readonly string[];
  };

/** Builds the scheme of what people have declared. @throws SetupError where it contradicts itself. */
export function createDeclaredTemplate(options: TemplateOptions): Scheme<TemplateFound> {
  checkTemplate(options);
  return createTemplateScheme(options);
}

/** Named canonical forms that a message may be, instead of a template. */
const CANONICAL_FORMS = ['body-without-member', 'sorted-form-lines'];

/** Reads the options of a template scheme; what they leave out is as in `defaults`. */
export function readTemplate(options: OptionReader, defaults: TemplateDefaults): TemplateOptions {
  const algorithm = readAlgorithm(options) ?? defaults.algorithm;
  const key = readDeclaredKey(options);
  const signature = readSignature(options, defaults.signature);
  const message = options.texts('message') ?? defaults.message;
  const bodyNames = options.texts('body');
  const timestamp = readTimestamp(options, defaults.timestamp);
  const parts = ['id', 'nonce', 'keyId'] as const;
  const sources = parts.map((name) => [name, readSource(options, name) ?? defaults[name]] as const);
  const digest = readSource(options, 'bodyDigest');
  const test = readHandshake(options, message);
  const origin = readOrigin(options) ?? defaults.origin;
  const each = options.text('each');
  const replay = options.oneOf('replay', REPLAY_IDENTITIES);
  const tolerance = readTolerance(options, defaults.tolerance) ?? defaults.tolerance ?? DEFAULT_TOLERANCE;
  // What is misspelt is told before what is missing, which it mostly is.
  options.refuseUnread();
  const form = canonicalName(options, message);
  if (!algorithm) throw notGiven(options, 'algorithm', 'Give it, e.g. hmac-sha256.');
  if (!signature)
    throw notGiven(options, 'signature', 'Give it, e.g. { header: x-signature, encoding: hex }.');
  if (!message) throw notGiven(options, 'message', 'Give it, e.g. "{timestamp}.{body}".');
  const read = bodyNames && readDeclaredBody(bodyNames, options.path('body'), signature, message);
  const body =
    form === undefined ? (read ?? defaults.body ?? bodyAround(signature)) : canonicalForm(form, signature);
  const template: TemplateOptions = {
    ...defaults,
    keyForms: [keyFormOf(algorithm, key, options.path('key'))],
    signature,
    message: parseMessages(form === undefined ? message : ['{body}']),
    tolerance,
    ...Object.fromEntries(sources.filter(([, source]) => source !== undefined)),
    ...(digest && { bodyDigest: bodyDigest(digest) }),
    ...(test && { handshakes: [handshake(test)] }),
    ...(origin !== undefined && { origin }),
    ...(replay && { replay }),
    ...(body && { body }),
    declared: (['id', 'nonce'] as const).filter((name) => options.has(name)),
  };
  if (!timestamp && options.has('toleranceMs')) {
    throw new SetupError(
      options.path('toleranceMs'),
      'there is no timestamp that it could be for',
      'Leave it out, or say where the timestamp sits.',
    );
  }
  const { timestamp: _none, ...untimed } = template;
  const timed = timestamp ? { ...untimed, timestamp } : untimed;
  const declared = each === undefined ? timed : signedItems(each, timed);
  if (test) checkHandshake(test, declared, each !== undefined);
  return declared;
}

function placeless(options: OptionReader, name: string, example: string): SetupError {
  return new SetupError(options.path(name), 'it says no place', `Give one, ${example}.`);
}

/** The canonical form that the message is; a text without a field in it is a misspelt one at best. */
function canonicalName(options: OptionReader, message: readonly string[] | undefined): string | undefined {
  const texts = message ?? [];
  const form = texts.find((text) => CANONICAL_FORMS.includes(text));
  if (form !== undefined && texts.length > 1) {
    throw new SetupError(
      options.path('message'),
      `${form} stands beside another message`,
      'Give one of them.',
    );
  }
  const other = texts.find((text) => form === undefined && !/[{}]/.test(text));
  if (other === undefined) return form;
  throw new SetupError(
    options.path('message'),
    `${JSON.stringify(other)} names no part of the request`,
    isFieldName(other)
      ? `Write {${other}} for that part of the request.`
      : `${remedyOf('Forms', other, CANONICAL_FORMS)} Or a template, e.g. "{timestamp}.{body}".`,
  );
}

/** The body without the signature, where that is inside; undefined where it is not. */
function bodyAround(signature: SignatureOptions): TemplateOptions['body'] {
  if ('member' in signature) return bodyWithoutMember(memberNames(signature.member)[0] as string);
  return 'field' in signature ? bodyWithoutField(signature.field) : undefined;
}

function canonicalForm(form: string, signature: SignatureOptions): TemplateOptions['body'] {
  if (form === 'body-without-member' && 'member' in signature) return bodyWithoutMember(signature.member);
  if (form === 'sorted-form-lines' && 'field' in signature) return sortedFormLines;
  throw new SetupError(
    'scheme.message',
    `${form} needs the signature inside the body`,
    form === 'sorted-form-lines'
      ? 'Set signature: { field: NAME }: the form’s field that carries it.'
      : 'Set signature: { member: NAME }: the JSON member that carries it.',
  );
}

/** `sha256` stands for `hmac-sha256`. */
function readAlgorithm(options: OptionReader): SignatureAlgorithm | undefined {
  const text = options.text('algorithm');
  if (text === undefined) return undefined;
  const algorithm = DECLARED_ALGORITHMS.find((name) => name === text || name === `hmac-${text}`);
  if (algorithm) return algorithm;
  throw new SetupError(
    options.path('algorithm'),
    `"${text}" is not an algorithm`,
    oneOfRemedy(vendorAlgorithmName(text), DECLARED_ALGORITHMS),
  );
}

function readSignature(
  options: OptionReader,
  defaults: SignatureOptions | undefined,
): SignatureOptions | undefined {
  const raw = options.raw('signature');
  if (raw === undefined) return defaults;
  if (typeof raw === 'string') {
    return { encoding: 'hex-any-case', ...defaults, header: options.headerName('signature') as string };
  }
  const signature = options.object('signature') as OptionReader;
  const source = sourceOf(signature) ?? (defaults && onlySource(defaults));
  const encoding = signature.oneOf('encoding', SIGNATURE_ENCODINGS) ?? defaults?.encoding ?? 'hex-any-case';
  const prefix = readPrefix(signature) ?? defaults?.prefix;
  const items = readList(signature, encoding);
  const places = readOtherPlaces(signature, source);
  signature.refuseUnread();
  if (!source) throw placeless(options, 'signature', 'e.g. { header: x-signature, encoding: hex }');
  if ('item' in source) {
    throw new SetupError(
      signature.path('item'),
      'the signature is not an item of itself',
      'Give header: NAME and list: { labels }.',
    );
  }
  if (items && prefix !== undefined) {
    throw new SetupError(
      signature.path('prefix'),
      'in a list a label stands before each signature, and nothing else',
      'Leave it out; or write it as the list’s labels and assign.',
    );
  }
  return {
    ...source,
    encoding,
    ...(prefix !== undefined && { prefix }),
    ...(items && { list: items }),
    ...(places && { places }),
  };
}

/** Names of other places of the same kind, as the signature’s own is written. */
function readOtherPlaces(
  signature: OptionReader,
  source: PartSource | undefined,
): SignatureOptions['places'] {
  const names = signature.texts('also');
  if (!names || !source) return undefined;
  if ('header' in source) {
    return otherPlaces(...(signature.headerNames('also') ?? []).map((header) => ({ header })));
  }
  for (const name of names) if ('member' in source) checkMemberPath(name, signature.path('also'));
  const place = 'query' in source ? query : 'field' in source ? field : member;
  return otherPlaces(...names.map((name) => place(name)));
}

function onlySource(signature: SignatureOptions): PartSource {
  const { encoding: _encoding, prefix: _prefix, list: _list, places: _places, ...source } = signature;
  return source;
}

function readTimestamp(
  options: OptionReader,
  defaults: TemplateOptions['timestamp'],
): TemplateOptions['timestamp'] | undefined {
  const raw = options.raw('timestamp');
  if (raw === undefined) return defaults;
  if (raw === 'none') return undefined;
  const unit: TimestampUnit = defaults?.unit ?? 's';
  if (typeof raw === 'string') {
    if (nearMiss(raw, ['none']) !== undefined) {
      throw new SetupError(
        options.path('timestamp'),
        `${JSON.stringify(raw)} is not none`,
        'Write none in lower case, or the name of a header.',
      );
    }
    return signedTime({ header: options.headerName('timestamp') as string, unit });
  }
  const timestamp = options.object('timestamp') as OptionReader;
  const source = sourceOf(timestamp) ?? defaults;
  const written = timestamp.oneOf('unit', TIMESTAMP_UNITS);
  const isText = timestamp.flag('text');
  timestamp.refuseUnread();
  if (!source) throw placeless(options, 'timestamp', 'e.g. { header: x-timestamp, unit: s }, or none');
  return signedTime({ ...source, unit: written ?? unit, ...(isText && { isText }) });
}
