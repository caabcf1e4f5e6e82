/** The type of the event that a request tells of, as its sender says it. */
import { andThen } from './and-then.ts';
import { JsonReader } from './json-reader.ts';
import type { MaybePromise, SignedRequest } from './model.ts';
import { Passage, type Scheme } from './scheme.ts';
import { memberNames } from './schemes/member-path.ts';
import { type FoundPart, isInBody, type PartSource, readPart } from './schemes/part-source.ts';
import { nothingFound } from './schemes/template-found.ts';
import type { TemplateOptions } from './schemes/template-options.ts';
import { decodeUtf8, latin1 } from './text/bytes.ts';
import type { JsonValue } from './text/json-value.ts';

/** A longer text names no type. */
const MAX_TYPE_LENGTH = 256;

/**
 * The type where the scheme says where it stands, e.g. `x-github-event`; undefined where it says none, where the request has none or two,
 * and for more than 256 characters. Read when it is asked for: a verdict needs none. Whether the proof covers it, the gate’s coverage
 * says (`type`); where it does not, whoever could send a copy of a genuine request could name another.
 * @param json the body, where it is read for other reasons as well
 */
export function eventType(
  { declared }: Pick<Scheme, 'declared'>,
  request: SignedRequest,
  json: JsonReader = new JsonReader(request.body),
): MaybePromise<string | undefined> {
  const type = typeSource(declared);
  if (type === undefined) return undefined;
  const text =
    'member' in type ? andThen(json.find(memberNames(type.member)), memberText) : placedText(type, request);
  return andThen(text, (name) =>
    name === undefined || name === '' || name.length > MAX_TYPE_LENGTH ? undefined : name,
  );
}

/** Whether the scheme says where the type stands: of what a scheme without it proves, no type is known. */
export function namesEventType({ declared }: Pick<Scheme, 'declared'>): boolean {
  return typeSource(declared) !== undefined;
}

function typeSource(declared: Scheme['declared']): PartSource | undefined {
  return declared.type === 'template' || declared.type === 'certificate'
    ? (declared.options as Pick<TemplateOptions, 'type'>).type
    : undefined;
}

/** A text, or a whole number: what `readPart` takes of a member. */
function memberText(value: JsonValue | undefined): string | undefined {
  if (value?.kind === 'string') return value.text;
  return value?.kind === 'number' && /^-?\d+$/.test(value.text) ? value.text : undefined;
}

function placedText(type: PartSource, request: SignedRequest): MaybePromise<string | undefined> {
  const passage = new Passage(request, 0, nothingFound());
  const fault = isInBody(type) ? type.parse(passage, false) : undefined;
  return andThen(fault, (problem) => (problem ? undefined : partText(readPart(type, passage))));
}

/** Parts are byte strings. */
function partText(part: FoundPart): string | undefined {
  if (typeof part !== 'string') return undefined;
  const bytes = latin1(part);
  return (bytes && decodeUtf8(bytes)) ?? part;
}
