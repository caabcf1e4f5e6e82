/** Schemes declared as data, in a configuration file or in code: checked, completed with defaults, and built. */
import type { Algorithm } from '../crypto/backend.ts';
import { SIGNATURE_BYTES } from '../crypto/backend.ts';
import { DEFAULT_TOLERANCE, type TimestampUnit, type Tolerance } from '../freshness.ts';
import { OptionReader, type RawOptions } from '../options.ts';
import type { Scheme } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { bodyWithoutMember, sortedFormLines } from './body-readings.ts';
import { readJwtOptions } from './jwt/jwt-options.ts';
import { createJwtScheme } from './jwt/jwt-scheme.ts';
import { readMessageSignatures } from './message-signatures/declared-options.ts';
import { createMessageSignatureScheme } from './message-signatures/message-signatures.ts';
import { readOrigin } from './origin-option.ts';
import type { PartSource } from './part-source.ts';
import { createSharedTokenScheme, TOKEN_FORMS } from './shared-token.ts';
import { SIGNATURE_ENCODINGS } from './signature-text.ts';
import { createTemplateScheme, type SignatureOptions, type TemplateOptions } from './template.ts';

const TYPES = ['template', 'jwt', 'shared-token', 'http-message-signatures'] as const;

/** Builds a scheme from its declaration. @throws SetupError naming the option and the remedy. */
export function createDeclaredScheme(raw: RawOptions): Scheme {
  const options = new OptionReader(raw, 'scheme');
  switch (options.oneOf('type', TYPES) ?? 'template') {
    case 'jwt':
      return createJwt(options);
    case 'shared-token':
      return createSharedToken(options);
    case 'http-message-signatures':
      return createMessageSignatureScheme(readMessageSignatures(options, 'http-message-signatures'));
    case 'template':
      return createTemplateScheme(readTemplate(options, { name: 'template' }));
  }
}

function createJwt(options: OptionReader): Scheme {
  const keyEncoding = options.oneOf('keyEncoding', ['utf8', 'base64', 'base64url', 'hex', 'base32']);
  const prefix = options.text('prefix');
  const defaults = { name: 'jwt', header: 'authorization', prefix: 'Bearer ' };
  const scheme = readJwtOptions(options, { ...defaults, ...(keyEncoding && { keyEncoding }) });
  options.end();
  return createJwtScheme({ ...scheme, ...(prefix !== undefined && { prefix }) });
}

function createSharedToken(options: OptionReader): Scheme {
  const scheme = {
    name: 'shared-token',
    header: (options.text('header') ?? 'authorization').toLowerCase(),
    form: options.oneOf('form', TOKEN_FORMS) ?? (options.has('header') ? 'plain' : 'bearer'),
  } as const;
  options.end();
  return createSharedTokenScheme(scheme);
}

/** What a declaration may leave out, because its provider says it. */
export type TemplateDefaults = { readonly name: string } & Partial<TemplateOptions>;

/** Named canonical forms that a message may be, instead of a template. */
const CANONICAL_FORMS = ['body-without-member', 'sorted-form-lines'];

/** Reads the options of a template scheme; what they leave out is as in `defaults`. */
export function readTemplate(options: OptionReader, defaults: TemplateDefaults): TemplateOptions {
  const algorithm = readAlgorithm(options) ?? defaults.algorithm;
  const signature = readSignature(options, defaults.signature);
  const message = options.texts('message') ?? defaults.message;
  const timestamp = readTimestamp(options, defaults.timestamp);
  const form = [message].flat().find((one) => one !== undefined && CANONICAL_FORMS.includes(one));
  if (!algorithm) throw missing(options, 'algorithm', 'e.g. hmac-sha256');
  if (!signature) throw missing(options, 'signature', 'e.g. { header: x-signature, encoding: hex }');
  if (!message) throw missing(options, 'message', 'e.g. "{timestamp}.{body}"');
  const parts = ['id', 'nonce', 'keyId', 'type'] as const;
  const sources = parts.map((name) => [name, readSource(options, name) ?? defaults[name]] as const);
  const origin = readOrigin(options) ?? defaults.origin;
  const body = form === undefined ? defaults.body : canonicalForm(form, signature);
  const template: TemplateOptions = {
    ...defaults,
    algorithm,
    signature,
    message: form === undefined ? message : '{body}',
    tolerance: readTolerance(options) ?? defaults.tolerance ?? DEFAULT_TOLERANCE,
    ...Object.fromEntries(sources.filter(([, source]) => source !== undefined)),
    ...(origin !== undefined && { origin }),
    ...(body && { body }),
  };
  options.raw('type');
  options.end();
  if (timestamp) return { ...template, timestamp };
  const { timestamp: _none, ...untimed } = template;
  return untimed;
}

