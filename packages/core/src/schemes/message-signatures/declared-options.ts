/** The options of message signatures, as a configuration gives them. */

import { MINUTE } from '../../freshness.ts';
import type { OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { LIFETIMES } from '../lifetime.ts';
import { readOrigin } from '../origin-option.ts';
import { parseComponent, type SignatureComponent } from './component.ts';
import { STRUCTURED_TYPES, type StructuredType } from './component-value.ts';
import { DIGEST_ALGORITHMS } from './content-digest.ts';
import type { MessageSignatureOptions } from './policy.ts';
import {
  MESSAGE_SIGNATURE_ALGORITHMS,
  type MessageSignatureAlgorithm,
  SIGNATURE_PARAMETERS,
  type SignatureParameterName,
} from './registered-names.ts';

const ALGORITHMS = Object.keys(MESSAGE_SIGNATURE_ALGORITHMS) as MessageSignatureAlgorithm[];

const DEFAULT_COMPONENTS: readonly string[] = ['@method', '@target-uri', 'content-digest'];

const DEFAULT_MAX_AGE_MS: number = 5 * MINUTE;
const DEFAULT_FUTURE_MS: number = MINUTE;

/** A key of a structured dictionary (RFC 9651 §3.1.2). */
const LABEL = /^[a-z*][a-z0-9_.*-]*$/;

/** Reads and completes the options. @throws SetupError naming the option and the remedy. */
export function readMessageSignatures(options: OptionReader, name: string): MessageSignatureOptions {
  const label = options.text('label');
  if (label !== undefined && !LABEL.test(label)) {
    throw new SetupError(
      options.path('label'),
      `"${label}" is not a label`,
      'Lower-case letters, digits and _-.*.',
    );
  }
  const tag = options.text('tag');
  const origin = readOrigin(options);
  const structuredFields = readStructuredFields(options);
  const read: MessageSignatureOptions = {
    name,
    algorithm: options.oneOf('algorithm', ALGORITHMS) ?? 'hmac-sha256',
    components: readComponents(options),
    required: readRequired(options),
    maxAgeMs: options.milliseconds('maxAgeMs') ?? DEFAULT_MAX_AGE_MS,
    futureMs: options.milliseconds('futureMs') ?? DEFAULT_FUTURE_MS,
    digest: options.oneOf('digest', DIGEST_ALGORITHMS) ?? 'sha-256',
    context: { ...(origin !== undefined && { origin }), ...(structuredFields && { structuredFields }) },
    ...(label !== undefined && { label }),
    ...(tag !== undefined && { tag }),
  };
  options.refuseUnread();
  return read;
}

/** `none` is a choice: a signature that proves a time and who holds a key, and nothing of the request. */
function readComponents(options: OptionReader): readonly SignatureComponent[] {
  const raw = [options.raw('components')].flat();
  if (raw.length === 1 && raw[0] === 'none') return [];
  if (raw.length === 0) {
    throw new SetupError(
      options.path('components'),
      'the list is empty',
      'Give what a signature must cover; or none, by that word, if it need not cover anything.',
    );
  }
  return (options.texts('components') ?? DEFAULT_COMPONENTS).map((text) => readOne(text, options));
}

function readOne(text: string, options: OptionReader): SignatureComponent {
  const component = parseComponent(text);
  if (!('fault' in component)) return component;
  throw new SetupError(
    options.path('components'),
    component.fault,
    'Give e.g. @method, @target-uri, content-digest, or the lower-case name of a header.',
  );
}

/** What is required by default stays required, whatever more is; `none`, or `lifetime: unbounded`, takes it away. */
function readRequired(options: OptionReader): readonly SignatureParameterName[] {
  const lifetime = options.oneOf('lifetime', LIFETIMES);
  const texts = options.texts('required') ?? [];
  if (texts.length === 1 && texts[0] === 'none') {
    if (lifetime !== 'bounded') return [];
    throw new SetupError(
      options.path('lifetime'),
      'it is bounded, and required is none',
      'Leave one of them out.',
    );
  }
  const further = texts.map((text) => {
    const parameter = SIGNATURE_PARAMETERS.find((candidate) => candidate === text);
    if (parameter) return parameter;
    throw new SetupError(
      options.path('required'),
      `"${text}" is not a parameter`,
      `Some of ${SIGNATURE_PARAMETERS.join(', ')}, or none.`,
    );
  });
  return lifetime === 'unbounded' || further.includes('created') ? further : ['created', ...further];
}

function readStructuredFields(options: OptionReader): Readonly<Record<string, StructuredType>> | undefined {
  const reader = options.object('structuredFields');
  if (!reader) return undefined;
  const types: Record<string, StructuredType> = {};
  for (const field of Object.keys(options.raw('structuredFields') as object)) {
    const type = reader.oneOf(field, STRUCTURED_TYPES);
    if (type) types[field.toLowerCase()] = type;
  }
  return types;
}
