/** The options of message signatures, as a configuration gives them. */

import { MINUTE } from '../../freshness.ts';
import { memberIfGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { LIFETIMES, type Lifetime } from '../lifetime.ts';
import { readOrigin } from '../origin-option.ts';
import type { ByteEncoding } from './byte-encoding.ts';
import { type MessageKind, parseComponent, type SignatureComponent } from './component.ts';
import { STRUCTURED_TYPES, type StructuredType } from './component-value.ts';
import { DIGEST_ALGORITHMS } from './content-digest.ts';
import type { MessageSignatureOptions } from './policy.ts';
import { type MessageSignatureProfile, PROFILE_NAMES, PROFILES } from './profiles.ts';
import { readPublished } from './published-options.ts';
import { SIGNATURE_PARAMETERS, type SignatureParameterName } from './registered-names.ts';

const BYTE_ENCODINGS: readonly ByteEncoding[] = ['base64', 'base64url'];

const DEFAULT_COMPONENTS: Readonly<Record<MessageKind, readonly string[]>> = {
  request: ['@method', '@target-uri', 'content-digest'],
  response: ['@status', 'content-type', 'content-digest', 'location', '@method;req', '@target-uri;req'],
};

const EXAMPLES: Readonly<Record<MessageKind, string>> = {
  request: 'Give e.g. @method, @target-uri, content-digest, or the lower-case name of a header.',
  response:
    'Give e.g. @status, content-digest, @method;req, or the lower-case name of a header; ;req behind it is of the request.',
};

const DEFAULT_MAX_AGE_MS: number = 5 * MINUTE;
const DEFAULT_FUTURE_MS: number = MINUTE;

/** A key of a structured dictionary (RFC 9651 §3.1.2). */
const LABEL = /^[a-z*][a-z0-9_.*-]*$/;

/** Reads and completes the options. @throws SetupError naming the option and the remedy. */
export function readMessageSignatures(
  options: OptionReader,
  name: string,
  kind: MessageKind = 'request',
): MessageSignatureOptions {
  const label = options.text('label');
  if (label !== undefined && !LABEL.test(label)) {
    throw new SetupError(
      options.path('label'),
      `"${label}" is not a label`,
      'Lower-case letters, digits and _-.*.',
    );
  }
  const origin = readOrigin(options);
  const structuredFields = readStructuredFields(options);
  const profileName = options.oneOf('profile', PROFILE_NAMES);
  const profile = profileName && PROFILES[profileName];
  const idHeader = options.headerName('idHeader') ?? profile?.idHeader;
  const read: MessageSignatureOptions = {
    name,
    ...readPublished(options, profile),
    components: readComponents(options, kind, profile),
    ...memberIfGiven('whenPresent', readWhenPresent(options, profile, idHeader)),
    required: readRequired(options, profile),
    maxAgeMs: options.milliseconds('maxAgeMs') ?? profile?.maxAgeMs ?? DEFAULT_MAX_AGE_MS,
    futureMs: options.milliseconds('futureMs') ?? DEFAULT_FUTURE_MS,
    ...memberIfGiven('maxLifetimeMs', readMaxLifetime(options, profile)),
    digest: options.oneOf('digest', DIGEST_ALGORITHMS) ?? 'sha-256',
    ...memberIfGiven('byteEncoding', options.oneOf('byteEncoding', BYTE_ENCODINGS) ?? profile?.byteEncoding),
    ...memberIfGiven('distinctNames', profile?.distinctNames),
    context: { ...(origin !== undefined && { origin }), ...(structuredFields && { structuredFields }) },
    ...(label !== undefined && { label }),
    ...memberIfGiven('tags', readTags(options, profile)),
    ...memberIfGiven('idHeader', idHeader),
  };
  options.refuseUnread();
  return read;
}

/** `none` is a choice: a signature that proves a time and who holds a key, and nothing of the request. */
function readComponents(
  options: OptionReader,
  kind: MessageKind,
  profile: MessageSignatureProfile | undefined,
): readonly SignatureComponent[] {
  const raw = [options.raw('components')].flat();
  if (profile) {
    const more = raw.length === 1 && raw[0] === 'none' ? [] : (options.texts('components') ?? []);
    const all = new Set([...profile.components, ...more]);
    return [...all].map((text) => readComponent(text, options, 'components', kind));
  }
  if (raw.length === 1 && raw[0] === 'none') return [];
  if (raw.length === 0) {
    throw new SetupError(
      options.path('components'),
      'the list is empty',
      'Give what a signature must cover; or none, by that word, if it need not cover anything.',
    );
  }
  const texts = options.texts('components') ?? DEFAULT_COMPONENTS[kind];
  return texts.map((text) => readComponent(text, options, 'components', kind));
}

function readComponent(
  text: string,
  options: OptionReader,
  option: string,
  kind: MessageKind,
): SignatureComponent {
  const component = parseComponent(text, kind);
  if (!('fault' in component)) return component;
  throw new SetupError(options.path(option), component.fault, EXAMPLES[kind]);
}

/** What is required by default stays required, whatever more is; `none`, or `lifetime: unbounded`, takes it away. */
function readRequired(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
): readonly SignatureParameterName[] {
  const lifetime = options.oneOf('lifetime', LIFETIMES);
  const texts = options.texts('required') ?? [];
  if (profile) return readMoreRequired(options, profile, lifetime);
  if (texts.length === 1 && texts[0] === 'none') {
    if (lifetime !== 'bounded') return [];
    throw new SetupError(
      options.path('lifetime'),
      'it is bounded, and required is none',
      'Leave one of them out.',
    );
  }
  const further = texts.map((text) => readParameter(text, options));
  return lifetime === 'unbounded' || further.includes('created') ? further : ['created', ...further];
}

function readParameter(text: string, options: OptionReader): SignatureParameterName {
  const parameter = SIGNATURE_PARAMETERS.find((candidate) => candidate === text);
  if (parameter) return parameter;
  throw new SetupError(
    options.path('required'),
    `"${text}" is not a parameter`,
    `Some of ${SIGNATURE_PARAMETERS.join(', ')}, or none.`,
  );
}

/** What a profile requires stays required. */
function readMoreRequired(
  options: OptionReader,
  { required }: MessageSignatureProfile,
  lifetime: Lifetime | undefined,
): readonly SignatureParameterName[] {
  const more = (options.texts('required') ?? []).map((text) => readParameter(text, options));
  if (lifetime === 'unbounded' && required.includes('created')) {
    throw new SetupError(
      options.path('lifetime'),
      'it is unbounded, and the profile’s signatures have created',
      'Leave it out.',
    );
  }
  return [...new Set([...required, ...(lifetime === 'bounded' ? (['created'] as const) : []), ...more])];
}

function readWhenPresent(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
  idHeader: string | undefined,
): readonly SignatureComponent[] | undefined {
  const texts = new Set([
    ...(profile?.whenPresent ?? []),
    ...(options.texts('whenPresent') ?? []),
    // An id that is not signed could be another’s.
    ...(idHeader === undefined ? [] : [idHeader]),
  ]);
  return texts.size === 0
    ? undefined
    : [...texts].map((text) => readComponent(text, options, 'whenPresent', 'request'));
}

/** The word for signatures without a tag. */
const UNTAGGED = 'none';

function readTags(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
): MessageSignatureOptions['tags'] {
  const texts = options.texts('tag');
  const other = profile && texts?.find((text) => !profile.tags.includes(text));
  if (profile && other !== undefined) {
    throw new SetupError(
      options.path('tag'),
      `"${other}" is no tag of the profile`,
      `Give some of ${profile.tags.join(', ')}, or leave it out.`,
    );
  }
  return (texts ?? profile?.tags)?.map((text) => (text === UNTAGGED ? undefined : text));
}

function readMaxLifetime(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
): number | undefined {
  const ms = options.milliseconds('maxLifetimeMs');
  const most = profile?.maxLifetimeMs;
  if (ms === undefined || most === undefined || ms <= most) return ms ?? most;
  throw new SetupError(
    options.path('maxLifetimeMs'),
    `it is ${ms}, and the profile has at most ${most}`,
    'Give less, or leave it out.',
  );
}

function readStructuredFields(options: OptionReader): Readonly<Record<string, StructuredType>> | undefined {
  const reader = options.object('structuredFields');
  if (!reader) return undefined;
  const types: Record<string, StructuredType> = {};
  for (const field of reader.names()) {
    const type = reader.oneOf(field, STRUCTURED_TYPES);
    if (type) types[field.toLowerCase()] = type;
  }
  return types;
}