function missing(options: OptionReader, name: string, example: string): SetupError {
  return new SetupError(options.path(name), 'it is not given', `Give it, ${example}.`);
}

function canonicalForm(form: string, signature: SignatureOptions): TemplateOptions['body'] {
  if (form === 'body-without-member' && 'member' in signature) return bodyWithoutMember(signature.member);
  if (form === 'sorted-form-lines' && 'field' in signature) return sortedFormLines;
  throw new SetupError(
    'scheme.message',
    `${form} needs the signature inside the body`,
    'Set signature.member or signature.field.',
  );
}

/** `sha256` stands for `hmac-sha256`. */
function readAlgorithm(options: OptionReader): Algorithm | undefined {
  const text = options.text('algorithm');
  if (text === undefined) return undefined;
  const known = Object.keys(SIGNATURE_BYTES).filter((name) => name !== 'shared-token') as Algorithm[];
  const found = known.find((name) => name === text || name === `hmac-${text}`);
  if (found) return found;
  throw new SetupError(options.path('algorithm'), `"${text}" is no algorithm`, `One of ${known.join(', ')}.`);
}

function readSignature(
  options: OptionReader,
  defaults: SignatureOptions | undefined,
): SignatureOptions | undefined {
  const raw = options.raw('signature');
  if (raw === undefined) return defaults;
  if (typeof raw === 'string') return { encoding: 'hex-any-case', ...defaults, header: raw.toLowerCase() };
  const signature = options.object('signature') as OptionReader;
  const source = sourceOf(signature) ?? (defaults && onlySource(defaults));
  if (!source) throw missing(options, 'signature', 'e.g. { header: x-signature, encoding: hex }');
  const encoding = signature.oneOf('encoding', SIGNATURE_ENCODINGS) ?? defaults?.encoding ?? 'hex-any-case';
  const prefix = signature.text('prefix') ?? defaults?.prefix;
  const list = signature.object('list');
  const items = list && {
    separator: list.text('separator') ?? ',',
    assign: list.text('assign') ?? '=',
    labels: list.texts('labels') ?? ['v1'],
  };
  list?.end();
  signature.end();
  return { ...source, encoding, ...(prefix !== undefined && { prefix }), ...(items && { list: items }) };
}

function onlySource(signature: SignatureOptions): PartSource {
  const { encoding: _encoding, prefix: _prefix, list: _list, ...source } = signature;
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
  if (typeof raw === 'string') return { header: raw.toLowerCase(), unit };
  const timestamp = options.object('timestamp') as OptionReader;
  const source = sourceOf(timestamp) ?? defaults;
  if (!source) throw missing(options, 'timestamp', 'e.g. { header: x-timestamp, unit: s }, or none');
  const given = timestamp.oneOf('unit', ['s', 'ms', 'rfc3339']);
  timestamp.end();
  return { ...source, unit: given ?? unit };
}

/** A part's source: `{ header: x-id }`, or `x-id` for a header. */
export function readSource(options: OptionReader, name: string): PartSource | undefined {
  const raw = options.raw(name);
  // `type` names the kind of scheme as well, where it is no source.
  if (raw === undefined || (name === 'type' && typeof raw === 'string')) return undefined;
  if (typeof raw === 'string') return { header: raw.toLowerCase() };
  const reader = options.object(name) as OptionReader;
  const source = sourceOf(reader);
  reader.end();
  if (source) return source;
  throw new SetupError(
    options.path(name),
    'it says no place',
    'Give { header: NAME }, { query: … }, { member: … } or { field: … }.',
  );
}

function sourceOf(reader: OptionReader): PartSource | undefined {
  const header = reader.text('header');
  if (header !== undefined) return { header: header.toLowerCase() };
  const query = reader.text('query');
  if (query !== undefined) return { query };
  const member = reader.text('member');
  if (member !== undefined) return { member };
  const field = reader.text('field');
  if (field !== undefined) return { field };
  const item = reader.text('item');
  return item === undefined ? undefined : { item };
}

function readTolerance(options: OptionReader): Tolerance | undefined {
  const both = options.raw('toleranceMs');
  if (typeof both !== 'object') {
    const ms = options.milliseconds('toleranceMs');
    return ms === undefined ? undefined : { pastMs: ms, futureMs: ms };
  }
  const reader = options.object('toleranceMs') as OptionReader;
  const tolerance = {
    pastMs: reader.milliseconds('past') ?? DEFAULT_TOLERANCE.pastMs,
    futureMs: reader.milliseconds('future') ?? DEFAULT_TOLERANCE.futureMs,
  };
  reader.end();
  return tolerance;
}
