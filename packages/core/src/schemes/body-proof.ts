/**
 * Bodies that a message has no bytes of: a form, of which it has the fields (`{form:sorted}`), or any other, whose digest
 * stands in a place that it covers (`bodyDigest`).
 */
import { andThen } from '../and-then.ts';
import type { MaybePromise, SignedRequest } from '../model.ts';
import { type Objection, objection, withCode } from '../objection.ts';
import { atOnce, SLICE_BYTES, type Sliced, withPauses } from '../pause.ts';
import { SetupError } from '../setup-error.ts';
import { utf8Text } from '../text/bytes.ts';
import type { FormField } from '../text/form.ts';
import { parseMediaType } from '../text/media-type.ts';
import { sortByCodePoint } from '../text/sorting.ts';
import { digestBody, digestHex } from './body-digest.ts';
import type { MessageField } from './message-part.ts';
import { parseFields } from './parse-form.ts';
import { ABSENT, type PartSource, putPart, readPart } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';
import type { BodyDigest, BodyProof, TemplateOptions } from './template-options.ts';

/** `{form:sorted}`: each field’s name followed by its value, by name and then by value. */
export const SORTED_FORM: MessageField = {
  field: 'form',
  written: '{form:sorted}',
  covers: ['body'],
  warning: { code: 'movable-form-text' },
  reader:
    () =>
    ({ found: { sortedForm = '' } }) =>
      sortedForm,
  proveBody,
};

/** The place of the digest of a body that the message has no fields of. */
export function bodyDigest(source: PartSource): BodyDigest {
  return { ...source, proveBody };
}

function proveBody(options: TemplateOptions, hasForm: boolean): BodyProof {
  return proofOf(options, hasForm, sortedText);
}

/** As `{form:sorted}`, but a field that repeats with one value counts each time. */
export function proveWholeForm(options: TemplateOptions, hasForm: boolean): BodyProof {
  return proofOf(options, hasForm, (form) => sortedText(form, true));
}

/** Makes a form’s text, in slices. */
type FormText = (form: readonly FormField[]) => Sliced<string>;

function proofOf(options: TemplateOptions, hasForm: boolean, formText: FormText): BodyProof {
  const { body, bodyDigest: digest } = options;
  if (hasForm && body !== undefined) {
    throw new SetupError(
      'scheme.message',
      '{form:sorted} has every field of the form, and one of them would be the signature',
      'Give a signature in a header or in the query, or sorted-form-lines.',
    );
  }
  return {
    read: (passage) => readBody(passage, digest, hasForm ? formText : undefined),
    check: checkBodyDigest,
    place: (passage) => placeDigest(passage, digest, hasForm),
  };
}

function readBody(
  passage: TemplatePassage,
  digest: PartSource | undefined,
  formText: FormText | undefined,
): MaybePromise<Objection | undefined> {
  const { found, request } = passage;
  found.form = [];
  const claimed = digest && readPart(digest, passage);
  if (claimed !== undefined && claimed !== ABSENT) {
    if (typeof claimed === 'string') {
      found.claimedDigest = claimed;
      return digestBody(passage);
    }
    return objection('missing-part', `the digest of the body is ${claimed.state}`, ONE_DIGEST);
  }
  if (request.body.length === 0) return undefined;
  if (formText && isUrlencoded(request.headers.get('content-type')))
    return andThen(
      parseFields(passage, () => undefined),
      (fault) => fault ?? sortForm(passage, formText),
    );
  return BODY_UNPROVED;
}

const ONE_DIGEST = 'The sender must write it once, as text.';
const SEND_DIGEST =
  'The sender must send a form (urlencoded), no body, or the digest of it where the gate looks for it.';

const BODY_UNPROVED = withCode(
  'body-unproved',
  objection('missing-part', 'nothing of the request proves its body', SEND_DIGEST),
);

/** Compares the digest that stands in a signed place. */
function checkBodyDigest(passage: TemplatePassage): Objection | undefined {
  const { claimedDigest } = passage.found;
  return claimedDigest === undefined || claimedDigest === digestHex(passage)
    ? undefined
    : objection(
        'signature-mismatch',
        'the signed digest is of another body',
        'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew.',
      );
}

/** In slices where it takes long. */
function sortForm({ found, request }: TemplatePassage, formText: FormText): MaybePromise<undefined> {
  const text = formText(found.form ?? []);
  const note = (sorted: string): undefined => {
    found.sortedForm = sorted;
  };
  return request.body.length >= SLICE_BYTES ? withPauses(text).then(note) : note(atOnce(text));
}

/** A field that repeats with one value counts once, unless each counts. */
function* sortedText(form: readonly FormField[], countsEach = false): Sliced<string> {
  const byValue = yield* sortByCodePoint(form, ({ value }) => value);
  let text = '';
  let before: FormField | undefined;
  let chars = 0;
  for (const field of yield* sortByCodePoint(byValue, ({ name }) => name)) {
    if (!countsEach && field.name === before?.name && field.value === before.value) continue;
    before = field;
    for (const part of partsOf(field.name + field.value)) {
      const written = utf8Text(part);
      text += written;
      chars += written.length;
      if (chars < SLICE_BYTES) continue;
      chars = 0;
      yield;
    }
  }
  return text;
}

/** In UTF-8 a unit takes three bytes at most. */
const PART_UNITS = SLICE_BYTES / 4;

/** One field can be the whole body: a long text in parts, none of which begins within a character. */
function* partsOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    const next = at + PART_UNITS;
    const isWithin = next < text.length && (text.charCodeAt(next) & 0xfc00) === 0xdc00;
    const end = isWithin ? next + 1 : next;
    yield text.slice(at, end);
    at = end;
  }
}

/** A draft whose body is proved by a digest that has no place in it yet is given one. */
function placeDigest(
  passage: TemplatePassage,
  digest: PartSource | undefined,
  hasForm: boolean,
): MaybePromise<SignedRequest> {
  const { request } = passage;
  const { headers, body } = request;
  if (!digest || body.length === 0 || readPart(digest, passage) !== ABSENT) return request;
  if (hasForm && isUrlencoded(headers.get('content-type'))) return request;
  return andThen(digestBody(passage), () => putPart(request, digest, digestHex(passage)));
}

function isUrlencoded(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && parseMediaType(contentType)?.type === 'application/x-www-form-urlencoded'
  );
}
